"""A turn as the tree of its conversations: the main one, its sub-agents, and theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from greenroom.backends.base import Vocabulary
    from greenroom.backends.said import TaskState, Utterance

__all__ = ["AgentNode", "CallNode", "TreeBuilder", "TurnTree"]

_DEEPEST: Final = 100
"""Levels of sub-agents; those further down are strays."""


class CallNode(msgspec.Struct, frozen=True, kw_only=True):
    """A tool call, and what came of it.

    Attributes:
        use: the call: ``id``, ``name`` and ``input``.
        result: its result; None when there was none in time. That of a sub-agent in the background
            only says that it was started.
        task: how the task fared that the call started, if it started one.
        agent: what the sub-agent said and did, if it was one.
    """

    use: Any
    result: Any = None
    task: TaskState | None = None
    agent: AgentNode | None = None


class AgentNode(msgspec.Struct, frozen=True, kw_only=True):
    """What was said and done in one conversation: the main one, or a sub-agent's.

    Attributes:
        call_id: id of the tool call that started it; None: the main conversation.
        id: of the sub-agent.
        type: of the sub-agent, as in ``general-purpose``.
        prompt: what the sub-agent was told to do.
        items: texts and tool calls, in the order they came.
        thinking: all thinking, joined.
    """

    call_id: str | None = None
    id: str | None = None
    type: str | None = None
    prompt: str = ""
    items: tuple[str | CallNode, ...] = ()
    thinking: str = ""

    @property
    def text(self) -> str:
        """All text, joined."""
        return "".join(item for item in self.items if isinstance(item, str))

    @property
    def calls(self) -> tuple[CallNode, ...]:
        """The tool calls."""
        return tuple(item for item in self.items if isinstance(item, CallNode))


class TurnTree(msgspec.Struct, frozen=True, kw_only=True):
    """The conversations of a turn, as far as its frames were there to be folded.

    Attributes:
        root: the main conversation.
        strays: sub-agents whose tool call was not among the frames, as of those that an earlier
            turn left in the background.
        tasks: tasks whose tool call was not among the frames.
    """

    root: AgentNode
    strays: tuple[AgentNode, ...] = ()
    tasks: tuple[TaskState, ...] = ()

    def calls(self) -> Iterator[CallNode]:
        """Iterate over all tool calls, those of sub-agents right after the call they are from."""
        waiting = [
            call for agent in reversed((self.root, *self.strays)) for call in agent.calls[::-1]
        ]
        while waiting:
            call = waiting.pop()
            yield call
            if call.agent is not None:
                waiting.extend(call.agent.calls[::-1])

    def agents(self) -> Iterator[AgentNode]:
        """Iterate over all sub-agents, each before its own."""
        yield from self.strays
        for call in self.calls():
            if call.agent is not None:
                yield call.agent

    def find(self, tool_use_id: str) -> CallNode | None:
        """Return the tool call with this id."""
        return next((call for call in self.calls() if call.use.id == tool_use_id), None)


class _Branch:
    """An agent while it is being folded; calls stand in it by their ids."""

    def __init__(self) -> None:
        self.id: str | None = None
        self.type: str | None = None
        self.prompt = ""
        self.items: list[tuple[str, bool]] = []  # a text, or the id of a call
        self.thinking: list[str] = []

    def add(self, said: Utterance) -> None:
        self.id = self.id or said.agent_id
        self.type = self.type or said.agent_type
        self.prompt = self.prompt or said.prompt
        if said.text:
            self.items.append((said.text, False))
        if said.thinking:
            self.thinking.append(said.thinking)
        self.items.extend((use.id, True) for use in said.uses)


class TreeBuilder:
    """Folds frames into a `TurnTree`, one after the other.

    It keeps what was said, called and returned; so it takes the memory of the whole turn, stream
    events and the rest left out.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._says = vocabulary
        self._branches: dict[str | None, _Branch] = {None: _Branch()}
        self._uses: dict[str, Any] = {}
        self._results: dict[str, Any] = {}
        self._tasks: dict[str, TaskState] = {}

    def add(self, frames: Iterable[Any]) -> None:
        """Take more frames into account."""
        says = self._says
        for frame in frames:
            if (said := says.utterance(frame)) is not None:
                self._hear(said)
            elif (news := says.task_news(frame)) is not None:
                known = self._tasks.get(news.id)
                self._tasks[news.id] = news if known is None else known.changed(news)

    def _hear(self, said: Utterance) -> None:
        new = [use for use in said.uses if use.id not in self._uses]
        self._branches.setdefault(said.branch, _Branch()).add(said._replace(uses=new))
        self._uses.update((use.id, use) for use in new)
        self._results.update((result.tool_use_id, result) for result in said.results)

    def finish(self) -> TurnTree:
        """Return the tree of all frames so far."""
        left = dict(self._branches)
        started = {task.tool_use_id: task for task in self._tasks.values()}
        root = self._grow(None, left, started, 0)
        strays = []
        while left:
            strays.append(self._grow(next(iter(left)), left, started, 0))
        tasks = tuple(t for t in self._tasks.values() if t.tool_use_id not in self._uses)
        return TurnTree(root=root, strays=tuple(strays), tasks=tasks)

    def _grow(
        self,
        call_id: str | None,
        left: dict[str | None, _Branch],
        started: dict[str | None, TaskState],
        depth: int,
    ) -> AgentNode:
        """Make a node of a branch, and of those below; each branch is taken from `left` once."""
        branch = left.pop(call_id)
        items: list[str | CallNode] = []
        for item, is_call in branch.items:
            if not is_call:
                items.append(item)
                continue
            grows = item in left and depth < _DEEPEST
            items.append(
                CallNode(
                    use=self._uses[item],
                    result=self._results.get(item),
                    task=started.get(item),
                    agent=self._grow(item, left, started, depth + 1) if grows else None,
                )
            )
        return AgentNode(
            call_id=call_id,
            id=branch.id,
            type=branch.type,
            prompt=branch.prompt,
            items=tuple(items),
            thinking="".join(branch.thinking),
        )
