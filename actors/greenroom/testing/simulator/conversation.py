"""The conversation a simulated CLI holds: its id, settings and totals, and its frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.testing.simulator import wire
from greenroom.testing.simulator.ids import new_uuid, timestamp

if TYPE_CHECKING:
    from greenroom.testing.scenario import Scenario
    from greenroom.testing.simulator.launch import Launch

__all__ = ["Conversation"]


class Conversation:
    """State that outlives a turn.

    Attributes:
        session_id: changes with ``/clear``.
        history: prompts of the conversation so far, those before a resume included.
        total_cost_usd: running total; a resume goes on with it.
        results: ``result`` frames written by this process.
        failed: whether the last of them was an error; decides the exit code.
    """

    def __init__(self, scenario: Scenario, launch: Launch, cwd: str) -> None:
        self.version = scenario.cli_version
        self.cwd = cwd
        self.default_model = launch.model or scenario.model
        self.model = self.default_model
        self.permission_mode = launch.permission_mode
        self.session_id = launch.session_id or new_uuid()
        self.tools = list(scenario.tools)
        self.history = 0
        self.total_cost_usd: float = 0
        self.model_usage: dict[str, dict[str, Any]] = {}
        self.results = 0
        self.failed = False
        self._host_reads_state = launch.host_reads_state
        self._emits_state = launch.emits_state

    def stamp(self, frame: dict[str, Any]) -> dict[str, Any]:
        """Add the frame's own id and the session's."""
        return frame | {"uuid": new_uuid(), "session_id": self.session_id}

    def state_frame(self, state: str) -> dict[str, Any] | None:
        """``session_state_changed``, if the environment asks for it."""
        if not (self._host_reads_state or self._emits_state):
            return None
        mark = {} if self._emits_state else {"sdk_host_only": True}
        frame = {"type": "system", "subtype": "session_state_changed", "state": state, **mark}
        return self.stamp(frame)

    def init_frame(self, mcp_servers: list[dict[str, Any]], uuids: list[str]) -> dict[str, Any]:
        """``system/init`` for a turn of these prompts."""
        covered = {"user_message_uuids": uuids} if uuids else {}
        frame = wire.system_init(
            self.version,
            cwd=self.cwd,
            model=self.model,
            mode=self.permission_mode,
            session_id=self.session_id,
            tools=self.tools,
        )
        return self.stamp(frame | {"mcp_servers": mcp_servers} | covered)

    def user_frame(self, content: Any, **members: Any) -> dict[str, Any]:
        """A ``user`` frame written by the CLI."""
        frame = {
            "type": "user",
            "message": {"role": "user", "content": content},
            "parent_tool_use_id": None,
        }
        return self.stamp(frame) | {"timestamp": timestamp(), **members}

    def spend(self, cost_usd: float, input_tokens: int, output_tokens: int) -> None:
        """Add a turn to the running totals."""
        self.total_cost_usd += cost_usd
        total = self.model_usage.setdefault(self.model, wire.model_usage(0, 0, 0))
        total["inputTokens"] += input_tokens
        total["outputTokens"] += output_tokens
        total["costUSD"] += cost_usd

    def result_frame(self, subtype: str, text: str, **members: Any) -> dict[str, Any]:
        """``result`` with the running totals and the next index."""
        frame = wire.result_frame(
            subtype,
            text,
            total_cost_usd=self.total_cost_usd,
            modelUsage={model: dict(usage) for model, usage in self.model_usage.items()},
            result_index=self.results,
        )
        return self.stamp(frame) | members

    def clear(self) -> None:
        """Forget everything, as ``/clear`` does; model and mode stay."""
        self.session_id = new_uuid()
        self.history = 0
        self.total_cost_usd = 0
        self.model_usage = {}
