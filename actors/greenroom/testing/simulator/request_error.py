"""What a request of the client's is refused with."""

from __future__ import annotations

__all__ = ["RequestError"]


class RequestError(Exception):
    """A request that is answered with an error."""

    def __init__(self, text: str, code: str | None = None) -> None:
        super().__init__(text)
        self.code = code
