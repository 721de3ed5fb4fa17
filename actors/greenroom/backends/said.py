"""What frames of any CLI say about structured output, sub-agents and tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["OutputPiece", "TaskState", "Utterance"]


class OutputPiece(NamedTuple):
    """Something about the structured output of the main conversation: one of these four.

    Attributes:
        begins: True: an attempt begins, and earlier ones are void. False: something else does, and
            the texts that follow are not of the output.
        text: more JSON of what began last.
        whole: the output of an attempt, complete.
    """

    begins: bool | None = None
    text: str = ""
    whole: Any = msgspec.UNSET


class Utterance(NamedTuple):
    """What was said or done in one of the conversations of a turn.

    Attributes:
        branch: id of the tool call whose sub-agent spoke; None: the main conversation.
        agent_id: of the sub-agent.
        agent_type: of the sub-agent.
        prompt: what the sub-agent was told to do.
        text: text blocks, joined.
        thinking: thinking blocks, joined.
        uses: tool calls, with ``id``, ``name`` and ``input``.
        results: tool results, with ``tool_use_id`` and ``content``.
    """

    branch: str | None
    agent_id: str | None = None
    agent_type: str | None = None
    prompt: str = ""
    text: str = ""
    thinking: str = ""
    uses: Sequence[Any] = ()
    results: Sequence[Any] = ()


class TaskState(msgspec.Struct, frozen=True, kw_only=True):
    """A task of a CLI, such as a sub-agent or a shell, as far as it was told.

    All but the id may be None: not told, or in a report of a change, as it was.

    Attributes:
        id: the CLI's name for it.
        tool_use_id: the tool call that started it.
        kind: in the CLI's words, as in ``local_agent``, ``local_bash``.
        agent_type: of a sub-agent.
        description: what it does; of a sub-agent, what it does right now.
        prompt: what a sub-agent was told to do.
        depth: 1 for a sub-agent of the main conversation.
        background: it outlives the tool call, and perhaps the turn.
        status: in the CLI's words: ``running``, ``completed``, ``failed``, ``stopped`` …
        last_tool: the tool it used last.
        usage: what it has used, as the CLI counts it.
        summary: what it reports; at the end of a sub-agent its answer.
        output_file: where its whole output is.
        error: why it failed, or was stopped.
    """

    id: str
    tool_use_id: str | None = None
    kind: str | None = None
    agent_type: str | None = None
    description: str | None = None
    prompt: str | None = None
    depth: int | None = None
    background: bool | None = None
    status: str | None = None
    last_tool: str | None = None
    usage: Any = None
    summary: str | None = None
    output_file: str | None = None
    error: str | None = None

    @property
    def ended(self) -> bool:
        """Whether it has ended, well or not."""
        return self.status in {"completed", "failed", "killed", "stopped"}

    def changed(self, news: TaskState) -> TaskState:
        """Return the state after `news` of it."""
        told = {name: value for name, value in msgspec.structs.asdict(news).items() if value}
        told |= {} if news.background is None else {"background": news.background}
        return msgspec.structs.replace(self, **told)
