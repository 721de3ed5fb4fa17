"""Greenroom, consumed by a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.meter import Meter
from benchmarks.tally import FLOOD, SMALL, Tally
from greenroom.system import System
from greenroom_protocol import LineFramer
from greenroom_protocol.claude import FrameDecoder, StreamEvent

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["reader", "stream"]


def reader(kind: str) -> Callable[[bytes], int]:
    """Return what counts the messages in chunks: the framer and the total decoder."""
    del kind
    framer, decoder = LineFramer(), FrameDecoder()

    def read(chunk: bytes) -> int:
        return sum([len(decoder.decode_block(block)) for block in framer.feed(chunk)])

    return read


def stream(cli: str) -> Tally:
    """Read one flood."""
    with (
        System(configuration={}) as system,
        system.session(executable=cli, include_partial_messages=True) as session,
    ):
        session.ask(SMALL).result(timeout=60)
        frames = characters = 0
        with Meter() as meter:
            turn = session.ask(FLOOD)
            for frame in turn:
                if type(frame) is StreamEvent:
                    frames += 1
                    characters += len(frame.event.delta.text)
        turn.result(timeout=60)
    return Tally(frames, characters, meter)
