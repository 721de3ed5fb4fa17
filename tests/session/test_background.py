"""Turns the CLI starts by itself never steal or double a result of ours."""

import pytest

from greenroom.testing import Scenario
from greenroom.testing.scenario import Gate, Permission, Text, ToolUse, Turn, Unsolicited
from greenroom_protocol.claude import Assistant, Result


def test_an_unsolicited_turn_goes_to_the_background_and_counts(play):
    session = play(Scenario(turns=[Turn([Text("started")], after=[Unsolicited("report")]), Turn()]))
    assert session.ask("begin").text(10) == "started"
    pytest.eventually(lambda: session.info.totals.turns == 2)
    assert session.ask("next").text(10) == "You said: next"
    session.stop()
    frames = [frame for batch in session.background.batches() for frame in batch.frames]
    assert [f.message.content[0].text for f in frames if isinstance(f, Assistant)] == ["report"]
    assert [f.origin.kind for f in frames if isinstance(f, Result)] == ["task-notification"]


def test_a_prompt_sent_while_the_cli_works_for_itself_gets_its_own_answer(play):
    session = play(
        Scenario(turns=[Turn([Text("started")], after=[Gate("go"), Unsolicited("report")]), Turn()])
    )
    session.ask("begin").result(10)
    turn = session.ask("mine")
    session.simulator.open_gate("go")
    got = turn.collect(10)
    assert got.text == "You said: mine"


def test_a_permission_nobody_can_give_is_denied(play):
    steps = [ToolUse("Write", {"path": "x"}), Permission(), Text("so I could not")]
    session = play(steps, permission_prompt_tool="stdio")
    outcome = session.ask("write").result(10)
    assert outcome.permission_denials[0].tool_name == "Write"
    assert session.simulator.record().answers[0]["response"]["behavior"] == "deny"
