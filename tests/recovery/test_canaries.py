"""No secret of a process is in what is told of its end."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from greenroom import Recovery
from greenroom.testing import factories
from greenroom.values.redaction import MASK, Redactor
from tests.recovery.parked import EAGER

CANARY = "sk-ant-CANARY-0123456789"


@pytest.mark.parametrize("recovery", [Recovery(eager=True), EAGER], ids=["alone", "parks"])
@pytest.mark.parametrize("says", ["bad key", "Invalid API key:"])
@pytest.mark.parametrize("greeted", [False, True], ids=["starting", "ready"])
def test_a_fatal_result_without_a_turn_is_told_without_the_secret(host, recovery, says, greeted):
    session = host.session(recovery=recovery)
    session.backend.redactor = Redactor([CANARY])
    with capture_logs() as logs:
        session.warm()
        if greeted:
            session.greet()
        session.process.say(
            factories.result_error(errors=[f"{says} {CANARY}"], terminal_reason=None)
        )
        session.process.end(1)
    told = repr([*host.heard, logs, session.info])
    assert CANARY not in told
    assert MASK in told


def test_nor_is_one_that_ends_a_turn(host):
    session = host.session(recovery=Recovery(eager=True))
    session.backend.redactor = Redactor([CANARY])
    turn = session.ask()
    process = session.greet().process
    process.begin().say(
        factories.result_error(
            errors=[f"bad key {CANARY}"], prompt=process.prompts[-1], terminal_reason=None
        )
    )
    process.end(1)
    told = repr([*host.heard, session.info, turn.get(timeout=0)]) + str(turn.get(timeout=0))
    assert CANARY not in told
    assert MASK in told
