"""Sessions that are parked, and what parks them."""

from __future__ import annotations

from greenroom import Recovery
from tests.recovery.virtual import EPOCH

PARKS = Recovery(parks=True)
EAGER = Recovery(parks=True, eager=True)
HOUR = 3600.0


def key_refused(session):
    session.process.refuse(401, "authentication_failed")


def limit_reached(session, after=HOUR, host=None):
    resets = None if after is None else int(EPOCH + (0 if host is None else host.now()) + after)
    params = None if resets is None else {"rate_limit_info": {"resetsAt": resets}}
    session.process.refuse(429, "rate_limit", params=params, api_error="usage_limit_reached")


def credit_used_up(session):
    session.process.refuse(400, "billing_error")


def park(host, how=key_refused, **more):
    """A session whose first turn parked it."""
    session = host.session(**{"recovery": PARKS, **more})
    outcome = session.ask()
    session.greet()
    how(session)
    assert not outcome.get(timeout=0).ok
    assert session.info.phase == "parked"
    return session


def settled(outcome):
    heard = []
    outcome.add_done_callback(heard.append)
    return bool(heard)
