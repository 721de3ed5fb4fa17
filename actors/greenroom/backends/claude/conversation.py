"""The client's side of one Claude process: what to write, what frames mean (CLI 2.1.329)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import msgspec

from greenroom.backends.claude.death import cause_of_death
from greenroom.backends.claude.impasse import impasse_of, is_refusal
from greenroom.backends.claude.limits import reset_of
from greenroom.backends.claude.said import OUTPUT_TOOL
from greenroom.backends.claude.verdict import Circumstances, judge
from greenroom.backends.events import (
    AgentStarted,
    Event,
    HandshakeDone,
    HandshakeFailed,
    OptionRefused,
    OrderAnswered,
    Question,
    QuestionWithdrawn,
    ToolsClosed,
    ToolsOpened,
    TurnBegan,
    TurnDropped,
    TurnEnded,
)
from greenroom.values.ladder import Impasse
from greenroom.values.outcomes import (
    Rejected,
    StartFailed,
    TurnError,
)
from greenroom.values.usage import NOTHING, Spend
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude import (
    Assistant,
    CommandLifecycle,
    ControlCancelRequest,
    ControlError,
    ControlRequest,
    ControlResponse,
    ControlSuccess,
    ConversationReset,
    KeepAlive,
    RateLimitEvent,
    Result,
    SessionStateChanged,
    SystemInit,
    TaskStarted,
    ToolResult,
    ToolUse,
    User,
)
from greenroom_protocol.claude.control import (
    CancelAsyncMessage,
    Interrupt,
    SendMcpMessage,
    encode_request,
)
from greenroom_protocol.claude.options.checks import uuid as uuid_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.backends.base import Prompt
    from greenroom.hooks import HookSet
    from greenroom.runtime.process import ExitStatus
    from greenroom_protocol.claude.options import Options

__all__ = ["ClaudeConversation"]

_INTERRUPT: Final = Interrupt(cancel_queued=True)
"""A prompt that the CLI has not begun yet is only ended when it is told so (CLI 2.1.329)."""

_AGENT: Final = "local_agent"
"""The type of a task that is a sub-agent."""

_HANDSHAKE: Final = "greenroom_initialize"

_CONTINUES: Final = ("resume", "continue_conversation", "from_pr")
"""Options under which running totals go on from where an earlier process left them."""


class ClaudeConversation:
    """Reads and writes one process's wire. Pure and single-threaded."""

    def __init__(
        self, options: Options, hooks: HookSet | None = None, *, handshake_seconds: float = 60.0
    ) -> None:
        self.session_id: str | None = None
        self.entry: str | None = None
        self.suspect = False
        self.impasse: Impasse | None = None
        self.answered = False
        self._answering = False
        self.guarded = hooks is not None
        self.halted = False
        self.handshake_seconds = handshake_seconds
        self._options = options
        self._hooks = hooks
        self._orders: dict[str, Any] = {}
        self._ids = count(1)
        self._running = options
        self._asked: dict[str, Options] = {}
        self._before: Spend | None = None if any(map(options.get, _CONTINUES)) else NOTHING
        self._error: str | None = None
        self._said_last: str | None = None
        self._ready = False
        self._message_id = ""
        self._resets_at: float | None = None
        self._wants_structured = options.get("json_schema") is not None
        self._launched: Mapping[str, Any] = options.get("mcp_servers") or {}
        self._schema_taken = True

    # --- writing ------------------------------------------------------------------------------

    def opening(self) -> bytes:
        """Return the ``initialize`` request; prompts may follow at once."""
        initialize = self._options.initialize()
        if self._hooks is not None:
            initialize = msgspec.structs.replace(initialize, hooks=self._hooks.matchers())
        return encode_request(_HANDSHAKE, initialize)

    def submit(self, turn_id: str, prompt: Prompt, options: Options) -> bytes:
        """Return the lines that ask `prompt`, after those that make `options` the running ones."""
        if isinstance(prompt, str) and not prompt.strip():
            raise LocalProtocolError(f"a prompt must say something; this one is blank: {prompt!r}")
        line = options.prompt(prompt, uuid=turn_id).encode()
        if options is self._running:
            return line
        return b"".join((*self._bring(options), line))

    def settle(self, options: Options) -> bytes:
        """Return the lines that take back what the last turn alone was to run with.

        The CLI may go on by itself, with what that turn left in the background.
        """
        if options is self._running:
            return b""
        return b"".join(self._bring(options))

    def _bring(self, options: Options) -> list[bytes]:
        requests = {
            self._next_id("set"): request for request in options.control_requests(self._running)
        }
        self._asked |= dict.fromkeys(requests, self._running)
        self._running = options
        return [encode_request(request_id, request) for request_id, request in requests.items()]

    def interrupt(self, turn_id: str, *, foreign: bool) -> bytes:
        """Return the request that ends a turn, whether it runs or still waits in the CLI."""
        request = CancelAsyncMessage(message_uuid=turn_id) if foreign else _INTERRUPT
        return encode_request(self._next_id("interrupt"), request)

    def order(self, request: Any, changes: Mapping[str, Any]) -> tuple[str, bytes]:
        """Return the id of an order, and the line that gives it."""
        from greenroom.backends.claude.orders import adopting, encode_order  # noqa: PLC0415 - few sessions give orders

        request_id = self._next_id("order")
        line = encode_order(request_id, request)
        if "mcp_servers" in changes and self._launched:
            line = adopting(self._next_id("adopt"), request, self._launched) + line
            self._launched = {}
        self._orders[request_id] = request
        self.halted = self.halted or isinstance(request, Interrupt)
        if changes:
            self._asked[request_id] = self._running
            self._running = self._running.changed(changes)
        return request_id, line

    def answer(self, question: Question, answer: Any) -> bytes:
        """Return the line that answers a question."""
        from greenroom.backends.claude.questions import encode_answer, halts  # noqa: PLC0415 - in most sessions the CLI asks nothing

        line = encode_answer(question.request_id, answer)
        self.halted = self.halted or halts(question.inquiry, answer)
        return line

    def notify(self, server: str, message: Mapping[str, Any]) -> bytes:
        """Return the line that passes on a notification of a tool server of ours."""
        request = SendMcpMessage(server_name=server, message=message)
        return encode_request(self._next_id("notify"), request)

    def serves(self, options: Options) -> bool:
        """Whether this process can run a turn with these options: its schema is for good."""
        return bool(options.get("json_schema") == self._options.get("json_schema"))

    def _next_id(self, kind: str) -> str:
        return f"greenroom_{kind}_{next(self._ids)}"

    # --- reading ------------------------------------------------------------------------------

    def read(self, frame: Any) -> Event | None:
        """Return what a significant frame means."""
        reader = _READERS.get(type(frame))
        return None if reader is None else reader(self, frame)

    def _init(self, frame: SystemInit) -> Event:
        self.session_id = frame.session_id or self.session_id
        self._error = self._resets_at = None
        self._schema_taken = not self._wants_structured or OUTPUT_TOOL in frame.tools
        self.halted = False
        return TurnBegan(turn_ids=tuple(frame.user_message_uuids))

    def _lifecycle(self, frame: CommandLifecycle) -> Event | None:
        if frame.state == "started":
            return TurnBegan(turn_ids=(frame.command_uuid,))
        if frame.state == "cancelled":  # also follows the result of an aborted turn
            return TurnDropped(turn_id=frame.command_uuid)
        return None

    def _reset(self, frame: ConversationReset) -> None:
        self.session_id = frame.new_conversation_id
        self.entry = self._said_last = None
        self._before = NOTHING

    def _assistant(self, frame: Assistant) -> Event | None:
        if frame.error is not None and frame.parent_tool_use_id is None:
            self._error = frame.error
            self._resets_at = reset_of(frame, self._resets_at)
        ids = tuple(block.id for block in frame.message.content if type(block) is ToolUse)
        main, message_id = frame.parent_tool_use_id is None, frame.message.id
        anew = main and message_id != self._message_id
        if main:
            self._message_id = message_id
        if main and frame.error is None:
            self._said_last = frame.uuid or self._said_last
            self._answering = True
        agent = None if main else frame.agent_id
        return ToolsOpened(ids=ids, anew=anew, agent_id=agent) if ids or anew else None

    def _task(self, frame: TaskStarted) -> Event | None:
        if frame.task_type != _AGENT:
            return None
        return AgentStarted(agent_id=frame.task_id, tool_use_id=frame.tool_use_id)

    def _user(self, frame: User) -> Event | None:
        blocks = frame.message.blocks
        ids = tuple(block.tool_use_id for block in blocks if type(block) is ToolResult)
        return ToolsClosed(ids=ids) if ids else None

    def _limits(self, frame: RateLimitEvent) -> None:
        info = frame.rate_limit_info
        self._resets_at = None if info.resets_at is None else float(info.resets_at)

    def _result(self, frame: Result) -> Event:
        covered = frame.user_message_uuids
        if not covered and frame.user_message_uuid is not None:
            covered = (frame.user_message_uuid,)
        started = self.session_id is not None
        seen = Circumstances(
            error=self._error,
            resets_at=self._resets_at,
            wants_structured=self._wants_structured and frame.local_command is None,
            schema_taken=self._schema_taken,
            before=self._before,
        )
        self._error = None
        verdict = judge(frame, seen)
        self.answered, self._answering = self._answering, False
        impasse = impasse_of(verdict.error, frame, refused_before=self.suspect)
        self.impasse = None if self.answered else impasse  # what was refused is of this very turn
        self.suspect = is_refusal(frame)
        if self.impasse is Impasse.POISONED and verdict.error is not None:
            verdict.error.code = "conversation_poisoned"
        if verdict.error is None and self._said_last and not uuid_problem(self._said_last):
            self.entry = self._said_last
        if covered or frame.num_turns:  # a resumed process may begin with an empty result
            self._before = verdict.running
        return TurnEnded(
            turn_ids=tuple(covered),
            verdict=verdict,
            process_ends=not started and frame.is_error and not covered and frame.origin is None,
        )

    def _answer(self, frame: ControlResponse) -> Event | None:
        response = frame.response
        request_id = response.request_id or ""
        if request_id == _HANDSHAKE:
            return self._greeted(response)
        failed = response if isinstance(response, ControlError) else None
        before = self._asked.pop(request_id, None)
        if failed is not None and before is not None:
            self._running = before
        if request_id in self._orders:
            return self._obeyed(self._orders.pop(request_id), request_id, response)
        if failed is None or before is None:
            return None
        why = f"the CLI refused: {failed.error}"
        return OptionRefused(error=Rejected(why, code="option_refused"))

    def _greeted(self, response: ControlSuccess | ControlError) -> Event:
        if isinstance(response, ControlError):
            why = f"the CLI refused to start: {response.error}"
            return HandshakeFailed(error=StartFailed(why))
        info = response.response if isinstance(response.response, dict) else {}
        problem = (
            None if self._hooks is None else _registration_problem(info, self._hooks, self._options)
        )
        if problem is not None:
            return HandshakeFailed(error=StartFailed(problem, code="hooks_not_registered"))
        self._ready = True
        return HandshakeDone(info=info)

    def _obeyed(
        self, request: Any, request_id: str, response: ControlSuccess | ControlError
    ) -> OrderAnswered:
        from greenroom.backends.claude.orders import read_order  # noqa: PLC0415 - few sessions give orders

        answer, error = read_order(request, response)
        return OrderAnswered(request_id=request_id, answer=answer, error=error)

    def _question(self, frame: ControlRequest) -> Event:
        from greenroom.backends.claude.questions import inquiry_of  # noqa: PLC0415 - in most sessions the CLI asks nothing

        request = frame.request
        return Question(
            request_id=frame.request_id,
            kind=getattr(request, "subtype", None) or str(type(request).__struct_config__.tag),
            inquiry=inquiry_of(request),
        )

    def _withdrawn(self, frame: ControlCancelRequest) -> Event:
        return QuestionWithdrawn(request_id=frame.request_id)

    significant: frozenset[type]
    private: frozenset[type]

    # --- the end of the process -----------------------------------------------------------------

    def death(self, status: ExitStatus | None, stderr: str, *, bytes_lost: int) -> TurnError:
        """Return what an exit without a result means for the turn that was in flight."""
        cause = cause_of_death(
            status,
            stderr,
            bytes_lost=bytes_lost,
            ready=self._ready,
            spoke=self.session_id is not None,
        )
        self.impasse = self.impasse or impasse_of(cause)
        return cause


_READERS: Final[dict[type, Callable[[ClaudeConversation, Any], Event | None]]] = {
    SystemInit: ClaudeConversation._init,  # noqa: SLF001 - the table of this very class
    CommandLifecycle: ClaudeConversation._lifecycle,  # noqa: SLF001 - as above
    ConversationReset: ClaudeConversation._reset,  # noqa: SLF001 - as above
    Assistant: ClaudeConversation._assistant,  # noqa: SLF001 - as above
    User: ClaudeConversation._user,  # noqa: SLF001 - as above
    TaskStarted: ClaudeConversation._task,  # noqa: SLF001 - as above
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


def _registration_problem(info: dict[str, Any], hooks: HookSet, options: Options) -> str | None:
    from greenroom.backends.claude.registration import registration_problem  # noqa: PLC0415 - few sessions have hooks

    settings = options.get("settings")
    of_settings = settings.get("env") if isinstance(settings, Mapping) else None
    environment = {**(of_settings or {}), **(options.get("env") or {})}
    return registration_problem(
        info, hooks, bare=bool(options.get("bare")), environment=environment
    )
