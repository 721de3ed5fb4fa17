"""What a program has in hand after a query, whichever library it asked through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

__all__ = ["Answer", "Then"]

Kind = Literal["success", "failure", "nothing"]


@dataclass
class Answer:
    """The end of one query as its caller sees it.

    Attributes:
        kind: ``success``, the call says that it went well; ``failure``, it raised, or returned a
            typed failure; ``nothing``, it returned without a result and without an error.
        what: type and message of the error, or the result in a few words.
        texts: the assistant's text blocks that reached the caller, cut to 80 characters each.
        seconds: from the call until the caller could go on.
        extra: figures of one scenario alone.
    """

    kind: Kind
    what: str
    texts: list[str] = field(default_factory=list)
    seconds: float = 0.0
    extra: dict[str, Any] = field(default_factory=dict)

    def dump(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)

    @classmethod
    def failed(cls, error: BaseException, texts: list[str]) -> Answer:
        """Return the answer of a call that raised."""
        first = (str(error).splitlines() or [""])[0]
        return cls("failure", f"{type(error).__name__}: {first[:100]}", texts)


Then: TypeAlias = Callable[[Answer], None]
"""Who is given the answer while the program lives on."""
