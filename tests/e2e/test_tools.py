"""Tools run where they are allowed, are paired with their results, and are denied otherwise."""

import shlex
import sys

import pytest

from greenroom import Completed
from greenroom.testing.fake_anthropic import Message, Text, ToolUse, parallel
from greenroom_protocol.claude import Result

SERVER = """
import json, sys
TOOL = {"name": "add", "description": "adds", "inputSchema": {"type": "object"}}
ANSWERS = {
    "initialize": lambda p: {
        "protocolVersion": p["protocolVersion"],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "calc", "version": "1"},
    },
    "tools/list": lambda p: {"tools": [TOOL]},
    "tools/call": lambda p: {"content": [{"type": "text", "text": str(sum(p["arguments"]["n"]))}]},
}
for line in sys.stdin:
    asked = json.loads(line)
    if "id" in asked:
        result = ANSWERS[asked["method"]](asked.get("params"))
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
"""


def shell(command, **more):
    return ToolUse("Bash", {"command": command, "description": "a test", **more})


@pytest.fixture(name="with_shell")
def _with_shell(open_session):
    """A function that opens a session with a shell that is allowed."""

    def open_with_shell(**options):
        return open_session(**{"tools": ["Bash"], "allowed_tools": ["Bash"], **options})

    return open_with_shell


def test_a_shell_command_runs_and_is_paired_with_its_output(api, with_shell, project):
    api.on("work", Message((Text("Let me see. "), shell("pwd; echo done"))), Text("There."))
    got = with_shell().ask("work").collect(20)
    (call,) = got.tool_calls
    assert (call.use.name, call.use.input["command"]) == ("Bash", "pwd; echo done")
    assert (call.result.content, call.result.is_error) == (f"{project}\ndone", False)
    assert (got.text, got.outcome.text) == ("Let me see. There.", "There.")


def test_parallel_calls_are_paired_each_with_its_own_result(api, with_shell):
    api.on("work", parallel(shell("echo one"), shell("echo two")), Text("Both."))
    got = with_shell().ask("work").collect(20)
    pairs = [(call.use.input["command"], call.result.content) for call in got.tool_calls]
    assert pairs == [("echo one", "one"), ("echo two", "two")]
    assert got.outcome.text == "Both."


def test_the_model_is_told_what_the_tool_said(api, with_shell):
    api.on("work", shell("echo tell-me"), Text("done"))
    with_shell().ask("work").result(20)
    (told,) = [
        block
        for message in api.requests[-1].body["messages"]
        for block in message["content"]
        if isinstance(block, dict) and block["type"] == "tool_result"
    ]
    assert (told["content"], told["is_error"]) == ("tell-me", False)


def test_a_command_that_fails_is_a_result_that_says_so(api, with_shell):
    api.on("work", shell("echo oops >&2; exit 3"), Text("It failed."))
    got = with_shell().ask("work").collect(20)
    (call,) = got.tool_calls
    assert call.result.is_error
    assert "oops" in call.result.content
    assert isinstance(got.outcome, Completed)


def test_calls_and_results_can_be_watched_as_they_pass(api, with_shell):
    api.on("work", shell("echo one"), shell("echo two"), Text("done"))
    session, seen = with_shell(), []
    results = [result.content for result in session.ask("work").tool_results("Bash")]
    frames = list(session.ask("work").on_tool_use(seen.append))
    assert results == ["one", "two"]
    assert [use.input["command"] for use in seen] == ["echo one", "echo two"]
    assert isinstance(frames[-1], Result)


def test_a_tool_nobody_allowed_is_denied_and_does_not_run(api, open_session, project):
    api.on("work", shell("touch made-it"), Text("I may not."))
    outcome = open_session(tools=["Bash"]).ask("work").result(20)
    assert [denied.tool_name for denied in outcome.permission_denials] == ["Bash"]
    assert outcome.text == "I may not."
    assert not (project / "made-it").exists()


def test_a_question_nobody_answers_is_refused(api, open_session, project):
    api.on("work", shell("touch made-it"), Text("I may not."))
    session = open_session(tools=["Bash"], permission_prompt_tool="stdio")
    got = session.ask("work").collect(20)
    assert [denied.tool_name for denied in got.outcome.permission_denials] == ["Bash"]
    assert "Nobody allowed this" in got.tool_calls[0].result.content
    assert not (project / "made-it").exists()


def test_a_rule_allows_what_it_names_and_nothing_else(api, open_session, project):
    api.on("work", shell("touch good"), shell("touch bad"), Text("done"))
    session = open_session(tools=["Bash"], allowed_tools=["Bash(touch good)"])
    denials = session.ask("work").result(20).permission_denials
    assert [denied.input["command"] for denied in denials] == ["touch bad"]
    assert sorted(path.name for path in project.iterdir()) == ["good"]


def test_a_tool_that_does_not_exist_is_an_error_for_the_model_to_deal_with(api, with_shell):
    api.on("work", ToolUse("Nonsense", {"a": 1}), Text("No such thing."))
    got = with_shell().ask("work").collect(20)
    assert (got.tool_calls[0].result.is_error, got.outcome.text) == (True, "No such thing.")


def test_a_file_is_written_where_edits_are_accepted(api, open_session, project):
    path = project / "note.txt"
    api.on("write", ToolUse("Write", {"file_path": str(path), "content": "hi"}), Text("done"))
    session = open_session(tools=["Write"], permission_mode="acceptEdits")
    assert session.ask("write").text(20) == "done"
    assert path.read_text() == "hi"


def test_the_shell_has_the_environment_of_the_process(api, with_shell, home):
    api.on("work", shell(f"echo $HOME $GIVEN; ls -d {shlex.quote(str(home))}"), Text("done"))
    (call,) = with_shell(env={"GIVEN": "given"}).ask("work").collect(20).tool_calls
    assert call.result.content.splitlines() == [f"{home} given", str(home)]


def test_tools_of_an_mcp_server_are_called(api, open_session):
    calc = {"command": sys.executable, "args": ["-c", SERVER], "alwaysLoad": True}
    api.on("how much", ToolUse("mcp__calc__add", {"n": [2, 3]}), Text("Five."))
    session = open_session(mcp_servers={"calc": calc}, allowed_tools=["mcp__calc__add"])
    got = session.ask("how much").collect(20)
    assert got.outcome.text == "Five."
    assert got.tool_calls[0].result.content[0]["text"] == "5"
