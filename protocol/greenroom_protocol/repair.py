"""Repairs of lines that are JSON for JavaScript, but not for a strict decoder."""

import codecs
import re

__all__ = ["repair_line"]

_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a whole pair: kept
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"  # half of one: replaced
    rb"|\\.",  # any other escape: kept, so that `\\ud800` is not taken for one
    re.DOTALL,
)


def repair_line(line: bytes) -> bytes:
    r"""Return `line` without what strict decoders refuse though its meaning is clear.

    A byte order mark is dropped. Invalid UTF-8 and lone surrogates (`\ud800`, which CLI 2.1.329
    writes when a text was cut inside a character) become U+FFFD, so that every decoded text can be
    encoded again. Linear in the length of the line.
    """
    line = line.removeprefix(codecs.BOM_UTF8)
    try:
        line.decode()
    except UnicodeDecodeError:
        line = line.decode(errors="replace").encode()
    if b"\\u" not in line:
        return line
    return _ESCAPE.sub(_whole, line)


def _whole(match: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if match[1] else match[0]
