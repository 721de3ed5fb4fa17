"""Steps that end a turn: its ``result``, and the ways to get that wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.testing import scenario as steps
from greenroom.testing.simulator import wire
from greenroom.testing.simulator.ids import new_uuid, timestamp
from greenroom.testing.simulator.lines import encode_line
from greenroom.testing.simulator.placeholders import fill

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from greenroom.testing.simulator.placeholders import Values
    from greenroom.testing.simulator.queue import PromptQueue
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.streaming import Streaming
    from greenroom.testing.simulator.turn_run import TurnRun

__all__ = ["Results"]

_API_TEXTS = {
    "authentication_failed": "Invalid API key · Fix external API key",
    "rate_limit": "API Error: Request rejected (429) · rate limited",
    "model_not_found": "There's an issue with the selected model. It may not exist.",
    "billing_error": "Credit balance is too low",
    "tool_history_mismatch": "API Error: 400 due to tool use concurrency issues.",
    "usage_limit_reached": "You've hit your 5-hour limit · resets 2:55pm (UTC)",
}

_API_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    503: "api_error",
    529: "overloaded_error",
}

_CANCELLING = frozenset(
    {"error_during_execution", "error_max_budget_usd", "error_max_structured_output_retries"}
)
"""Results behind which the prompts of the turn count as cancelled."""


class Results:
    """Writes ``result`` frames and keeps the last one."""

    def __init__(
        self,
        stage: Stage,
        queue: PromptQueue,
        streaming: Streaming,
        values: Callable[[TurnRun], Values],
    ) -> None:
        self._stage = stage
        self._talk = stage.conversation
        self._queue = queue
        self._streaming = streaming
        self._values = values
        self._last = b""

    def table(self) -> dict[type, Callable[[Any, TurnRun], None]]:
        """The step each method plays."""
        return {
            steps.Result: self._result,
            steps.ApiError: self._api_error,
            steps.DuplicateResult: self._duplicate,
        }

    def frame(self, step: steps.Result, run: TurnRun, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The ``result`` of the turn as it stands."""
        uuids = run.uuids if step.uuids is None else list(step.uuids)
        covered = {"user_message_uuid": uuids[0], "user_message_uuids": uuids} if uuids else {}
        origins = [prompt.origin for prompt in run.prompts if prompt.origin is not None]
        frame = self._talk.result_frame(
            step.subtype,
            run.text if step.text is None else step.text,
            num_turns=1 + run.user_frames,
            usage=run.usage() if run.messages else wire.no_usage(),
            permission_denials=run.denials,
            queued_turn_count=self._queue.human(),
            **covered,
            **({"origin": origins[0]} if origins else {}),
        )
        frame |= fields
        return {key: frame[key] for key in frame if key not in step.drop}

    def write(self, step: steps.Result, run: TurnRun, fields: Mapping[str, Any]) -> None:
        """Write a ``result``; the first one of a turn adds its cost to the totals."""
        self._streaming.close(run)
        if run.result is None and run.messages:
            plan, messages = run.plan, run.messages
            self._talk.spend(
                plan.cost_usd, plan.input_tokens * messages, plan.output_tokens * messages
            )
        frame = self.frame(step, run, {**step.fields, **fields})
        run.result = self._last = self._stage.emit(frame)
        self._talk.results += 1
        self._talk.failed = frame.get("is_error") is True
        self._stage.store.add_totals(
            self._talk.session_id, self._talk.total_cost_usd, self._talk.model_usage
        )

    def half(self, run: TurnRun) -> bytes:
        """The encoded successful ``result`` the turn would have, for cutting."""
        return encode_line(self.frame(steps.Result(), run, {}))

    def _result(self, step: steps.Result, run: TurnRun) -> None:
        values = self._values(run)
        text = None if step.text is None else str(fill(step.text, values))
        filled = steps.Result(step.subtype, text, step.uuids, fill(step.fields, values), step.drop)
        run.ending = "cancelled" if step.subtype in _CANCELLING else run.ending
        self.write(filled, run, {})

    def _api_error(self, step: steps.ApiError, run: TurnRun) -> None:
        given = None if step.text is None else str(fill(step.text, self._values(run)))
        known = _API_TEXTS.get(step.api_error or step.error)
        text = given or known or f"API Error: {step.status} {step.error}"
        names = {"api_error_type": _API_TYPES.get(step.status or 0), "api_error": step.api_error}
        named = {name: value for name, value in names.items() if value is not None}
        frame = {
            "type": "assistant",
            "message": wire.synthetic_message(new_uuid(), text),
            "parent_tool_use_id": None,
        }
        status = {} if step.status is None else {"api_error_status": step.status}
        frame = self._talk.stamp(frame) | {"timestamp": timestamp(), "error": step.error}
        params = {"api_error_params": step.params} if step.params else {}
        marks = {"is_api_error_message": True, **status, **named, **params}
        self._stage.emit(frame | marks | run.covered_once())
        self._stage.store.add_frame(frame)
        fields = {
            "is_error": True,
            "api_error_status": step.status,
            "terminal_reason": step.terminal_reason,
            "stop_reason": "stop_sequence",
            **named,
        }
        run.ending = "cancelled"
        self.write(steps.Result(text=text), run, fields)

    def _duplicate(self, _step: steps.DuplicateResult, _run: TurnRun) -> None:
        self._stage.out.write(self._last)
