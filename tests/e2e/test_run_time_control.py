"""Run-time control of the real CLI: what is ordered happens, and holds for the next process."""

import os
import signal
import sys
import threading

import pytest

from greenroom import (
    BypassPermissions,
    Cancelled,
    ControlLost,
    ControlRefused,
    ToolContext,
    tool,
)
from greenroom.hooks import deny
from greenroom.testing import FakeAnthropic
from greenroom.testing.fake_anthropic import Stall, Text, ToolUse
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude import TaskNotification, TaskStarted
from tests.e2e.test_tools import SERVER


def shell(command, **more):
    return ToolUse("Bash", {"command": command, "description": "a test", **more})


@pytest.fixture(name="api")
def _api(request):
    """The API, with all models or those of the parameter."""
    with FakeAnthropic(models=getattr(request, "param", None)) as api:
        yield api


def models(api):
    """What the turns were asked of; the CLI also tries a new model out before it takes it."""
    return [request.model for request in api.requests if request.side is None]


# --- the model ----------------------------------------------------------------------------------


def test_the_model_changes_with_the_next_prompt_and_for_good(api, open_session, kill):
    session = open_session(model="claude-haiku-4-5")
    session.ask("hello").result(20)
    session.set_model("claude-sonnet-4-5").get(timeout=10)
    session.ask("hello").result(20)
    kill(session)
    session.ask("hello").result(20)
    assert models(api) == ["claude-haiku-4-5", "claude-sonnet-4-5", "claude-sonnet-4-5"]


def test_the_model_can_be_changed_before_there_is_a_process(api, open_session):
    session = open_session()
    session.set_model("claude-sonnet-4-5").get(timeout=10)
    assert session.info.pid is None
    session.ask("hello").result(20)
    assert api.requests[0].model == "claude-sonnet-4-5"


def test_the_model_changes_in_the_middle_of_a_turn(api, open_session):
    api.on("work", Stall(shell("echo one")), Text("Ok."))
    session = open_session(tools=["Bash"], allowed_tools=["Bash"], model="claude-haiku-4-5")
    turn = session.ask("work")
    api.wait_for_stall(timeout=20)
    session.set_model("claude-sonnet-4-5").get(timeout=10)
    api.release()
    assert turn.text(20) == "Ok."
    assert models(api) == ["claude-haiku-4-5", "claude-sonnet-4-5"]


def test_an_order_that_nobody_waits_for_is_carried_out_before_the_next_prompt(api, open_session):
    session = open_session(model="claude-haiku-4-5")
    session.ask("hello").result(20)
    order = session.set_model("claude-sonnet-4-5")
    session.ask("hello").result(20)
    assert order.done
    assert models(api) == ["claude-haiku-4-5", "claude-sonnet-4-5"]


def test_a_model_without_a_name_is_refused_and_nothing_changes(api, open_session):
    session = open_session(model="claude-haiku-4-5")
    session.ask("hello").result(20)
    with pytest.raises((ControlRefused, LocalProtocolError)):
        session.set_model("").get(timeout=10)
    session.ask("hello").result(20)
    assert api.requests[-1].model == "claude-haiku-4-5"


@pytest.mark.parametrize("api", [{"claude-haiku-4-5"}], indirect=True)
def test_a_model_that_the_api_does_not_have_is_refused_and_nothing_changes(api, open_session):
    session = open_session(model="claude-haiku-4-5")
    session.ask("hello").result(20)
    with pytest.raises(ControlRefused) as refused:
        session.set_model("claude-nonsense").get(timeout=10)
    assert refused.value.code == "not_found"
    assert session.ask("hello").text(20) == "You said: hello"
    assert models(api) == ["claude-haiku-4-5"] * 2


def test_an_alias_of_a_model_and_the_default_are_taken(api, open_session):
    session = open_session(model="claude-haiku-4-5")
    session.ask("hello").result(20)
    session.set_model("sonnet").get(timeout=10)
    session.ask("hello").result(20)
    session.set_model(None).get(timeout=10)
    session.ask("hello").result(20)
    assert "sonnet" in models(api)[1]
    assert len(set(models(api))) == 3


def test_thinking_is_bounded(api, open_session):
    session = open_session()
    session.ask("hello").result(20)
    session.set_max_thinking_tokens(2_000).get(timeout=10)
    assert session.ask("hello").text(20) == "You said: hello"


# --- permissions --------------------------------------------------------------------------------


def test_the_permission_mode_changes_for_good(api, open_session, project, kill):
    path = project / "note.txt"
    for number in range(3):
        given = {"file_path": f"{path}{number}", "content": "hi"}
        api.on(f"write {number}", ToolUse("Write", given), Text("Ok."))
    session = open_session(tools=["Write"])
    assert len(session.ask("write 0").result(20).permission_denials) == 1
    session.set_permission_mode("acceptEdits").get(timeout=10)
    assert session.ask("write 1").result(20).permission_denials == ()
    kill(session)
    assert session.ask("write 2").result(20).permission_denials == ()
    assert sorted(each.name for each in project.iterdir()) == ["note.txt1", "note.txt2"]


def test_bypassing_permissions_takes_consent_and_a_process_that_was_started_with_it(
    api, open_session, project
):
    api.on("work", shell("touch made"), Text("Ok."))
    session = open_session(tools=["Bash"])
    session.ask("hello").result(20)
    with pytest.raises(LocalProtocolError, match="BypassPermissions"):
        session.set_permission_mode("bypassPermissions")
    with pytest.raises((ControlRefused, LocalProtocolError)) as refused:
        session.set_permission_mode(BypassPermissions("a test")).get(timeout=10)
    assert "bypass" in str(refused.value).lower()
    assert len(session.ask("work").result(20).permission_denials) == 1
    assert not (project / "made").exists()


def test_with_consent_the_mode_goes_there_and_back_and_hooks_still_forbid(
    api, open_session, project
):
    for name in ("one", "two", "three"):
        api.on(f"touch {name}", shell(f"touch {name}"), Text("Ok."))
    consent = BypassPermissions("a directory of this test alone")
    session = open_session(
        tools=["Bash"],
        permission_mode=consent,
        allow_dangerously_skip_permissions=consent,
        env={"IS_SANDBOX": "1"},  # or the CLI refuses to bypass anything as root
        hooks={"PreToolUse": lambda told: deny("no") if "two" in str(told.tool_input) else None},
    )
    assert session.ask("touch one").result(20).permission_denials == ()
    session.set_permission_mode("default").get(timeout=10)
    assert len(session.ask("touch three").result(20).permission_denials) == 1
    session.set_permission_mode(consent).get(timeout=10)
    session.ask("touch two").result(20)
    session.ask("touch three").result(20)
    assert sorted(path.name for path in project.iterdir()) == ["one", "three"]


# --- interrupting -------------------------------------------------------------------------------


def test_an_interrupt_while_a_tool_runs_gives_a_receipt(api, open_session):
    begun = threading.Event()

    @tool
    def wait(context: ToolContext) -> str:
        """Wait."""
        begun.set()
        context.signal.wait(20)
        return "too late"

    api.on("wait", ToolUse("mcp__shop__wait", {}), Text("never"))
    session = open_session(mcp_servers={"shop": [wait]}, allowed_tools=["mcp__shop"])
    turn = session.ask("wait")
    assert begun.wait(20)
    receipt = session.interrupt().get(timeout=10)
    assert receipt.still_queued == ()
    outcome = turn.outcome(10)
    assert isinstance(outcome, Cancelled)
    assert outcome.confirmed
    pid = session.info.pid
    assert session.ask("hello").text(20) == "You said: hello"
    assert session.info.pid == pid


def test_an_interrupt_while_nothing_runs_is_harmless(open_session):
    session = open_session()
    assert session.interrupt().get(timeout=10) is None
    session.ask("hello").result(20)
    session.interrupt().get(timeout=10)
    assert session.ask("hello").text(20) == "You said: hello"


# --- MCP servers --------------------------------------------------------------------------------


@tool
def price(item: str) -> float:
    """Tell what something costs."""
    return 2.5 * len(item)


def test_a_server_is_switched_off_and_on(api, open_session):
    api.on("how much", ToolUse("mcp__shop__price", {"item": "tea"}), Text("Ok."))
    session = open_session(mcp_servers={"shop": [price]}, allowed_tools=["mcp__shop"])

    def state():
        [server] = session.mcp_status().get(timeout=10).servers
        return server.status

    def called():
        [call] = session.ask("how much").collect(20).tool_calls
        return not call.result.is_error

    assert called()
    session.mcp_toggle("shop", enabled=False).get(timeout=10)
    assert state() == "disabled"
    assert not called()
    session.mcp_toggle("shop", enabled=True).get(timeout=10)
    assert called()
    assert state() == "connected"


def test_servers_are_replaced_and_those_of_this_program_stay(api, open_session, kill):
    calc = {"command": sys.executable, "args": ["-c", SERVER], "alwaysLoad": True}
    api.on("add", ToolUse("mcp__calc__add", {"n": [2, 3]}), Text("Ok."))
    api.on("how much", ToolUse("mcp__shop__price", {"item": "tea"}), Text("Ok."))
    session = open_session(mcp_servers={"shop": [price]}, allowed_tools=["mcp__shop", "mcp__calc"])

    def called(prompt):
        [call] = session.ask(prompt).collect(20).tool_calls
        return not call.result.is_error

    assert called("how much")
    result = session.set_mcp_servers({"calc": calc}).get(timeout=10)
    assert result is None or result.errors == {}
    assert called("add")
    assert called("how much")
    kill(session)
    assert called("add")
    assert called("how much")
    session.set_mcp_servers({}).get(timeout=10)
    assert not called("add")
    assert called("how much")


def test_a_server_that_does_not_exist_is_refused(open_session):
    session = open_session()
    with pytest.raises(ControlRefused, match="nobody"):
        session.mcp_toggle("nobody", enabled=False).get(timeout=20)


# --- files --------------------------------------------------------------------------------------


def test_files_are_put_back_to_what_they_were(api, open_session, project):
    path = project / "note.txt"
    for text in ("one", "two"):
        given = {"file_path": str(path), "content": text}
        api.on(f"write {text}", ToolUse("Write", given), Text("Ok."))
    session = open_session(tools=["Write"], permission_mode="acceptEdits", file_checkpointing=True)
    first, second = session.ask("write one"), session.ask("write two")
    second.result(20)
    assert path.read_text() == "two"
    told = session.rewind_files(second, dry_run=True).get(timeout=10)
    assert (told.can_rewind, told.files_changed) == (True, (str(path),))
    assert path.read_text() == "two"
    assert session.rewind_files(second).get(timeout=10).can_rewind
    assert path.read_text() == "one"
    session.rewind_files(first).get(timeout=10)
    assert not path.exists()


def test_files_are_not_put_back_without_checkpoints(open_session):
    session = open_session()
    turn = session.ask("hello")
    turn.result(20)
    with pytest.raises(ControlRefused, match="not enabled"):
        session.rewind_files(turn).get(timeout=10)


# --- tasks --------------------------------------------------------------------------------------


def test_a_shell_in_the_background_is_stopped(api, open_session, project, eventually):
    command = "echo $$ > pid; echo begun; sleep 60"
    api.on("work", shell(command, run_in_background=True), Text("It runs."))
    session = open_session(tools=["Bash"], allowed_tools=["Bash"])
    turn = session.ask("work")
    frames = list(turn)
    [task] = [frame.task_id for frame in frames if isinstance(frame, TaskStarted)]
    pid = int(eventually(lambda: content(project / "pid")))
    assert "begun" in eventually(lambda: session.task_output(task).get(timeout=10).output)
    session.stop_task(task).get(timeout=10)
    eventually(lambda: is_gone(pid), 10)
    ended = next(frame for frame in session.background if isinstance(frame, TaskNotification))
    assert (ended.task_id, ended.status) == (task, "stopped")
    assert session.ask("hello").text(20) == "You said: hello"


def content(path):
    return path.read_text().strip() if path.exists() else ""


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


# --- the rest -----------------------------------------------------------------------------------


def test_the_cli_tells_what_fills_the_context(open_session):
    session = open_session()
    session.ask("hello").result(20)
    usage = session.context_usage().get(timeout=10)
    assert usage.total_tokens > 0
    assert usage.categories


def test_the_cli_tells_of_itself_in_the_handshake(open_session, eventually):
    session = open_session(warm=True)
    server = eventually(lambda: session.info.server, 20)
    assert server["account"]["apiKeySource"] == "ANTHROPIC_API_KEY"
    assert {"commands", "models", "agents"} <= set(server)


def test_any_other_request_is_sent_as_it_is_and_answered_as_it_comes(open_session):
    session = open_session()
    settings = session.control("get_settings").get(timeout=20)
    assert "effective" in settings
    assert session.control("get_binary_version").get(timeout=10)["version"]


def test_a_request_that_the_cli_does_not_know_is_refused_by_it(open_session):
    session = open_session()
    with pytest.raises(ControlRefused) as refused:
        session.control("make_coffee", sugar=2).get(timeout=20)
    assert (refused.value.order, refused.value.code) == ("make_coffee", "unsupported_request")
    assert session.ask("hello").text(20) == "You said: hello"


def test_a_request_that_would_go_behind_the_back_of_the_session_is_not_sent(open_session):
    session = open_session()
    for subtype in ("initialize", "set_permission_mode", "end_session", "interrupt"):
        with pytest.raises(LocalProtocolError):
            session.control(subtype)


def test_an_order_is_lost_with_the_process(api, open_session):
    api.on("work", Stall())
    session = open_session()
    turn = session.ask("work")
    api.wait_for_stall(timeout=20)
    os.kill(session.info.pid, signal.SIGSTOP)
    status = session.mcp_status()
    os.kill(session.info.pid, signal.SIGKILL)
    with pytest.raises(ControlLost):
        status.get(timeout=10)
    assert turn.outcome(10).code == "outcome_unknown"
    assert session.mcp_status().get(timeout=20).servers == ()
