"""What is known of a turn while it is played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.testing.simulator import wire

if TYPE_CHECKING:
    from greenroom.testing.scenario import Turn
    from greenroom.testing.simulator.prompt import Prompt

__all__ = ["TurnRun"]


class TurnRun:
    """State of one turn.

    Attributes:
        starters: the prompts it began with.
        prompts: what it answers; prompts that fold into it join.
        announced: whether its ``system/init`` was written.
        message_id: of the API message being written, or None between messages.
        blocks: of that message so far.
        messages: API messages of the turn.
        streamed: text of the block that is being streamed.
        text: of the last whole text block.
        open_tools: calls without a result, by id, oldest first.
        denials: entries of ``permission_denials``.
        user_frames: ``user`` frames written in the turn.
        result: the encoded ``result``, once there is one.
        ending: the lifecycle state its prompts end in.
        catches_interrupt: whether a step waits for the interrupt itself.
        interrupted: whether that interrupt has come.
    """

    def __init__(self, prompts: list[Prompt], plan: Turn, number: int) -> None:
        self.starters = tuple(prompts)
        self.prompts = prompts
        self.plan = plan
        self.number = number
        self.announced = False
        self.message_id: str | None = None
        self.blocks = 0
        self.messages = 0
        self.streamed = ""
        self.text = ""
        self.open_tools: dict[str, dict[str, Any]] = {}
        self.denials: list[dict[str, Any]] = []
        self.user_frames = 0
        self.result: bytes | None = None
        self.ending = "completed"
        self.catches_interrupt = False
        self.interrupted = False
        self._named_prompts = False

    @property
    def uuids(self) -> list[str]:
        """The prompts it covers, as far as the client named them."""
        return [prompt.uuid for prompt in self.prompts if prompt.uuid is not None]

    @property
    def prompt_text(self) -> str:
        """The text of its prompts."""
        return "\n".join(prompt.text for prompt in self.prompts)

    def covered(self) -> dict[str, Any]:
        """The members that tell which prompts a frame belongs to."""
        uuids = self.uuids
        return {"user_message_uuid": uuids[0], "user_message_uuids": uuids} if uuids else {}

    def covered_once(self) -> dict[str, Any]:
        """The same, for the first ``assistant`` frame of the turn only."""
        first, self._named_prompts = not self._named_prompts, True
        return self.covered() if first else {}

    def usage(self) -> dict[str, Any]:
        """The ``usage`` of the turn's result."""
        plan, messages = self.plan, max(1, self.messages)
        return wire.usage(plan.input_tokens * messages, plan.output_tokens * messages)
