"""The ready-made hooks log what happens, and nothing that could be a secret."""

import pytest
import structlog
from structlog.testing import CapturingLogger

from greenroom.hooks import EVENTS, HookCall, HookSet, log_hooks


@pytest.fixture(name="logged")
def _logged(input_of, call):
    """A function that returns what `log_hooks` writes for an event: ``logged(event, **input)``."""

    def logged(event, values=False, **members):
        logger = CapturingLogger()
        hooks = HookSet.of({event: log_hooks(logger, [event], values=values)[event]})
        told = HookCall(callback_id="hook_0", input={**input_of(event), **members})
        assert hooks.answer(told).call(call) is None
        ((method, args, record),) = logger.calls
        assert (method, args) == ("debug", ("hook",))
        return record

    return logged


def test_all_events_are_logged_but_two_that_would_change_what_happens():
    assert set(EVENTS) - set(log_hooks()) == {"MessageDisplay", "WorktreeCreate"}


def test_events_can_be_chosen():
    assert list(log_hooks(events=["Stop", "MessageDisplay"])) == ["Stop", "MessageDisplay"]


def test_a_wrong_choice_is_told_by_the_session():
    with pytest.raises(ValueError, match="did you mean 'Stop'"):
        HookSet.of(log_hooks(events=["stop"]))


def test_they_hold_nothing_up():
    for hook in log_hooks().values():
        assert (hook.background, hook.on_failure) == (True, "continue")


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_is_logged_with_its_size(event, logged):
    record = logged(event)
    assert record["hook_event"] == event
    assert record["session_id"] == "s-1"
    assert record["input_bytes"] > 10


def test_names_and_ids_are_logged_and_values_are_not(logged):
    record = logged(
        "PreToolUse", tool_name="Bash", tool_input={"command": "hunter2"}, tool_use_id="t-1"
    )
    assert (record["tool_name"], record["tool_use_id"]) == ("Bash", "t-1")
    assert "hunter2" not in str(record)


def test_values_are_logged_when_asked_for(logged):
    record = logged("PreToolUse", values=True, tool_input={"command": "ls"})
    assert record["input"]["tool_input"] == {"command": "ls"}


def test_an_unknown_input_is_logged_too(logged):
    assert logged("PreToolUse", tool_name=5)["hook_event"] == "PreToolUse"


@pytest.fixture(name="_unconfigured")
def _unconfigured_logging():
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("_unconfigured")
def test_by_default_the_log_is_structlogs(errand_of, call):
    structlog.configure(cache_logger_on_first_use=False)
    with structlog.testing.capture_logs() as records:
        errand_of("Stop", log_hooks()["Stop"]).call(call)
    assert [record["hook_event"] for record in records] == ["Stop"]


@pytest.mark.usefixtures("_unconfigured")
def test_before_logging_is_configured_it_goes_to_stderr(errand_of, call, capsys):
    errand_of("Stop", log_hooks()["Stop"]).call(call)
    out, err = capsys.readouterr()
    assert out == ""
    assert "Stop" in err
