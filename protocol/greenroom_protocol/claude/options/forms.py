"""The forms that values take: before they are checked, and as texts of variables."""

from __future__ import annotations

from typing import Any

from greenroom_protocol.secret import Secret

__all__ = ["comma_list", "milliseconds", "one_or_more", "opt_out", "sealed", "switch"]


def one_or_more(value: Any) -> Any:
    """Make a list of a single text."""
    return [value] if isinstance(value, str) else value


def comma_list(value: Any) -> Any:
    """Make a list of a text with commas."""
    return value.split(",") if isinstance(value, str) else value


def sealed(value: Any) -> Any:
    """Make a secret of a text."""
    return Secret(value) if isinstance(value, str) else value


def milliseconds(seconds: float) -> str:
    """Return the text of a variable that holds a time."""
    return str(round(seconds * 1000))


def switch(value: bool) -> str | None:  # noqa: FBT001 - the value of an option, not a flag
    """Return the text of a variable that switches something on."""
    return "1" if value else None


def opt_out(value: bool) -> str | None:  # noqa: FBT001 - the value of an option, not a flag
    """Return the text of a variable that switches something off."""
    return None if value else "1"
