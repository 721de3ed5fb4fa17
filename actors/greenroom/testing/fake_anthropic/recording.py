"""What a fake API was asked, kept for the test to look at."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

__all__ = ["RecordedRequest", "Recording", "masked"]

_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})
_MASK = "***"


class RecordedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request as it arrived.

    Attributes:
        method: `POST`, `GET`, ...
        path: The path without the query.
        query: What stood behind the question mark.
        headers: Names in lower case; the values of credentials are masked.
        content: The body's bytes.
        prompt: The last human prompt in the messages of the body; empty if there is none.
        side: What the CLI wants for itself (`title`, `compaction`, `suggestion`, `probe`), else
            None.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    query: str = ""
    content: bytes = b""
    prompt: str = ""
    side: str | None = None

    @property
    def body(self) -> Any:
        """The decoded JSON body; None if there is none or it is not JSON."""
        try:
            return msgspec.json.decode(self.content)
        except msgspec.DecodeError:
            return None

    @property
    def model(self) -> str:
        """The model that was asked for; empty if the body names none."""
        body = self.body
        return str(body.get("model", "")) if isinstance(body, dict) else ""

    @property
    def session_id(self) -> str:
        """The CLI's session id; empty for other clients."""
        return self.headers.get("x-claude-code-session-id", "")


Predicate: TypeAlias = Callable[[RecordedRequest], object]


def masked(headers: Mapping[str, str]) -> dict[str, str]:
    """Return `headers` with the values of credentials masked."""
    return {name: _MASK if name in _SECRET_HEADERS else each for name, each in headers.items()}


class Recording:
    """The newest requests, and how many responses stall. Thread-safe.

    Args:
        keep: How many requests are kept; older ones are forgotten.
    """

    def __init__(self, keep: int) -> None:
        self._changed = threading.Condition()
        self._requests: deque[RecordedRequest] = deque(maxlen=keep)
        self._stalled = 0

    def add(self, request: RecordedRequest) -> None:
        """Keep `request` and wake who waits for it."""
        with self._changed:
            self._requests.append(request)
            self._changed.notify_all()

    def stall(self, change: int) -> None:
        """Note that one more response (1) or one less (-1) waits for its release."""
        with self._changed:
            self._stalled += change
            self._changed.notify_all()

    @property
    def requests(self) -> tuple[RecordedRequest, ...]:
        """The requests that are kept, oldest first."""
        with self._changed:
            return tuple(self._requests)

    def wait_for_request(self, predicate: Predicate | None, timeout: float) -> RecordedRequest:
        """Return the first kept request that fits, as soon as there is one.

        Raises:
            TimeoutError: None came in time; the text lists the newest that did come.
        """

        def found() -> RecordedRequest | None:
            fits = (each for each in self._requests if predicate is None or predicate(each))
            return next(fits, None)

        with self._changed:
            request = self._changed.wait_for(found, timeout)
            if request is None:
                newest = [f"{r.method} {r.path} {r.prompt!r:.60}" for r in [*self._requests][-5:]]
                raise TimeoutError(f"no such request within {timeout} s; the newest are {newest}")
            return request

    def wait_for_stall(self, count: int, timeout: float) -> None:
        """Return as soon as `count` responses stall.

        Raises:
            TimeoutError: They do not in time.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._stalled >= count, timeout):
                raise TimeoutError(
                    f"{self._stalled} responses stall after {timeout} s, not {count}; "
                    "is there a rule with a Stall for that prompt?"
                )
