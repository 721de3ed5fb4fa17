"""Sub-agents of the real CLI: how they are defined, seen, hooked, permitted and given tools."""

import pytest

from greenroom import AgentDefinition, Allow, Cancelled, Deny, ToolContext, tool
from greenroom.hooks import deny
from greenroom.testing.fake_anthropic import Message, Stall, Text, ToolUse
from greenroom_protocol.claude import (
    Assistant,
    TaskNotification,
    TaskProgress,
    TaskStarted,
    TaskUpdated,
)
from greenroom_protocol.claude.hook_inputs import (
    PreToolUseInput,
    StopInput,
    SubagentStartInput,
    SubagentStopInput,
)

REVIEWER = AgentDefinition(
    description="Reviews one file.",
    prompt="You review code. You are the reviewer of this house.",
    tools=["Bash", "mcp__shop__price"],
    model="claude-haiku-4-5",
)
HANDED_OVER = "review a.py"


def delegate(**more):
    given = {
        "description": "review it",
        "prompt": HANDED_OVER,
        "subagent_type": "reviewer",
        "run_in_background": False,
    }
    return ToolUse("Agent", {**given, **more})


def shell(command):
    return ToolUse("Bash", {"command": command, "description": "a test"})


@pytest.fixture(name="house")
def _house(api, open_session):
    """A function that opens a session with a reviewer: ``house(*what it does, **options)``."""

    def house(*replies, **options):
        api.on("work", Message((Text("Over to you. "), delegate())), Text("It is fine."))
        api.on(HANDED_OVER, *replies)
        given = {"agents": {"reviewer": REVIEWER}, "tools": ["Agent", "Bash"]}
        return open_session(**{**given, "allowed_tools": ["Agent", "Bash"], **options})

    return house


def of_reviewer(api):
    """The requests of the sub-agent."""
    return [request for request in api.requests if request.prompt == HANDED_OVER]


def test_a_sub_agent_is_as_it_was_defined(api, house):
    assert house(Text("Fine.")).ask("work").text(20) == "It is fine."
    [asked] = of_reviewer(api)
    assert asked.model == "claude-haiku-4-5"
    assert b"You are the reviewer of this house." in asked.content
    assert [each["name"] for each in asked.body["tools"]] == ["Bash"]
    assert b"Reviews one file." in api.requests[0].content


def test_the_turn_is_a_tree(house):
    session = house(
        Message((Text("I look. "), shell("echo one"))), Text("Fine."), forward_subagent_text=True
    )
    tree = session.ask("work").tree()
    assert tree.root.text == "Over to you. It is fine."
    [call] = tree.root.calls
    assert call.use.name == "Agent"
    assert "Fine." in str(call.result.content)
    agent = call.agent
    assert (agent.type, agent.prompt, agent.text) == ("reviewer", HANDED_OVER, "I look. Fine.")
    [inner] = agent.calls
    assert (inner.use.name, inner.result.content) == ("Bash", "one")
    assert (call.task.id, call.task.status) == (agent.id, "completed")
    assert (tree.strays, tree.tasks) == ((), ())


@pytest.mark.parametrize("forward", [True, False])
def test_the_text_of_a_sub_agent_is_shown_if_that_is_asked_for(forward, house):
    session = house(Text("Fine."), forward_subagent_text=forward)
    turn = session.ask("work")
    frames = list(turn)
    said = [
        block.text
        for frame in frames
        if isinstance(frame, Assistant) and frame.parent_tool_use_id
        for block in frame.message.content
        if hasattr(block, "text")
    ]
    assert said == (["Fine."] if forward else [])


def test_a_sub_agent_is_a_task_that_tells_how_it_fares(house):
    frames = list(house(shell("echo one"), Text("Fine.")).ask("work"))
    tasks = [
        frame
        for frame in frames
        if isinstance(frame, TaskStarted | TaskProgress | TaskUpdated | TaskNotification)
    ]
    [started] = [frame for frame in tasks if isinstance(frame, TaskStarted)]
    assert (started.subagent_type, started.task_type) == ("reviewer", "local_agent")
    assert not started.is_backgrounded
    assert {frame.task_id for frame in tasks} == {started.task_id}
    [ended] = [frame for frame in tasks if isinstance(frame, TaskNotification)]
    assert ended.status == "completed"


def test_the_permission_handler_knows_which_agent_asks(api, house, project):
    told = []

    def handler(request, call):
        told.append((request.tool_name, request.agent_id, call.agent_id))
        return Allow() if "one" in request.input["command"] else Deny("only one")

    session = house(
        shell("touch one"),
        shell("touch two"),
        Text("Fine."),
        allowed_tools=["Agent"],
        permissions=handler,
    )
    tree = session.ask("work").tree()
    [agent] = tree.agents()
    assert told == [("Bash", agent.id, agent.id)] * 2
    assert [path.name for path in project.iterdir()] == ["one"]
    assert b"only one" in of_reviewer(api)[-1].content


def test_hooks_know_which_agent_they_are_about(house, project):
    told = []

    def look(event, call):
        told.append((type(event), event.agent_id, call.agent_id))
        if isinstance(event, PreToolUseInput) and event.tool_name == "Bash":
            return deny("no shell for sub-agents")
        return None

    events = ("PreToolUse", "SubagentStart", "SubagentStop", "Stop")
    session = house(shell("touch one"), Text("Fine."), hooks=dict.fromkeys(events, look))
    [agent] = session.ask("work").tree().agents()
    assert told == [
        (PreToolUseInput, None, None),
        (SubagentStartInput, agent.id, agent.id),
        (PreToolUseInput, agent.id, agent.id),
        (SubagentStopInput, agent.id, agent.id),
        (StopInput, None, None),
    ]
    assert not any(project.iterdir())


def test_a_sub_agent_uses_the_tools_of_this_program(house):
    seen = []

    @tool
    def price(item: str, context: ToolContext) -> float:
        """Tell what something costs."""
        seen.append(context)
        return 2.5 * len(item)

    session = house(
        ToolUse("mcp__shop__price", {"item": "tea"}),
        Text("Fine."),
        mcp_servers={"shop": [price]},
        allowed_tools=["Agent", "mcp__shop"],
    )
    turn = session.ask("work")
    [agent] = turn.tree().agents()
    [call] = agent.calls
    assert "7.5" in str(call.result.content)
    [context] = seen
    assert (context.turn_id, context.tool_use_id) == (turn.id, call.use.id)


def test_an_interrupt_ends_a_sub_agent_too(api, house):
    session = house(Stall(Text("never")))
    turn = session.ask("work")
    api.wait_for_stall(timeout=20)
    turn.interrupt()
    assert isinstance(turn.outcome(10), Cancelled)
    assert session.ask("hello").text(20) == "You said: hello"


def test_a_denial_that_interrupts_ends_the_sub_agent_alone(house, project):
    session = house(
        shell("touch one"),
        Text("Fine."),
        allowed_tools=["Agent"],
        permissions=lambda _r: Deny("stop it", interrupt=True),
    )
    got = session.ask("work").collect(20)
    assert got.outcome.text == "It is fine."
    assert [one.reason for one in got.outcome.permission_denials] == ["stop it"]
    pid = session.info.pid
    assert session.ask("hello").text(20) == "You said: hello"
    assert session.info.pid == pid
    assert not any(project.iterdir())


def test_the_permission_of_a_sub_agent_in_the_background_is_asked_for_after_the_turn(
    api, open_session, project, eventually
):
    told = []

    def handler(request, call):
        told.append((request.tool_name, call.agent_id is not None, call.turn_id))
        return Allow()

    report = Text("The report is in.")
    api.on("work", delegate(run_in_background=True), Text("Delegated."), report)
    api.on(HANDED_OVER, Stall(shell("touch one")), Text("Fine."))
    session = open_session(
        agents={"reviewer": REVIEWER},
        tools=["Agent", "Bash"],
        allowed_tools=["Agent"],
        permissions=handler,
    )
    turn = session.ask("work")
    assert turn.text(20) == "Delegated."
    api.wait_for_stall(timeout=20)
    api.release()
    eventually((project / "one").exists, 20)
    assert told == [("Bash", True, turn.id)]
    eventually(lambda: session.info.totals.turns == 2, 20)
    assert session.ask("hello").text(20) == "You said: hello"
