"""The client's side of one Claude process: what to write, what frames mean (CLI 2.1.329)."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from greenroom.backends.claude.hints import diagnose
from greenroom.backends.claude.verdict import Circumstances, judge
from greenroom.backends.events import (
    Event,
    HandshakeDone,
    HandshakeFailed,
    OptionRefused,
    Question,
    QuestionWithdrawn,
    ToolsClosed,
    ToolsOpened,
    TurnBegan,
    TurnDropped,
    TurnEnded,
)
from greenroom.values.outcomes import (
    Crashed,
    FailureContext,
    Rejected,
    StartFailed,
    Truncated,
    TurnError,
)
from greenroom.values.usage import NOTHING, Spend
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude import (
    Assistant,
    CanUseTool,
    CommandLifecycle,
    ControlCancelRequest,
    ControlError,
    ControlRequest,
    ControlResponse,
    ConversationReset,
    Elicitation,
    KeepAlive,
    RateLimitEvent,
    Result,
    SessionStateChanged,
    SystemInit,
    ToolResult,
    ToolUse,
    User,
)
from greenroom_protocol.claude.control import (
    CancelAsyncMessage,
    Interrupt,
    encode_error,
    encode_request,
    encode_success,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.backends.base import Prompt
    from greenroom.runtime.process import ExitStatus
    from greenroom_protocol.claude.options import Options

__all__ = ["ClaudeConversation"]

_INTERRUPT: Final = Interrupt(cancel_queued=True)
"""A prompt that the CLI has not begun yet is only ended when it is told so (CLI 2.1.329)."""

_HANDSHAKE: Final = "greenroom_initialize"

_CONTINUES: Final = ("resume", "continue_conversation", "from_pr")
"""Options under which running totals go on from where an earlier process left them."""

_REFUSAL: Final = "greenroom: nothing in this session answers {kind!r}"


class ClaudeConversation:
    """Reads and writes one process's wire. Pure and single-threaded."""

    def __init__(self, options: Options) -> None:
        self.session_id: str | None = None
        self._options = options
        self._ids = count(1)
        self._running = options
        self._asked: dict[str, Options] = {}
        self._before: Spend | None = None if any(map(options.get, _CONTINUES)) else NOTHING
        self._error: str | None = None
        self._message_id = ""
        self._resets_at: float | None = None
        self._wants_structured = options.get("json_schema") is not None

    # --- writing ------------------------------------------------------------------------------

    def opening(self) -> bytes:
        """Return the ``initialize`` request; prompts may follow at once."""
        return encode_request(_HANDSHAKE, self._options.initialize())

    def submit(self, turn_id: str, prompt: Prompt, options: Options) -> bytes:
        """Return the lines that ask `prompt`, after those that make `options` the running ones."""
        if isinstance(prompt, str) and not prompt.strip():
            raise LocalProtocolError(f"a prompt must say something; this one is blank: {prompt!r}")
        line = options.prompt(prompt, uuid=turn_id).encode()
        if options is self._running:
            return line
        requests = {
            self._next_id("set"): request for request in options.control_requests(self._running)
        }
        lines = [encode_request(request_id, request) for request_id, request in requests.items()]
        self._asked = dict.fromkeys(requests, self._running)
        self._running = options
        return b"".join((*lines, line))

    def interrupt(self, turn_id: str, *, foreign: bool) -> bytes:
        """Return the request that ends a turn, whether it runs or still waits in the CLI."""
        request = CancelAsyncMessage(message_uuid=turn_id) if foreign else _INTERRUPT
        return encode_request(self._next_id("interrupt"), request)

    def _next_id(self, kind: str) -> str:
        return f"greenroom_{kind}_{next(self._ids)}"

    # --- reading ------------------------------------------------------------------------------

    def read(self, frame: Any) -> Event | None:
        """Return what a significant frame means."""
        reader = _READERS.get(type(frame))
        return None if reader is None else reader(self, frame)

    def _init(self, frame: SystemInit) -> Event:
        self.session_id = frame.session_id or self.session_id
        self._error = None
        return TurnBegan(turn_ids=tuple(frame.user_message_uuids))

    def _lifecycle(self, frame: CommandLifecycle) -> Event | None:
        if frame.state == "started":
            return TurnBegan(turn_ids=(frame.command_uuid,))
        if frame.state == "cancelled":  # also follows the result of an aborted turn
            return TurnDropped(turn_id=frame.command_uuid)
        return None

    def _reset(self, frame: ConversationReset) -> None:
        self.session_id = frame.new_conversation_id
        self._before = NOTHING

    def _assistant(self, frame: Assistant) -> Event | None:
        if frame.error is not None and frame.parent_tool_use_id is None:
            self._error = frame.error
        ids = tuple(block.id for block in frame.message.content if type(block) is ToolUse)
        main, message_id = frame.parent_tool_use_id is None, frame.message.id
        anew = main and message_id != self._message_id
        if main:
            self._message_id = message_id
        return ToolsOpened(ids=ids, anew=anew) if ids or anew else None

    def _user(self, frame: User) -> Event | None:
        blocks = frame.message.blocks
        ids = tuple(block.tool_use_id for block in blocks if type(block) is ToolResult)
        return ToolsClosed(ids=ids) if ids else None

    def _limits(self, frame: RateLimitEvent) -> None:
        info = frame.rate_limit_info
        if info.resets_at is not None:
            self._resets_at = float(info.resets_at)

    def _result(self, frame: Result) -> Event:
        covered = frame.user_message_uuids
        if not covered and frame.user_message_uuid is not None:
            covered = (frame.user_message_uuid,)
        started = self.session_id is not None
        seen = Circumstances(
            error=self._error,
            resets_at=self._resets_at,
            wants_structured=self._wants_structured and frame.local_command is None,
            before=self._before,
        )
        self._error = None
        verdict = judge(frame, seen)
        if covered or frame.num_turns:  # a resumed process may begin with an empty result
            self._before = verdict.running
        return TurnEnded(
            turn_ids=tuple(covered),
            verdict=verdict,
            process_ends=not started and frame.is_error and not covered and frame.origin is None,
        )

    def _answer(self, frame: ControlResponse) -> Event | None:
        response = frame.response
        failed = response.error if isinstance(response, ControlError) else None
        if response.request_id == _HANDSHAKE:
            if failed is not None:
                return HandshakeFailed(error=StartFailed(f"the CLI refused to start: {failed}"))
            info = None if isinstance(response, ControlError) else response.response
            return HandshakeDone(info=info if isinstance(info, dict) else {})
        before = self._asked.pop(response.request_id or "", None)
        if before is None or failed is None:
            return None
        self._running = before
        return OptionRefused(error=Rejected(f"the CLI refused: {failed}", code="option_refused"))

    def _question(self, frame: ControlRequest) -> Event:
        kind = type(frame.request)
        name = getattr(frame.request, "subtype", None) or kind.__name__
        return Question(
            request_id=frame.request_id,
            kind=name,
            refusal=_refuse(frame.request_id, frame.request, name),
        )

    def _withdrawn(self, frame: ControlCancelRequest) -> Event:
        return QuestionWithdrawn(request_id=frame.request_id)

    significant: frozenset[type]
    private: frozenset[type]

    # --- the end of the process -----------------------------------------------------------------

    def death(self, status: ExitStatus | None, stderr: str, *, bytes_lost: int) -> TurnError:
        """Return what an exit without a result means for the turn that was in flight."""
        known = diagnose(stderr)
        if known is not None and self.session_id is None:
            return known.kind(
                known.line or known.code,
                code=known.code,
                context=FailureContext(hint=known.hint),
            )
        if status is None or (status.code is None and status.signal is None):
            return Crashed("the process ended in a way nobody could observe", code="exit_unknown")
        if status.code == 0:
            lost = f"; {bytes_lost} bytes of an unfinished line were lost" if bytes_lost else ""
            return Truncated(
                f"the process exited cleanly without a result for this turn{lost}",
                bytes_lost=bytes_lost,
            )
        said = _last_line(stderr)
        if self.session_id is None and status.code is not None:
            return StartFailed(f"the CLI refused to start: {said or status}", code="start_refused")
        return Crashed(
            f"the process died during the turn: {status}{f': {said}' if said else ''}",
            exit_code=status.code,
            signal=status.signal,
        )


_READERS: Final[dict[type, Callable[[ClaudeConversation, Any], Event | None]]] = {
    SystemInit: ClaudeConversation._init,  # noqa: SLF001 - the table of this very class
    CommandLifecycle: ClaudeConversation._lifecycle,  # noqa: SLF001 - as above
    ConversationReset: ClaudeConversation._reset,  # noqa: SLF001 - as above
    Assistant: ClaudeConversation._assistant,  # noqa: SLF001 - as above
    User: ClaudeConversation._user,  # noqa: SLF001 - as above
    RateLimitEvent: ClaudeConversation._limits,  # noqa: SLF001 - as above
    Result: ClaudeConversation._result,  # noqa: SLF001 - as above
    ControlResponse: ClaudeConversation._answer,  # noqa: SLF001 - as above
    ControlRequest: ClaudeConversation._question,  # noqa: SLF001 - as above
    ControlCancelRequest: ClaudeConversation._withdrawn,  # noqa: SLF001 - as above
}

ClaudeConversation.private = frozenset(
    {
        CommandLifecycle,
        ControlCancelRequest,
        ControlRequest,
        ControlResponse,
        KeepAlive,
        SessionStateChanged,
    }
)
ClaudeConversation.significant = frozenset(_READERS) | ClaudeConversation.private


def _refuse(request_id: str, request: object, kind: str) -> bytes:
    """Return the closed answer: nothing is allowed because nobody was there to decide."""
    why = _REFUSAL.format(kind=kind)
    if isinstance(request, CanUseTool):
        return encode_success(request_id, {"behavior": "deny", "message": why})
    if isinstance(request, Elicitation):
        return encode_success(request_id, {"action": "decline"})
    return encode_error(request_id, why)


def _last_line(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return lines[-1] if lines else ""
