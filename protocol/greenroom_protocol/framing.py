"""Framing: chunks of bytes in, whole lines out."""

from collections.abc import Iterator
from typing import NamedTuple

from greenroom_protocol.unknown import HEAD_BYTES

__all__ = ["DEFAULT_MAX_LINE", "LineFramer", "Oversize"]

DEFAULT_MAX_LINE = 64 * 1024 * 1024
"""Longest line in bytes. Lines of 3 MB occur in ordinary sessions; the CLI knows no limit."""


class Oversize(NamedTuple):
    """A line longer than allowed: its whole size and its first bytes. The rest is gone."""

    size: int
    head: bytes


class LineFramer:
    r"""Cuts a stream of bytes at `b"\n"`.

    Linear: no byte is searched again when more bytes come. Bounded: it holds at most `max_line`
    bytes between two calls. A longer line becomes an `Oversize` when its end has come, and what
    follows is framed as if nothing had happened. The lines depend on the bytes only, never on how
    they were cut into chunks.

    Not thread-safe.

    Raises:
        ValueError: `max_line` is not positive.
    """

    __slots__ = ("_head", "_max_line", "_pending", "_size")

    def __init__(self, *, max_line: int = DEFAULT_MAX_LINE) -> None:
        if max_line < 1:
            raise ValueError(f"max_line must be at least 1 byte, not {max_line!r}")
        self._max_line = max_line
        self._pending = bytearray()  # the incomplete line; empty once it is over-long
        self._head = b""  # its first bytes, once it is over-long
        self._size = 0  # its size, whether held or not

    @property
    def pending(self) -> int:
        """Bytes held of a line that is not complete yet."""
        return len(self._pending) + len(self._head)

    @property
    def unfinished(self) -> int:
        """Size of the line that is not complete yet, whether its bytes are held or not."""
        return self._size

    @property
    def overflowing(self) -> bool:
        """Whether the current line is too long already; its bytes are being discarded."""
        return self._size > self._max_line

    def feed(self, chunk: bytes) -> list[bytes | Oversize]:
        r"""Take the next bytes, return what they complete, in order.

        Each `bytes` item is a *block* of one or more whole lines joined with `b"\n"`, with no
        newline at its ends; empty lines alone give nothing. As long as no line is too long there
        is at most one block a call, ready for `FrameDecoder.decode_block`.
        """
        if not self._size and chunk.endswith(b"\n") and len(chunk) <= self._max_line:
            block = chunk.strip(b"\n")  # a read of whole lines, as nearly all small ones are
            return [block] if block else []
        end = chunk.rfind(b"\n")
        if end < 0:
            self._hold(chunk)
            return []
        out: list[bytes | Oversize] = []
        start = 0
        if self.overflowing:
            start = chunk.find(b"\n") + 1
            self._hold(chunk[: start - 1])
            out.append(Oversize(self._size, self._head))
            self._forget()
        if start <= end:
            block = b"".join((self._pending, memoryview(chunk)[start:end])).strip(b"\n")
            self._forget()
            out.extend(self._bounded(block))
        self._hold(chunk[end + 1 :])
        return out

    def finish(self) -> bytes | Oversize | None:
        """Return the last line if the stream ended without a newline; the framer is empty then."""
        last = Oversize(self._size, self._head) if self.overflowing else bytes(self._pending)
        self._forget()
        return last or None

    def _hold(self, tail: bytes) -> None:
        self._size += len(tail)
        if self.overflowing:
            missing = HEAD_BYTES - len(self._head) - len(self._pending)
            self._head += bytes(self._pending[:HEAD_BYTES]) + tail[: max(missing, 0)]
            self._pending = bytearray()
        else:
            self._pending += tail

    def _forget(self) -> None:
        self._pending = bytearray()
        self._head = b""
        self._size = 0

    def _bounded(self, block: bytes) -> Iterator[bytes | Oversize]:
        if len(block) <= self._max_line:  # so is each of its lines
            if block:
                yield block
            return
        good = start = 0  # lines from `good` on are good and not handed out yet
        while start <= len(block):
            end = block.find(b"\n", start)
            end = len(block) if end < 0 else end
            if end - start > self._max_line:
                if run := block[good : max(start - 1, good)].strip(b"\n"):
                    yield run
                yield Oversize(end - start, block[start : min(end, start + HEAD_BYTES)])
                good = end + 1
            start = end + 1
        if run := block[good:].strip(b"\n"):
            yield run
