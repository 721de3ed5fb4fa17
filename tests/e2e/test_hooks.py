"""Hooks with the real CLI: what they are told, what their answers do, and that failures forbid."""

import contextvars
import json
import sys
import threading

import pytest

from greenroom import Allow, Completed, Deny, Rejected, StartFailed
from greenroom.hooks import Hook, add_context, allow, ask, block, deny, log_hooks, stop
from greenroom.testing.fake_anthropic import Text, ToolUse, parallel
from greenroom_protocol.claude.control import PostToolUseOutput

TAP = """#!{python}
import json, os, subprocess, sys, threading
log = os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
child = subprocess.Popen([{binary!r}, *sys.argv[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def pump(way, source, sink):
    for line in iter(source.readline, b""):
        os.write(log, json.dumps([way, line.decode()]).encode() + b"\\n")
        sink.write(line)
        sink.flush()
    sink.close()
threading.Thread(target=pump, args=("in", sys.stdin.buffer, child.stdin), daemon=True).start()
pump("out", child.stdout, sys.stdout.buffer)
os._exit(child.wait())
"""
"""Stands between greenroom and the CLI, and writes down what goes by."""


@pytest.fixture(name="hooked")
def _hooked(api, open_session, project):
    """A function that has the model write a file with a shell, under hooks: the collected turn."""
    api.on("work", ToolUse("Bash", {"command": "echo one > made", "description": "x"}), Text("Ok."))

    def hooked(hooks, **options):
        session = open_session(hooks=hooks, tools=["Bash"], allowed_tools=["Bash"], **options)
        return session.ask("work").collect(20)

    return hooked


def result_of(got):
    (call,) = got.tool_calls
    return call.result


def test_a_hook_forbids_a_tool_that_rules_allow(hooked, project):
    told = []

    def forbid(event):
        told.append(event)
        return deny("not today")

    got = hooked({"PreToolUse": Hook(forbid, matcher="Bash")})
    assert result_of(got).is_error
    assert "not today" in str(result_of(got).content)
    assert not (project / "made").exists()
    assert told[0].tool_input["command"] == "echo one > made"
    assert isinstance(got.outcome, Completed)


def test_a_hook_changes_what_a_tool_is_given(hooked, project):
    changed = allow(updated_input={"command": "echo two > made", "description": "x"})
    hooked({"PreToolUse": lambda _told: changed})
    assert (project / "made").read_text() == "two\n"


def test_a_hook_changes_what_a_tool_gave(hooked):
    def replace(told):
        return PostToolUseOutput(updated_tool_output={**told.tool_response, "stdout": "hidden"})

    assert result_of(hooked({"PostToolUse": replace})).content == "hidden"


def raising(_told):
    raise KeyError("hunter2")


async def raising_later(_told):
    raise KeyError("hunter2")


@pytest.mark.parametrize(
    "hook",
    [
        raising,
        raising_later,
        lambda _told: True,
        lambda _told: {"decison": "block"},
        lambda _told: PostToolUseOutput(additional_context="x"),
        Hook(lambda _told, call: call.signal.wait(20), timeout=0.2),
    ],
    ids=["raises", "raises later", "true", "misspelt", "of another event", "hangs"],
)
def test_a_hook_that_fails_forbids(hook, hooked, project):
    got = hooked({"PreToolUse": hook})
    assert result_of(got).is_error
    assert "hunter2" not in str(result_of(got).content)
    assert not (project / "made").exists()
    assert got.outcome.text == "Ok."


def test_a_hook_whose_failure_does_not_matter_forbids_nothing(hooked, project):
    got = hooked({"PreToolUse": Hook(raising, on_failure="continue")})
    assert not result_of(got).is_error
    assert (project / "made").exists()


def test_a_hook_in_the_background_holds_nothing_up(hooked, project):
    made, seen = threading.Event(), threading.Event()

    def look_on(_told):
        assert made.wait(20)
        seen.set()
        return deny("too late")

    got = hooked({"PreToolUse": Hook(look_on, background=True)})
    assert (project / "made").exists()
    made.set()
    assert seen.wait(20)
    assert not result_of(got).is_error


def test_a_prompt_is_blocked_before_the_model_sees_it(hooked, api):
    got = hooked({"UserPromptSubmit": lambda _told: block("no prompts")})
    assert isinstance(got.outcome, Rejected)
    assert "no prompts" in str(got.outcome)
    assert not api.requests


def test_context_reaches_the_model(hooked, api):
    hooked({"UserPromptSubmit": lambda _told: add_context("the sky is green")})
    assert any("the sky is green" in request.content.decode() for request in api.requests)


def test_a_stop_hook_has_the_model_go_on(hooked):
    told = []

    def once(event):
        told.append(event.stop_hook_active)
        return None if event.stop_hook_active else block("say it again")

    hooked({"Stop": once})
    assert told == [False, True]


def test_stopping_lets_the_tool_run_and_ends_the_turn(hooked, project):
    got = hooked({"PreToolUse": lambda _told: stop("enough")})
    assert (project / "made").exists()
    assert got.text == ""


def test_the_log_changes_nothing(hooked, project):
    logger = Recorder()
    got = hooked(log_hooks(logger))
    assert got.outcome.text == "Ok."
    assert logger.wait_for("PreToolUse", "PostToolUse", "UserPromptSubmit", "Stop")


class Recorder:
    """A logger that remembers the events it was told."""

    def __init__(self):
        self._told = threading.Condition()
        self._events = set()

    def debug(self, _event, **values):
        with self._told:
            self._events.add(values["hook_event"])
            self._told.notify_all()

    def wait_for(self, *events):
        with self._told:
            return self._told.wait_for(lambda: self._events >= set(events), timeout=20)


# --- what a hook says to the rest -------------------------------------------------------------


@pytest.mark.parametrize(("answer", "runs"), [(Allow(), True), (Deny("the person said no"), False)])
def test_a_hook_has_the_permission_handler_asked_about_what_rules_allow(
    answer, runs, hooked, project
):
    told = []

    def handler(request):
        told.append((request.tool_name, request.reason_type))
        return answer

    got = hooked({"PreToolUse": lambda _told: ask("look at this")}, permissions=handler)
    assert told == [("Bash", "hook")]
    assert (project / "made").exists() == runs
    assert result_of(got).is_error != runs


def test_what_is_added_behind_a_tool_reaches_the_model_with_its_result(hooked, api):
    hooked({"PostToolUse": lambda _told: add_context("it was written on the moon")})
    assert "it was written on the moon" not in api.requests[0].content.decode()
    assert "it was written on the moon" in api.requests[1].content.decode()


# --- before anything runs ---------------------------------------------------------------------


def test_no_prompt_is_sent_before_the_cli_said_that_the_hooks_are_registered(
    open_session, tap, claude_binary
):
    told = []
    session = open_session(
        executable=tap.install(claude_binary), hooks={"UserPromptSubmit": told.append}
    )
    assert session.ask("hello").text(20) == "You said: hello"
    seen = [
        way
        for way, line in tap.lines()
        if '"hooks_applied":true' in line or (way == "in" and line.startswith('{"type":"user"'))
    ]
    assert seen == ["out", "in"]
    assert [one.prompt for one in told] == ["hello"]


@pytest.mark.parametrize(
    "given",
    [
        {"bare": True},
        {"env": {"CLAUDE_CODE_SIMPLE": "1"}},
        {"settings": {"env": {"CLAUDE_CODE_SIMPLE": "1"}}},
    ],
    ids=["bare", "environment", "settings"],
)
def test_a_session_whose_hooks_would_not_be_called_does_not_run(given, open_session, api):
    session = open_session(hooks={"PreToolUse": lambda _told: deny("no")}, **given)
    outcome = session.ask("hello").outcome(20)
    assert (type(outcome), outcome.code) == (StartFailed, "hooks_not_registered")
    assert not api.requests


# --- beside each other ------------------------------------------------------------------------


def test_a_hook_runs_in_the_context_of_whoever_asked(open_session):
    who, seen = contextvars.ContextVar("who", default="nobody"), []
    session = open_session(hooks={"UserPromptSubmit": lambda _told: seen.append(who.get())})
    for name in ("Ada", "Grace"):
        contextvars.copy_context().run(
            lambda name=name: (who.set(name), session.ask("hello").result(20))
        )
    session.ask("hello").result(20)
    assert seen == ["Ada", "Grace", "nobody"]


def test_hooks_of_one_event_run_at_the_same_time_and_one_of_them_is_enough_to_forbid(
    hooked, project
):
    both = threading.Barrier(2, timeout=20)

    def first(_told):
        both.wait()

    def second(_told):
        both.wait()
        return deny("the second says no")

    got = hooked({"PreToolUse": [first, second]})
    assert "the second says no" in str(result_of(got).content)
    assert not (project / "made").exists()
    assert not got.outcome.callback_failures


def test_a_hook_that_hangs_holds_up_its_own_call_alone(api, open_session, project):
    api.on(
        "work",
        parallel(
            ToolUse("Bash", {"command": "echo slow > slow", "description": "x"}),
            ToolUse("Bash", {"command": "echo quick > quick", "description": "x"}),
        ),
        Text("Ok."),
    )

    def hang(told, call):
        if "slow" in told.tool_input["command"]:
            call.signal.wait(20)

    session = open_session(
        hooks={"PreToolUse": Hook(hang, timeout=0.5)}, tools=["Bash"], allowed_tools=["Bash"]
    )
    got = session.ask("work").collect(20)
    assert [path.name for path in project.iterdir()] == ["quick"]
    assert got.outcome.text == "Ok."
    [failure] = got.outcome.callback_failures
    assert (failure.fault.value, failure.tool_use_id) == ("overdue", got.tool_calls[0].use.id)


class Tap:
    """The CLI with somebody who listens."""

    def __init__(self, directory):
        self._directory = directory
        self._log = directory / "tapped.jsonl"

    def install(self, binary):
        path = self._directory / "tapped"
        path.write_text(TAP.format(python=sys.executable, log=str(self._log), binary=str(binary)))
        path.chmod(0o700)
        return path

    def lines(self):
        """Return `("in" or "out", line)`, in the order in which they went by."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]


@pytest.fixture(name="tap")
def _tap(tmp_path):
    return Tap(tmp_path)
