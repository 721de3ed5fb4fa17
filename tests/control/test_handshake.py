"""The handshake: nothing is asked before the hooks are known to be there, and it has its time."""

from __future__ import annotations

import pytest

from greenroom import Cancelled, Deadlines, StartFailed, TimedOut
from greenroom.backends.claude import ClaudeBackend
from greenroom.hooks import HookSet
from greenroom.session.callbacks import Callbacks
from greenroom.testing import Scenario, factories
from greenroom.testing.scenario import Reply
from greenroom.turn import Interrupt
from greenroom.values.deadlines import Phase
from greenroom.values.errors import ControlLost
from tests.patience import PATIENCE_SECONDS

VARIABLE = "CLAUDE_CODE_STREAM_CLOSE_TIMEOUT"
GOOD = {"hooks_applied": True, "hook_on_failure_supported": True}
DO = PATIENCE_SECONDS


def hooked():
    return Callbacks(hooks=HookSet.of({"PreToolUse": lambda _asked: None}))


# --- its limit -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "option", "seconds"),
    [
        (None, None, 60),
        ("90000", None, 90),
        ("90500", None, 90.5),
        ("1000", None, 60),
        ("0", None, 60),
        ("", None, 60),
        ("soon", None, 60),
        ("-5", None, 60),
        ("1e5", None, 60),
        ("\u0661\u0662\u0660\u0660\u0660\u0660", None, 60),
        ("90000", 120, 120),
        (None, 300, 300),
        ("90000", 10, 60),
    ],
)
def test_the_handshake_has_as_long_as_the_host_says_and_a_minute_at_least(
    monkeypatch, host, option, seconds
):
    if host is None:
        monkeypatch.delenv(VARIABLE, raising=False)
    else:
        monkeypatch.setenv(VARIABLE, host)
    given = {} if option is None else {"stream_close_timeout_seconds": option}
    backend = ClaudeBackend()
    assert backend.conversation(backend.check({}, given)).handshake_seconds == seconds


@pytest.mark.parametrize("seconds", [60, 300])
@pytest.mark.parametrize("callbacks", [None, hooked()], ids=["plain", "hooked"])
def test_a_handshake_that_is_never_answered_fails_the_turn(virtual, callbacks, seconds):
    session = virtual(callbacks, stream_close_timeout_seconds=seconds)
    outcome = session.ask()
    session.process.say(factories.session_state("idle"))
    session.dispatcher.advance(seconds - 0.1)
    assert not outcome.done
    session.dispatcher.advance(0.2)
    error = outcome.get()
    assert isinstance(error, TimedOut)
    assert (error.phase, error.seconds) == (Phase.START, seconds)
    assert "stream_close_timeout_seconds" in str(error)
    assert session.process.stopped


def test_a_handshake_that_is_never_answered_ends_a_process_that_nobody_asks_anything(virtual):
    session = virtual()
    order = session.order("mcp_status", seconds=1e6)
    session.dispatcher.advance(60.1)
    assert session.process.stopped
    with pytest.raises(ControlLost):
        order.get()


def test_a_handshake_that_was_answered_in_time_is_not_thought_of_again(virtual):
    session = virtual()
    outcome = session.ask()
    session.dispatcher.advance(59)
    session.process.greet()
    session.dispatcher.advance(3600)
    assert not outcome.done
    assert not session.process.stopped


# --- what it must say ----------------------------------------------------------------------------


def test_no_prompt_is_written_before_the_hooks_are_registered(virtual):
    session = virtual(hooked())
    session.ask()
    assert [line["type"] for line in session.process.told] == ["control_request"]
    [hello] = session.process.of_kind("control_request")
    assert hello["request"]["hooks"]["PreToolUse"][0]["hookCallbackIds"] == ["hook_0"]
    session.process.greet(**GOOD)
    [prompt] = session.process.of_kind("user")
    assert prompt["uuid"] == "t-1"


def test_without_hooks_a_prompt_waits_for_nothing(virtual):
    session = virtual()
    session.ask()
    assert [line["type"] for line in session.process.told] == ["control_request", "user"]


@pytest.mark.parametrize(
    "info",
    [
        {},
        {**GOOD, "hooks_applied": False},
        {**GOOD, "hooks_applied": None},
        {**GOOD, "hooks_applied": "true"},
        {**GOOD, "hook_on_failure_supported": False},
    ],
    ids=str,
)
def test_a_session_whose_hooks_were_not_registered_does_not_run(virtual, info):
    session = virtual(hooked())
    outcome = session.ask()
    session.process.greet(**info)
    error = outcome.get()
    assert isinstance(error, StartFailed)
    assert error.code == "hooks_not_registered"
    assert session.process.of_kind("user") == []
    assert session.process.stopped


def test_a_turn_that_is_interrupted_during_the_handshake_is_never_asked(virtual):
    session = virtual(hooked())
    outcome, waiting = session.ask("t-1"), session.ask("t-2")
    session.ref.tell(Interrupt("t-1", "the turn was interrupted"))
    session.dispatcher.run_until_idle()
    assert (type(outcome.get()), outcome.get().code) == (Cancelled, "withdrawn")
    session.process.greet(**GOOD)
    assert [prompt["uuid"] for prompt in session.process.of_kind("user")] == ["t-2"]
    assert not waiting.done


def test_an_interrupt_during_the_handshake_has_its_receipt_all_the_same(virtual):
    session = virtual(hooked())
    outcome = session.ask("t-1")
    receipt = session.order("interrupt", cancel_queued=True)
    assert outcome.get().code == "withdrawn"
    [_, asked] = session.process.of_kind("control_request")
    session.process.greet(**GOOD)
    session.process.say(factories.control_success(asked["request_id"], {"still_queued": []}))
    assert receipt.get().still_queued == ()
    assert session.process.of_kind("user") == []


def test_the_options_of_a_turn_that_was_taken_back_do_not_stay(virtual):
    session = virtual(hooked(), model="opus")
    session.ask("t-1", options={"model": "haiku"})
    session.ref.tell(Interrupt("t-1", "the turn was interrupted"))
    session.ask("t-2", options={"model": "haiku"})
    session.ask("t-3")
    session.process.greet(**GOOD)
    models = [
        line["request"].get("model")
        for line in session.process.of_kind("control_request")
        if line["request"]["subtype"] == "set_model"
    ]
    assert models == ["haiku", "opus", "haiku"]  # the last is for t-2
    session.process.say(*factories.whole_turn(prompt="t-2"))
    assert [prompt["uuid"] for prompt in session.process.of_kind("user")] == ["t-2", "t-3"]


def test_a_turn_that_is_over_before_the_handshake_is_never_asked(virtual):
    session = virtual(hooked())
    outcome = session.ask(deadlines=Deadlines(start=1e6, total=5))
    session.dispatcher.advance(5.1)
    assert outcome.get().phase is Phase.TOTAL
    session.process.greet(**GOOD)
    assert session.process.of_kind("user") == []
    session.ask("t-2")
    assert [prompt["uuid"] for prompt in session.process.of_kind("user")] == ["t-2"]


def test_a_session_with_hooks_works_as_any_other(play):
    session = play(Scenario(), hooks={"PreToolUse": lambda _asked: None})
    assert [session.ask(word).text(DO) for word in ("one", "two")] == [
        "You said: one",
        "You said: two",
    ]
    assert len(session.simulator.launches()) == 1


def test_every_turn_of_a_session_fails_whose_hooks_cannot_be_registered(play):
    refusing = Scenario(requests={"initialize": Reply(response={"hooks_applied": False})})
    session = play(refusing, hooks={"PreToolUse": lambda _asked: None})
    for _ in range(2):
        error = session.ask("hello").outcome(DO)
        assert (type(error), error.code) == (StartFailed, "hooks_not_registered")
    assert all(launch.prompts == () for launch in session.simulator.launches())


def test_a_handshake_that_is_refused_fails_the_turn(play):
    session = play(Scenario(requests={"initialize": Reply(error="not you")}))
    error = session.ask("hello").outcome(DO)
    assert isinstance(error, StartFailed)
    assert "not you" in str(error)
