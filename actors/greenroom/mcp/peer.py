"""Our side of the conversation with one server: what is asked, what is answered, by number."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from greenroom.mcp.call import Progress
from greenroom.mcp.catalogue import Catalogue
from greenroom.mcp.errors import McpBadAnswer, McpCancelled, McpRefused, McpServerDown, McpTimedOut
from greenroom.mcp.exchanges import Exchange, Exchanges
from greenroom.mcp.handshake import Welcome, hello, read_welcome
from greenroom.mcp.log_message import LogMessage
from greenroom.mcp.wire import Severed
from greenroom.runtime import MailboxFull
from greenroom.runtime.process import OutQueueFull
from greenroom_protocol.encoding import encode_line
from greenroom_protocol.jsonrpc import (
    METHOD_NOT_FOUND,
    Failure,
    Message,
    Notification,
    Request,
    Response,
    RpcError,
)
from greenroom_protocol.mcp import CANCELLED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from greenroom.mcp.board import Board
    from greenroom.mcp.catalogue import Then
    from greenroom.mcp.messages import Ask, Enumerate
    from greenroom.mcp.wire import Wire
    from greenroom.runtime import Timer
    from greenroom.values.redaction import Redactor
    from greenroom_protocol import Garbage

__all__ = ["MOST_CALLS", "Overdue", "Peer"]

MOST_CALLS: Final = 1_000
"""Requests that may be under way at a time."""

_LOG_CHARACTERS: Final = 10_000
"""What is kept of a logged message."""


class Overdue(NamedTuple):
    """The time of a request is over."""

    number: int


class Peer:
    """Speaks over one wire after the other; used on the dispatcher alone.

    Requests that come while there is no wire, or no handshake yet, wait for it.

    Args:
        board: counts what came in vain.
        numbers: gives the ids of requests.
        redactor: knows what words of the server must not be repeated.
        answer_seconds: how long the handshake, and a page of a list, may take.
        after: sends a message to the owner, who hands `Overdue` back to `overdue`.
        lose: is called with the reason when the wire is of no use any more.
        worked: is called whenever a caller's request is answered.
    """

    def __init__(
        self,
        board: Board,
        *,
        numbers: Iterator[int],
        redactor: Redactor,
        answer_seconds: float,
        after: Callable[[float, Any], Timer],
        lose: Callable[[str], object],
        worked: Callable[[], object],
    ) -> None:
        self._board = board
        self._name = board.info.name
        self._numbers = numbers
        self._redactor = redactor
        self._answer_seconds = answer_seconds
        self._after = after
        self._lose = lose
        self._worked = worked
        self._wire: Wire | None = None
        self._ready = False
        self._exchanges = Exchanges()
        self._catalogue = Catalogue(self._request_page, self._note_garbage)

    # --- from wire to wire -------------------------------------------------------------------

    def shake_hands(
        self, wire: Wire, then: Callable[[Welcome | None, BaseException | None], object]
    ) -> None:
        """Begin on a fresh wire; `then` hears how it went, and calls `go_on` if well."""
        self._wire = wire

        def answered(result: Any, error: BaseException | None) -> None:
            welcome = None
            if error is None:
                try:
                    welcome = read_welcome(result)
                except McpBadAnswer as bad:
                    error = bad
            then(welcome, error)

        self._request("initialize", hello(), answered)

    def go_on(self, welcome: Welcome) -> None:
        """Send what has been waiting, and see what the server offers."""
        assert self._wire is not None
        self._wire.agree(welcome.protocol_version)
        self._say(Notification(method="notifications/initialized"))
        self._ready = True
        for exchange in self._exchanges.unsent():
            self._send(exchange)
        self._catalogue.begin(welcome.capabilities)

    def rest(self) -> None:
        """Send no more requests on this wire."""
        self._ready = False

    def leave(self, error: BaseException) -> None:
        """Let go of a wire: what was sent fails, what was not waits for the next one."""
        self._wire = None
        self._ready = False
        self._catalogue.close()
        for exchange in self._exchanges.take_all(sent_only=True):
            exchange.settle(None, error)

    def refuse_all(self, error: BaseException) -> None:
        """Fail everything that waits."""
        self._ready = False
        for exchange in self._exchanges.take_all():
            exchange.settle(None, error)
        self._catalogue.fail(error)

    # --- requests ----------------------------------------------------------------------------

    def ask(self, ask: Ask) -> None:
        """Send a caller's request, now or when the server is ready; it is always answered."""
        if len(self._exchanges) >= MOST_CALLS:
            ask.call.fail(MailboxFull(f"the MCP server {self._name!r}", MOST_CALLS))
            return
        settle = partial(self._answer, ask)
        exchange = Exchange(ask.call.id, ask.method, ask.line, settle, ask.call)
        self._enter(exchange, ask.timeout)
        if self._ready:
            self._send(exchange)

    def enumerate(self, message: Enumerate) -> None:
        """Give a caller a list, now or when it is there."""
        self._catalogue.serve(message.kind, message.call)

    def withdraw(self, number: int) -> None:
        """Fail a caller's request because he wishes it."""
        error = McpCancelled("the call was cancelled by its caller", server=self._name)
        listing = self._catalogue.forget(number)
        if listing is not None:
            listing.fail(error)
        self._cut(number, error)

    def overdue(self, number: int) -> None:
        """Fail a request that has no answer yet."""
        exchange = self._exchanges.find(number)
        if exchange is not None:
            lacks = "has not answered" if exchange.sent else "was not ready for"
            text = f"MCP server {self._name!r} {lacks} {exchange.method} in time"
            self._cut(number, McpTimedOut(text, server=self._name))

    def _cut(self, number: int, error: McpTimedOut | McpCancelled) -> None:
        """End a request that has no answer; the server is told, but never of the handshake."""
        exchange = self._exchanges.take(number)
        if exchange is None:
            return
        if exchange.sent and exchange.method != "initialize":
            params = {"requestId": number, "reason": error.code}
            self._say(Notification(method=CANCELLED, params=params))
        exchange.settle(None, error)

    def _answer(self, ask: Ask, result: Any, error: BaseException | None) -> None:
        if error is None or isinstance(error, McpRefused):
            self._worked()
        if error is not None:
            ask.call.fail(error)
            return
        try:
            value = ask.read(result)
        except (ValueError, RecursionError) as bad:  # msgspec.ValidationError is a ValueError
            self._note_garbage()
            text = f"MCP server {self._name!r} answered {ask.method} in a wrong form: {bad}"
            ask.call.fail(McpBadAnswer(text, server=self._name))
        else:
            ask.call.settle(value)

    def _request_page(self, method: str, params: dict[str, Any], then: Then) -> None:
        if self._ready:
            self._request(method, params, then)
        else:
            text = f"it went down before it was asked for {method}"
            then(None, McpServerDown(text, server=self._name))

    def _request(self, method: str, params: dict[str, Any], then: Then) -> None:
        number = next(self._numbers)
        line = encode_line(Request(id=number, method=method, params=params))
        exchange = Exchange(number, method, line, then)
        self._enter(exchange, self._answer_seconds)
        self._send(exchange)

    def _enter(self, exchange: Exchange, timeout: float) -> None:
        self._exchanges.enter(exchange)
        if not math.isinf(timeout):
            exchange.timer = self._after(timeout, Overdue(exchange.number))

    def _send(self, exchange: Exchange) -> None:
        try:
            self._write(exchange.line)
        except OutQueueFull as error:
            self._exchanges.take(exchange.number)
            text = f"it does not read what it is sent: {error}"
            exchange.settle(None, McpServerDown(text, server=self._name))
        else:
            exchange.sent = True
            exchange.line = b""

    def _say(self, message: Message) -> None:
        """Say what nobody waits for an answer to."""
        try:
            self._write(encode_line(message))
        except OutQueueFull as error:
            self._lose(f"it does not read what it is sent: {error}")

    def _write(self, line: bytes) -> None:
        if self._wire is not None:
            self._wire.send(line)

    # --- what the server says ----------------------------------------------------------------

    def take(self, message: Message | Garbage | Severed) -> None:
        """Take one message."""
        match message:
            case Response(id=number, result=result):
                self._settle(number, result, None)
            case Failure(id=number, error=error):
                data = None if error.data is msgspec.UNSET else error.data
                words = self._redactor.text(error.message)
                refusal = McpRefused(error.code, words, data, server=self._name)
                self._settle(number, None, refusal)
            case Severed(number=number, why=why):
                down = McpServerDown(self._redactor.text(why), server=self._name, sent=True)
                self._settle(number, None, down)
            case Request():
                self._reply(message)
            case Notification():
                self._hear(message)
            case _:
                self._note_garbage()

    def _settle(self, number: Any, result: Any, error: BaseException | None) -> None:
        exchange = self._exchanges.take(number)
        if exchange is None:
            self._board.note(unmatched=self._board.info.unmatched + 1)
        else:
            exchange.settle(result, error)

    def _reply(self, request: Request) -> None:
        if request.method == "ping":
            self._say(Response(id=request.id, result={}))
            return
        text = f"this client does not do {request.method[:60]}"
        error = RpcError(code=METHOD_NOT_FOUND, message=text)
        self._say(Failure(id=request.id, error=error))

    def _hear(self, notification: Notification) -> None:
        topic = notification.method.removeprefix("notifications/")
        if topic == "progress":
            self._note_progress(notification.params)
        elif topic == "message":
            self._keep(notification.params)
        elif topic.endswith("/list_changed"):
            self._catalogue.changed(topic.removesuffix("/list_changed"))

    def _note_progress(self, params: Any) -> None:
        token = params.get("progressToken") if isinstance(params, dict) else None
        exchange = self._exchanges.find(token)
        if exchange is not None and exchange.call is not None:
            try:
                exchange.call.progress = msgspec.convert(params, Progress)
            except msgspec.ValidationError:
                self._note_garbage()

    def _keep(self, params: Any) -> None:
        try:
            message = msgspec.convert(self._redactor.value(params), LogMessage)
        except msgspec.ValidationError:
            self._note_garbage()
            return
        if len(text := repr(message.data)) > _LOG_CHARACTERS:
            message = msgspec.structs.replace(message, data=text[:_LOG_CHARACTERS])
        self._board.add_to_log(message)

    def _note_garbage(self) -> None:
        self._board.note(garbage=self._board.info.garbage + 1)
