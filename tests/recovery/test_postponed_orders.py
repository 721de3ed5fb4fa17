"""Orders that wait for the next process: what becomes of them if there is none for long."""

from __future__ import annotations

import pytest

from greenroom import Backoff, Recovery
from greenroom.session.messages import Recycle
from greenroom.session.postponed import MOST_POSTPONED
from greenroom.values.errors import ControlLost, ControlTimedOut
from tests.recovery.parked import HOUR, PARKS, limit_reached, park, settled


def ordered_while_it_parks(host, recovery=PARKS):
    """A session that parks while its process takes its time to end, and an order that waits."""
    session = host.session(recovery=recovery)
    session.ask()
    process = session.greet().process
    process.lingers = True
    process.begin()
    session.tell(Recycle("age"))
    limit_reached(session)
    assert (session.info.phase, process.stopped) == ("parked", True)
    return session, session.order("mcp_status", seconds=10 * HOUR)


def test_an_order_that_waits_for_a_process_fails_when_the_session_parks(host):
    session, order = ordered_while_it_parks(host)
    assert not settled(order)
    session.process.end(0)
    with pytest.raises(ControlLost, match="the session is parked"):
        order.get(timeout=0)


def test_an_order_that_waits_out_a_pause_is_carried_out_after_it(host):
    session = host.session(recovery=PARKS)
    session.ask()
    for _ in range(2):
        session.ask()
        session.greet().crash()
    order = session.order("mcp_status", seconds=10 * HOUR)
    assert session.info.phase == "recovering"
    host.advance(10)
    assert not settled(order)
    assert session.greet().process.of_kind("control_request")[-1]["request"]["subtype"] == (
        "mcp_status"
    )


def test_one_given_later_fails_at_once(host):
    session = park(host, limit_reached)
    session.process.kill()
    order = session.order("mcp_status", seconds=10 * HOUR)
    with pytest.raises(ControlLost, match="the session is parked"):
        order.get(timeout=0)


def in_a_pause(host):
    """A session that pauses after a few losses."""
    session = host.session(recovery=Recovery(intensity=9, backoff=Backoff(first=60.0, jitter=0.0)))
    session.ask()
    session.greet().crash()
    assert session.info.phase == "recovering"
    return session


def test_an_order_waits_no_longer_for_a_process_than_for_an_answer(host):
    session = in_a_pause(host)
    short, long = session.order("mcp_status", seconds=5), session.order("mcp_status", seconds=90)
    host.advance(4)
    assert not settled(short)
    host.advance(2)
    with pytest.raises(ControlTimedOut, match=r"no process .* to obey .mcp_status. within 5 s"):
        short.get(timeout=0)
    assert not settled(long)
    host.advance(60)
    session.greet()
    kinds = [sent["request"]["subtype"] for sent in session.process.of_kind("control_request")]
    assert kinds.count("mcp_status") == 1


def test_only_so_many_orders_wait_for_a_process(host):
    session = in_a_pause(host)
    orders = [session.order("mcp_status", seconds=HOUR) for _ in range(MOST_POSTPONED + 1)]
    assert not any(map(settled, orders[:-1]))
    with pytest.raises(ControlLost, match="too many orders wait"):
        orders[-1].get(timeout=0)
