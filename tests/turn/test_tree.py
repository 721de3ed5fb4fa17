"""A turn as the tree of its conversations."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from greenroom import System
from greenroom.backends.claude.said import task_news, utterance
from greenroom.backends.said import TaskState
from greenroom.testing import Scenario, scenario
from greenroom.turn.tree import CallNode, TreeBuilder
from greenroom_protocol.claude import (
    Assistant,
    FrameDecoder,
    TaskNotification,
    TaskProgress,
    TaskStarted,
    TaskUpdated,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
    User,
)
from greenroom_protocol.claude.frames.system.tasks import TaskPatch, TaskUsage
from greenroom_protocol.claude.message import AssistantMessage, UserFrameMessage

CAPTURES = Path(__file__).parent.parent / "captures" / "claude"


class Says:
    """As much of a vocabulary as is needed."""

    utterance = staticmethod(utterance)
    task_news = staticmethod(task_news)


def tree(frames):
    builder = TreeBuilder(Says())
    builder.add(frames)
    return builder.finish()


def recorded(name):
    return tree(FrameDecoder().decode_block((CAPTURES / f"{name}.ndjson").read_bytes()))


def says(*blocks, parent=None, **more):
    return Assistant(
        message=AssistantMessage(content=blocks), parent_tool_use_id=parent, agent_id=parent, **more
    )


def told(*blocks, parent=None, **more):
    return User(message=UserFrameMessage(content=blocks), parent_tool_use_id=parent, **more)


def call(key, name="Agent"):
    return ToolUse(id=key, name=name, input={})


def done(key, text="done"):
    return ToolResult(tool_use_id=key, content=text)


def drawn(agent):
    """A node as nested lists: texts, and calls as a name with what is below."""
    return [
        (item.use.name, drawn(item.agent) if item.agent else [])
        if isinstance(item, CallNode)
        else item
        for item in agent.items
    ]


def test_a_turn_without_tools_is_its_text():
    got = tree(
        [says(Thinking(thinking="hm", signature="")), says(Text(text="Hello "), Text(text="you."))]
    )
    assert (got.root.text, got.root.thinking, got.root.calls) == ("Hello you.", "hm", ())
    assert (got.strays, got.tasks, list(got.agents())) == ((), (), [])


def test_nothing_is_a_tree_too():
    assert tree([]).root.items == ()


def test_a_sub_agent_hangs_below_its_call():
    got = recorded("subagent_fg_forward_text")
    assert drawn(got.root) == [
        "Delegating.",
        ("Agent", ["Sub working.", ("Bash", []), "Sub result text."]),
        "Done.",
    ]
    (call,) = got.root.calls
    assert call.agent.type == "general-purpose"
    assert call.agent.prompt == "SCRIPT=subbash please"
    assert call.agent.id == call.task.id
    assert call.agent.call_id == call.use.id
    assert call.agent.calls[0].result.content == "from-sub"
    assert "hand-back" in call.result.text
    assert (call.task.status, call.task.summary) == ("completed", "Sub result text.")
    assert (call.task.background, call.task.ended, call.task.last_tool) == (False, True, "Bash")


@pytest.mark.parametrize("name", ["subagent_default", "subagent_bg", "subagent_custom"])
def test_a_background_agent_answers_in_its_task(name):
    got = recorded(name)
    (agent,) = got.agents()
    call = got.find(agent.call_id)
    assert "Async agent launched" in call.result.text
    assert (call.task.background, call.task.status) == (True, "completed")
    assert call.task.summary == agent.text.removeprefix("Sub working.")
    assert call.task.output_file.endswith(".output")
    assert got.tasks == ()


def test_a_task_that_was_only_started_runs():
    got = tree([says(call("a")), TaskStarted(task_id="t", tool_use_id="a", is_backgrounded=True)])
    assert (got.root.calls[0].task.status, got.root.calls[0].task.ended) == ("running", False)
    assert got.root.calls[0].result is None
    assert got.root.calls[0].agent is None


def test_news_of_a_task_add_up():
    usage = TaskUsage(total_tokens=5)
    got = tree(
        [
            says(call("a")),
            TaskStarted(task_id="t", tool_use_id="a", description="work", task_type="local_agent"),
            TaskProgress(task_id="t", description="Running ls", last_tool_name="Bash", usage=usage),
            TaskUpdated(task_id="t", patch=TaskPatch(is_backgrounded=True)),
            TaskUpdated(task_id="t", patch=TaskPatch(status="failed", error="no")),
        ]
    )
    assert got.root.calls[0].task == TaskState(
        id="t",
        tool_use_id="a",
        kind="local_agent",
        description="Running ls",
        background=True,
        status="failed",
        last_tool="Bash",
        usage=usage,
        error="no",
    )


def test_sub_agents_of_sub_agents_are_nested():
    got = tree(
        [
            says(call("a")),
            told(Text(text="outer work"), parent="a"),
            says(Text(text="outer"), parent="a"),
            says(call("b"), parent="a"),
            says(Text(text="inner"), call("c", "Bash"), parent="b"),
            told(done("c"), parent="b"),
            says(Text(text="aside")),
            told(done("b"), parent="a"),
            told(done("a")),
        ]
    )
    assert drawn(got.root) == [
        ("Agent", ["outer", ("Agent", ["inner", ("Bash", [])])]),
        "aside",
    ]
    assert [node.use.id for node in got.calls()] == ["a", "b", "c"]
    assert [agent.call_id for agent in got.agents()] == ["a", "b"]
    assert all(node.result is not None for node in got.calls())
    assert got.find("c").use.name == "Bash"
    assert got.find("z") is None


def test_agents_at_work_at_the_same_time_are_kept_apart():
    frames = [says(call("a")), says(call("b"))]
    frames += [says(Text(text=f"{name}{n} "), parent=name) for n in range(3) for name in "ab"]
    assert drawn(tree(frames).root) == [
        ("Agent", ["a0 ", "a1 ", "a2 "]),
        ("Agent", ["b0 ", "b1 ", "b2 "]),
    ]


def test_what_has_no_call_in_the_turn_is_a_stray():
    got = tree(
        [
            says(Text(text="from before"), call("c", "Bash"), parent="gone"),
            TaskNotification(task_id="t", status="completed", tool_use_id="gone", summary="so"),
            says(Text(text="Hi")),
        ]
    )
    (stray,) = got.strays
    assert (stray.call_id, drawn(stray)) == ("gone", ["from before", ("Bash", [])])
    assert [(task.id, task.summary) for task in got.tasks] == [("t", "so")]
    assert list(got.agents()) == [stray]
    assert [node.use.id for node in got.calls()] == ["c"]


def test_frames_that_say_the_same_twice_make_one_call():
    got = tree([says(call("a")), says(call("a")), told(done("a", "1")), told(done("a", "2"))])
    assert [node.result.content for node in got.root.calls] == ["2"]


def test_what_the_cli_says_in_the_models_name_or_the_users_is_left_out():
    got = tree(
        [
            says(Text(text="API Error"), error="rate_limit"),
            told(Text(text="[Request interrupted by user]")),
            told(Text(text="you must"), parent="a", is_synthetic=True),
            told(Text(text="echo"), parent="b", is_replay=True),
        ]
    )
    assert got.root.items == ()
    assert [stray.prompt for stray in got.strays] == [""]


def test_circles_and_endless_chains_end():
    circle = tree(
        [says(call("a"), parent="a"), says(call("c"), parent="b"), says(call("b"), parent="c")]
    )
    assert [drawn(stray) for stray in circle.strays] == [
        [("Agent", [])],
        [("Agent", [("Agent", [])])],
    ]
    keys = [str(n) for n in range(5000)]
    chain = [says(call(below), parent=key) for key, below in zip([None, *keys], keys, strict=False)]
    got = tree(chain)
    assert len(list(got.calls())) == 5000
    assert len(got.strays) > 1


def test_a_tree_can_be_compared_and_printed():
    frames = [says(Text(text="x"), call("a")), told(done("a"))]
    assert tree(frames) == tree(frames)
    assert msgspec.to_builtins(tree(frames))["root"]["items"][0] == "x"


@pytest.mark.parametrize("awaited", [False, True], ids=["tree", "atree"])
def test_a_turn_gives_the_tree_of_its_stream(simulator, tmp_path, awaited):
    steps = [
        scenario.ToolUse("Bash", {"command": "ls"}),
        scenario.ToolResult("a.py"),
        scenario.Text("One."),
    ]
    installed = simulator(Scenario(turns=[steps]))
    with System() as system:
        turn = system.ask(
            "hello", executable=installed.path, cwd=tmp_path, api_key="not-a-real-key"
        )
        root = asyncio.run(turn.atree()).root if awaited else turn.tree().root
    assert drawn(root) == [("Bash", []), "One."]
    assert root.calls[0].result.content == "a.py"
