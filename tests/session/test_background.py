"""Turns the CLI starts by itself never steal or double a result of ours."""

from greenroom import Deadlines
from greenroom.testing import Scenario
from greenroom.testing.scenario import (
    Hang,
    Init,
    Permission,
    Text,
    ToolUse,
    Turn,
    Unsolicited,
)
from greenroom_protocol.claude import Assistant
from greenroom_protocol.claude import Result as ResultFrame


def test_an_unsolicited_turn_goes_to_the_background_and_counts(play, eventually):
    session = play(Scenario(turns=[Turn([Text("started")], after=[Unsolicited("report")]), Turn()]))
    assert session.ask("begin").text(10) == "started"
    eventually(lambda: session.info.totals.turns == 2)
    assert session.ask("next").text(10) == "You said: next"
    session.stop()
    frames = [frame for batch in session.background.batches() for frame in batch.frames]
    assert [f.message.content[0].text for f in frames if isinstance(f, Assistant)] == ["report"]
    assert [f.origin.kind for f in frames if isinstance(f, ResultFrame)] == ["task-notification"]


def test_a_permission_nobody_can_give_is_denied(play):
    steps = [ToolUse("Write", {"path": "x"}), Permission(), Text("so I could not")]
    session = play(steps, permission_prompt_tool="stdio")
    outcome = session.ask("write").result(10)
    assert outcome.permission_denials[0].tool_name == "Write"
    assert session.simulator.record().answers[0]["response"]["behavior"] == "deny"


def test_a_turn_of_the_clis_own_that_falls_silent_does_not_hold_prompts_for_ever(play):
    own_turn = [Init(), Text("thinking"), Hang()]
    session = play(Scenario(turns=[Turn([Text("started")], after=own_turn)]), Scenario())
    session.ask("begin").result(10)
    turn = session.ask("mine", deadlines=Deadlines(silence=0.3, interrupt=0.3))
    turn.outcome(10)
    assert session.ask("again").text(10) == "You said: again"
