"""One call of a tool, from its request to its reply."""

from __future__ import annotations

import inspect
import threading
import time
from typing import TYPE_CHECKING, Any

from greenroom.callbacks import CallbackFault, Errand
from greenroom.tools.arguments import BadArguments
from greenroom.tools.content import Unsendable, error_result, result_of
from greenroom.tools.context import ToolContext
from greenroom.tools.replies import replied
from greenroom.tools.result import ToolError
from greenroom.tools.usage import Ended

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping

    from greenroom.callbacks import Call, CallbackFailure, CancelSignal
    from greenroom.tools.definition import Tool
    from greenroom.tools.usage import Tally
    from greenroom_protocol.claude.control import McpAnswer
    from greenroom_protocol.jsonrpc import MessageId

__all__ = ["ToolRun"]


class ToolRun:
    """A call that is under way. Thread-safe.

    Checking the arguments, the function and what its result is made into run beside the actors.

    Args:
        tool: what is called.
        arguments: as they came.
        request_id: of the JSON-RPC request.
        server: the server it was called on.
        state: the object given with the servers.
        tally: counts it.
        over: called once, when nobody waits for it any more.
    """

    def __init__(
        self,
        tool: Tool[..., Any],
        arguments: Mapping[str, Any],
        *,
        request_id: MessageId,
        server: str,
        state: Any,
        tally: Tally,
        over: Callable[[], object],
    ) -> None:
        self._tool = tool
        self._arguments = arguments
        self._request_id = request_id
        self._server = server
        self._state = state
        self._tally = tally
        self._over = over
        self._lock = threading.Lock()
        self._ended: Ended | None = None
        self._cancelled: str | None = None
        self._signal: CancelSignal | None = None
        self._task: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None
        self._since = time.monotonic()
        tally.begin()

    def errand(self, tool_use_id: str | None) -> Errand:
        """Return what has to be run for the reply."""
        return Errand(
            name=f"tool {self._server}.{self._tool.name}",
            call=self._call,
            then=self._then,
            closed=self._closed,
            timeout=self._tool.timeout,
            tool_use_id=tool_use_id,
        )

    def cancel(self, reason: str) -> None:
        """The CLI does not wait for the result any more: tell the function, if it runs."""
        with self._lock:
            self._cancelled = reason
            signal, task = self._signal, self._task
        if signal is not None:
            signal.cancel(reason)
        if task is not None:
            _cancel(*task)
        self._end(Ended.CANCELLED)

    # --- beside the actors --------------------------------------------------------------------

    def _call(self, call: Call) -> Any:
        with self._lock:
            self._signal = call.signal
            cancelled = self._cancelled
        if cancelled is not None:
            call.signal.cancel(cancelled)
        call.signal.on_cancel(lambda: self._end(Ended.CANCELLED), quick=True)
        if call.signal.cancelled:
            return _cancelled_result(call.signal.reason)
        context = ToolContext.of(call, state=self._state, server=self._server, tool=self._tool.name)
        try:
            function = self._tool.bind(self._arguments, context)
        except BadArguments as error:
            return self._fail(f"The arguments of {self._tool.name!r} are wrong: {error}.")
        return self._await(function) if self._tool.is_async else self._run(function)

    def _run(self, function: Callable[[], Any]) -> Any:
        try:
            value = function()
        except ToolError as error:
            return self._fail(str(error))
        return self._await(lambda: value) if inspect.isawaitable(value) else self._finish(value)

    async def _await(self, function: Callable[[], Any]) -> Any:
        import asyncio  # noqa: PLC0415 - here it is loaded, and programs without coroutines need none

        task = asyncio.current_task()
        assert task is not None
        with self._lock:
            self._task = (asyncio.get_running_loop(), task)
            cancelled = self._cancelled
        if cancelled is not None:
            return _cancelled_result(cancelled)
        try:
            return self._finish(await function())
        except ToolError as error:
            return self._fail(str(error))
        except asyncio.CancelledError:
            if self._cancelled is None:
                raise
            task.uncancel()
            return _cancelled_result(self._cancelled)

    def _finish(self, value: Any) -> Any:
        try:
            result = result_of(value)
        except Unsendable as error:
            return error  # raised on the dispatcher, where it counts as a bad answer
        if result.get("isError"):
            self._end(Ended.FAILED, result["content"][0].get("text", "an error without text"))
        self._end(Ended.WELL)
        return result

    def _fail(self, text: str) -> dict[str, Any]:
        self._end(Ended.FAILED, text)
        return error_result(text)

    # --- on the dispatcher --------------------------------------------------------------------

    def _then(self, result: Any) -> McpAnswer:
        if isinstance(result, Unsendable):
            raise result
        return replied(self._request_id, result)

    def _closed(self, failure: CallbackFailure) -> McpAnswer:
        text = _said(self._tool.name, failure)
        if failure.fault is CallbackFault.CANCELLED:
            self._end(Ended.CANCELLED)
        elif not self._end(Ended.FAILED, text) and failure.fault is CallbackFault.OVERDUE:
            self._late(text)
        return replied(self._request_id, error_result(text))

    def _late(self, text: str) -> None:
        """One that is overdue is cancelled first, and that was counted."""
        with self._lock:
            counted_otherwise = self._ended is Ended.CANCELLED and self._cancelled is None
            if counted_otherwise:
                self._ended = Ended.FAILED
        if counted_otherwise:
            self._tally.failed_after_all(text)

    def _end(self, how: Ended, error: str | None = None) -> bool:
        with self._lock:
            if self._ended is not None:
                return False
            self._ended = how
        self._tally.end(how, time.monotonic() - self._since, error)
        self._over()
        return True


def _cancelled_result(reason: str | None) -> dict[str, Any]:
    return error_result(f"The call was cancelled: {reason}.")


def _said(tool: str, failure: CallbackFailure) -> str:
    text = failure.message
    if failure.fault is CallbackFault.RAISED and failure.error_type not in {None, text}:
        text = f"{failure.error_type}: {text}"
    return f"The tool {tool!r} failed: {text}"


def _cancel(loop: asyncio.AbstractEventLoop, task: asyncio.Task[Any]) -> None:
    try:
        loop.call_soon_threadsafe(task.cancel)
    except RuntimeError:
        return  # the loop is closed, and with it the task is gone
