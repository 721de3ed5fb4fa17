"""T9: bytes that are hardly text, cut anywhere: the session goes on and the text is the same."""

from typing import get_args

import pytest

from greenroom import Completed
from greenroom.testing import Scenario
from greenroom.testing.scenario import Garbage, GarbageKind, Raw, Result, Text
from greenroom_protocol import Garbage as GarbageFrame
from greenroom_protocol import Unknown
from greenroom_protocol.claude import Assistant

KINDS = get_args(GarbageKind)
WIDE = "naïve ☃ 𝄞 \u202e end"
READABLE = {"bom": "bom", "crlf": "crlf"}
"""Whole frames in an odd coat."""


def odd(frames):
    return [type(frame) for frame in frames if isinstance(frame, GarbageFrame | Unknown)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_odd_line_costs_nothing_but_itself(scene, kind):
    session = scene.play([Text("before"), Garbage(kind), Text(WIDE)])
    turn = scene.ask(session)
    frames = list(turn)
    outcome = scene.outcome(turn, within=5)
    assert (type(outcome), outcome.text) == (Completed, WIDE)
    texts = [f.message.content[0].text for f in frames if isinstance(f, Assistant)]
    assert (texts[0], texts[-1]) == ("before", WIDE)
    # It is a frame that can be read, one that is told as what it is, or a blank line.
    assert len(texts) - 2 + len(odd(frames)) == (0 if kind == "blank" else _lines(kind))
    assert READABLE.get(kind, texts[1]) == texts[1]


def _lines(kind):
    return 2 if kind == "newline_in_string" else 1


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 4096])
def test_what_is_read_does_not_depend_on_how_it_is_cut(scene, size):
    steps = [Text(WIDE), *map(Garbage, sorted({*KINDS} - {"deep"})), Text(WIDE * 10)]
    told = []
    for write_size in (None, size):
        session = scene.play(Scenario(turns=[steps], write_size=write_size))
        turn = scene.ask(session)
        frames = list(turn)
        texts = [f.message.content[0].text for f in frames if isinstance(f, Assistant)]
        told.append((texts, odd(frames), scene.outcome(turn, within=10).text))
    assert told[0] == told[1]
    assert told[0][2] == WIDE * 10


@pytest.mark.parametrize(
    "data",
    [b"\xff" * 1000 + b"\n", b"\x00" * 1000 + b"\n", b"\r\n\r\n\r\n", "\u2028\n".encode(), b"{}\n"],
    ids=["invalid", "NULs", "CRLFs", "line separator", "empty object"],
)
def test_bytes_that_mean_nothing_end_nothing(scene, data):
    session = scene.play([Raw(data=data, times=50), Text("still here")])
    assert scene.outcome(scene.ask(session), within=5).text == "still here"


def test_bytes_without_a_newline_swallow_the_line_they_touch_and_no_more(scene):
    session = scene.play([Text("one"), Raw("half a line "), Text("swallowed"), Text("three")])
    turn = scene.ask(session)
    frames = list(turn)
    texts = [f.message.content[0].text for f in frames if isinstance(f, Assistant)]
    assert texts == ["one", "three"]
    assert len(odd(frames)) == 1


def test_a_result_that_garbage_swallowed_is_no_result(scene):
    steps = [Text("so far"), Raw("DEBUG: "), Result(text="swallowed")]
    session = scene.play(Scenario(turns=[steps], on_interrupt="ignore"))
    turn = scene.ask(session)
    with pytest.raises(TimeoutError):
        turn.outcome(0.5)
    session.stop()
    assert not isinstance(turn.outcome(0), Completed)
