"""Permissions with the real CLI: who is asked, and what the answers do."""

import json
import sys
import threading

import pytest

from greenroom import Allow, Ask, Cancelled, Deadlines, Deny, Policy, PromptQueue
from greenroom.hooks import deny
from greenroom.permissions import Answers, ElicitationReply
from greenroom.testing.fake_anthropic import Text, ToolUse, parallel
from greenroom_protocol.claude.control import PermissionDeny, PermissionRequestOutput

QUESTION = {
    "question": "Which colour?",
    "header": "Colour",
    "multiSelect": False,
    "options": [
        {"label": "red", "description": "like blood"},
        {"label": "green", "description": "like a room"},
    ],
}


def shell(command):
    return ToolUse("Bash", {"command": command, "description": "a test"})


@pytest.fixture(name="asked")
def _asked(api, open_session):
    """A function that has the model run commands: ``asked(*commands, **options) -> session``."""

    def asked(*commands, **options):
        api.on("work", *(shell(command) for command in commands), Text("Ok."))
        return open_session(**{"tools": ["Bash"], **options})

    return asked


def results(got):
    return [(call.result.is_error, str(call.result.content)) for call in got.tool_calls]


def test_what_the_handler_allows_runs(asked, project):
    told = []

    def handler(request, call):
        told.append((request.tool_name, request.input["command"], call.turn_id))
        return Allow()

    turn = asked("touch made", permissions=handler).ask("work")
    got = turn.collect(20)
    assert told == [("Bash", "touch made", turn.id)]
    assert (project / "made").exists()
    assert got.outcome.permission_denials == ()


def test_an_async_handler_is_awaited(asked, project):
    async def handler(_request):
        return Allow()

    assert asked("touch made", permissions=handler).ask("work").text(20) == "Ok."
    assert (project / "made").exists()


def test_the_model_reads_why_the_handler_denied(asked, project, api):
    got = (
        asked("touch made", permissions=lambda _r: Deny("not on a Sunday")).ask("work").collect(20)
    )
    assert not (project / "made").exists()
    assert "not on a Sunday" in api.requests[-1].content.decode()
    [denial] = got.outcome.permission_denials
    assert (denial.tool_name, denial.reason, denial.source) == ("Bash", "not on a Sunday", "host")
    assert got.outcome.text == "Ok."


def test_what_the_handler_makes_of_the_input_runs_instead(asked, project):
    def handler(request):
        return Allow({**request.input, "command": "touch other"})

    asked("touch made", permissions=handler).ask("work").result(20)
    assert [path.name for path in project.iterdir()] == ["other"]


def test_a_denial_that_interrupts_ends_the_turn_and_the_process_goes_on(asked, project):
    session = asked("touch made", permissions=lambda _r: Deny("stop it", interrupt=True))
    name = session.ask("hello").result(20).session_id
    pid = session.info.pid
    outcome = session.ask("work").outcome(20)
    assert isinstance(outcome, Cancelled)
    assert outcome.confirmed
    following = session.ask("hello").result(20)
    assert (following.text, following.session_id) == ("You said: hello", name)
    assert session.info.pid == pid
    assert not (project / "made").exists()


def test_a_hook_that_denies_a_permission_and_interrupts_does_the_same(asked, project):
    denied = PermissionRequestOutput(decision=PermissionDeny(message="stop it", interrupt=True))
    session = asked(
        "touch made",
        hooks={"PermissionRequest": lambda _told: denied},
    )
    assert isinstance(session.ask("work").outcome(20), Cancelled)
    pid = session.info.pid
    assert session.ask("hello").text(20) == "You said: hello"
    assert session.info.pid == pid
    assert not (project / "made").exists()


def raising(_request):
    raise KeyError("hunter2")


@pytest.mark.parametrize(
    "handler",
    [raising, lambda _r: True, lambda _r: None, lambda _r: {"behavior": "allow"}],
    ids=["raises", "true", "none", "wire"],
)
def test_a_handler_that_fails_denies(handler, asked, project):
    got = asked("touch made", permissions=handler).ask("work").collect(20)
    [(is_error, text)] = results(got)
    assert is_error
    assert "hunter2" not in text
    assert not (project / "made").exists()
    assert len(got.outcome.callback_failures) == 1
    assert len(got.outcome.permission_denials) == 1


def test_without_a_handler_the_tool_does_not_run(asked, project):
    session = asked("touch made", permission_prompt_tool="stdio")
    got = session.ask("work").collect(20)
    assert "Nobody allowed this" in results(got)[0][1]
    assert not (project / "made").exists()


def test_a_policy_decides_command_by_command(asked, project):
    policy = Policy.of(
        [{"deny": "Bash", "command": "touch b*"}, {"allow": "Bash", "command": "touch *"}]
    )
    session = asked(
        "touch good", "touch bad", "rm good", "touch also && touch bad", permissions=policy
    )
    denials = session.ask("work").result(20).permission_denials
    assert [path.name for path in project.iterdir()] == ["good"]
    assert [one.input["command"] for one in denials] == [
        "touch bad",
        "rm good",
        "touch also && touch bad",
    ]


# --- people -----------------------------------------------------------------------------------


def test_a_person_answers_after_a_while_from_another_thread(asked, project):
    queue = PromptQueue()
    session = asked("touch made", permissions=lambda _r: Ask("it touches"), prompter=queue)
    turn = session.ask("work")
    prompt = queue.wait(20)
    assert (prompt.inquiry.prompt, prompt.turn_id) == ("it touches", turn.id)
    assert not turn.done
    answering = threading.Timer(0.5, queue.answer, (prompt.id, Allow()))
    answering.start()
    assert turn.text(20) == "Ok."
    answering.join()
    assert (project / "made").exists()


def test_an_interrupt_takes_the_prompt_back(asked, project):
    queue = PromptQueue()
    session = asked("touch made", prompter=queue)
    turn = session.ask("work")
    assert queue.wait(20)
    turn.interrupt()
    assert isinstance(turn.outcome(10), Cancelled)
    assert queue.pending() == ()
    assert session.ask("hello").text(20) == "You said: hello"
    assert not (project / "made").exists()


def test_a_person_who_takes_longer_than_a_callback_may_is_waited_for(asked, project):
    queue = PromptQueue()
    session = asked(
        "touch made", prompter=queue, deadlines=Deadlines(callback=0.2, silence=0.4, control=5)
    )
    turn = session.ask("work")
    prompt = queue.wait(20)
    with pytest.raises(TimeoutError):
        turn.outcome(1.0)
    queue.answer(prompt.id, Allow())
    assert turn.text(20) == "Ok."


def test_the_user_is_asked_and_the_model_reads_the_answer(api, open_session):
    api.on("work", ToolUse("AskUserQuestion", {"questions": [QUESTION]}), Text("Green it is."))
    queue = PromptQueue()
    turn = open_session(prompter=queue, tools=["AskUserQuestion"]).ask("work")
    prompt = queue.wait(20)
    assert [one.question for one in prompt.inquiry.questions] == ["Which colour?"]
    queue.answer(prompt.id, Answers({"Which colour?": "green"}))
    got = turn.collect(20)
    assert got.outcome.text == "Green it is."
    assert "green" in results(got)[0][1]
    assert not results(got)[0][0]


def test_an_unattended_session_tells_the_model_that_nobody_can_be_asked(api, open_session):
    api.on("work", ToolUse("AskUserQuestion", {"questions": [QUESTION]}), Text("I guess."))
    session = open_session(permissions=lambda _r: Allow(), tools=["AskUserQuestion"])
    got = session.ask("work").collect(20)
    assert "unattended" in results(got)[0][1]
    assert len(got.outcome.permission_denials) == 1


FORM = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name"],
}
SERVER = """
import json, sys
TOOL = {"name": "greet", "description": "greets", "inputSchema": {"type": "object"}}
FORM = json.loads(sys.argv[1])
def send(**message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)
def greet():
    send(id="form", method="elicitation/create",
         params={"message": "Who are you?", "requestedSchema": FORM})
    said = next(m for m in map(json.loads, sys.stdin) if m.get("id") == "form")["result"]
    return {"content": [{"type": "text", "text": json.dumps(said, sort_keys=True)}]}
ANSWERS = {
    "initialize": lambda p: {
        "protocolVersion": p["protocolVersion"],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "door", "version": "1"},
    },
    "tools/list": lambda p: {"tools": [TOOL]},
    "tools/call": lambda p: greet(),
}
for line in sys.stdin:
    asked = json.loads(line)
    if "id" in asked:
        send(id=asked["id"], result=ANSWERS[asked["method"]](asked.get("params")))
"""


@pytest.fixture(name="at_the_door")
def _at_the_door(api, open_session):
    """A function that has an MCP server ask the user who they are: ``at_the_door(**options)``."""
    api.on("work", ToolUse("mcp__door__greet", {}), Text("Ok."))
    arguments = ["-c", SERVER, json.dumps(FORM)]
    door = {"command": sys.executable, "args": arguments, "alwaysLoad": True}

    def at_the_door(**options):
        return open_session(mcp_servers={"door": door}, allowed_tools=["mcp__door"], **options)

    return at_the_door


@pytest.mark.parametrize(
    "reply", [ElicitationReply("accept", {"name": "Ada", "age": 36}), ElicitationReply("decline")]
)
def test_a_form_of_a_server_is_filled_in_by_a_person(reply, at_the_door):
    queue = PromptQueue()
    turn = at_the_door(prompter=queue).ask("work")
    prompt = queue.wait(20)
    assert (prompt.inquiry.server, prompt.inquiry.message) == ("door", "Who are you?")
    queue.answer(prompt.id, reply)
    [(is_error, text)] = results(turn.collect(20))
    assert not is_error
    assert reply.action in text
    assert ("Ada" in text) == (reply.action == "accept")


def test_a_form_of_a_server_is_declined_where_nobody_can_be_asked(at_the_door):
    [(_, text)] = results(at_the_door().ask("work").collect(20))
    assert "decline" in text


# --- rules and modes --------------------------------------------------------------------------


def test_a_rule_that_is_added_for_the_session_is_not_asked_about_again(asked, project):
    told = []
    rule = {
        "type": "addRules",
        "rules": [{"toolName": "Bash", "ruleContent": "touch *"}],
        "behavior": "allow",
        "destination": "session",
    }

    def handler(request):
        told.append(request.input["command"])
        return Allow(updates=[rule])

    asked("touch one", "touch two", permissions=handler).ask("work").result(20)
    assert told == ["touch one"]
    assert sorted(path.name for path in project.iterdir()) == ["one", "two"]


def test_a_suggestion_of_the_cli_can_be_taken(asked, project):
    told = []

    def handler(request):
        told.append(request.suggestions)
        return Allow(updates=request.suggestions)

    asked("touch one", "touch one", permissions=handler).ask("work").result(20)
    assert told[0]
    assert len(told) == 1


def test_a_call_that_a_rule_of_the_cli_denies_is_recorded_once(asked, project):
    told = []
    session = asked(
        "touch bad",
        "touch worse",
        disallowed_tools=["Bash(touch bad)"],
        permissions=lambda request: told.append(request.input["command"]) or Deny("nor this"),
    )
    denials = session.ask("work").result(20).permission_denials
    assert told == ["touch worse"]
    assert [(one.input["command"], one.source) for one in denials] == [
        ("touch bad", "cli"),
        ("touch worse", "host"),
    ]


def test_a_hook_and_the_handler_both_deny_and_that_is_one_denial(asked, project):
    session = asked(
        "touch bad",
        hooks={"PreToolUse": lambda _told: deny("the hook says no")},
        permissions=lambda _r: Deny("the handler says no"),
    )
    outcome = session.ask("work").result(20)
    assert len(outcome.permission_denials) == 1


def test_calls_beside_each_other_are_asked_about_one_by_one(api, open_session, project):
    api.on("work", parallel(shell("touch one"), shell("touch two")), Text("Ok."))

    def handler(request):
        return Allow() if "one" in request.input["command"] else Deny("only one")

    outcome = open_session(tools=["Bash"], permissions=handler).ask("work").result(20)
    assert [path.name for path in project.iterdir()] == ["one"]
    assert [one.input["command"] for one in outcome.permission_denials] == ["touch two"]


@pytest.fixture(name="planner")
def _planner(api, open_session, project):
    """A function that opens a session in plan mode, which wants to leave it and then to write."""
    written = {"file_path": str(project / "note.txt"), "content": "hi"}
    plan = ToolUse("ExitPlanMode", {"plan": "1. Write the note."})
    api.on("work", plan, ToolUse("Write", written), Text("Ok."))
    tools = ["Write", "ExitPlanMode"]
    return lambda handler: open_session(tools=tools, permission_mode="plan", permissions=handler)


def test_leaving_plan_mode_is_asked_for(planner, project):
    told = []

    def handler(request):
        told.append((request.tool_name, request.requires_user_interaction, request.reason_type))
        return Allow()

    planner(handler).ask("work").result(20)
    assert told == [("ExitPlanMode", True, None), ("Write", False, None)]
    assert (project / "note.txt").exists()


@pytest.mark.parametrize("generous", [False, True])
def test_what_plan_mode_keeps_from_running_is_asked_for_and_it_is_the_handler_that_keeps_it(
    generous, planner, project
):
    told = []

    def handler(request):
        told.append((request.tool_name, request.reason_type))
        planning = request.tool_name == "ExitPlanMode" or request.reason_type == "mode"
        return Deny("think again") if planning and not (generous and len(told) > 1) else Allow()

    planner(handler).ask("work").result(20)
    assert told == [("ExitPlanMode", None), ("Write", "mode")]
    assert (project / "note.txt").exists() == generous
