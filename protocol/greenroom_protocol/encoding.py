"""One value in, one whole line of JSON out: the only door to a CLI's stdin.

A line that the CLI cannot read ends its process, and with it every turn that waits (CLI 2.1.329
exits with code 1 and no frame). So whatever cannot become exactly one sound line is refused here,
before anything is written.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn

import msgspec

from greenroom_protocol.errors import LocalProtocolError, shown

__all__ = ["MAX_LINE_BYTES", "encode_line"]

MAX_LINE_BYTES: Final = 120_000_000
"""Longest line that is sent, newline included.

CLI 2.1.329 read lines of this size and gives up, exit code 1, above 256 million characters.
"""


def _refuse(value: Any) -> NoReturn:
    raise LocalProtocolError(
        f"cannot send {shown(value)}: {type(value).__name__} has no form in JSON; "
        "pass text, numbers, lists and dictionaries",
    )


_ENCODER = msgspec.json.Encoder(enc_hook=_refuse)
_CHECKER = msgspec.json.Decoder(msgspec.Raw)  # the cheapest whole read: it builds nothing


def encode_line(value: Any) -> bytes:
    r"""Encode a Struct, dictionary or list as one line that ends in `b"\n"`.

    Thread-safe. Text may hold NUL, newlines and any other control character: JSON escapes them.
    As in JavaScript, NaN and the infinities become `null`.

    Raises:
        LocalProtocolError: the value holds a lone surrogate, something without a form in JSON
            (a `Secret` among them), a `msgspec.Raw` that is not one line of JSON, is nested too
            deeply, or is larger than `MAX_LINE_BYTES`.
    """
    try:
        line = _ENCODER.encode(value)
        _CHECKER.decode(line)
    except UnicodeEncodeError as error:
        found = error.object[error.start : error.start + 1]
        raise LocalProtocolError(
            f"cannot send text with the lone surrogate {found!a} at position "
            f"{error.start}; decode its source with errors='replace'",
        ) from None
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise LocalProtocolError(f"cannot send this as JSON: {error}") from error
    if len(line) >= MAX_LINE_BYTES:
        raise LocalProtocolError(
            f"cannot send a line of {len(line)} bytes: the limit is {MAX_LINE_BYTES}; "
            "put the data in a file and name the file",
        )
    if b"\n" in line:
        raise LocalProtocolError("cannot send raw JSON that spans lines; encode it compactly")
    return line + b"\n"
