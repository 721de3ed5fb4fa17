"""T5: a line of 50 MB between small ones, one that is too long, and one that never ends."""

import pytest

from greenroom import Completed, Deadlines, Interrupted, Phase, TimedOut, Truncated
from greenroom.testing.scenario import Exit, Oversize, Raw, Text, Wait
from greenroom_protocol import Oversize as OversizeFrame
from greenroom_protocol.claude import Assistant

MB = 1_000_000

pytestmark = pytest.mark.timeout(120)


def sizes(frames):
    """The length of each answer's text, or the size of the line that was too long for one."""
    for frame in frames:
        if isinstance(frame, OversizeFrame):
            yield "too long", frame.size
        elif isinstance(frame, Assistant):
            yield "text", len(frame.message.content[0].text)


def test_all_three_of_a_small_a_huge_and_a_small_line_are_seen(scene):
    turn = scene.ask(scene.play([Text("before"), Oversize(50 * MB), Text("after")]))
    (_, before), (_, huge), (_, after) = sizes(turn)
    assert (before, after) == (len("before"), len("after"))
    assert 49 * MB < huge < 50 * MB
    outcome = scene.outcome(turn, within=10)
    assert (type(outcome), outcome.text, turn.lost_frames) == (Completed, "after", 0)


def test_a_line_that_is_too_long_is_told_and_the_next_is_seen(scene):
    turn = scene.ask(scene.play([Text("before"), Oversize(70 * MB), Text("after")]))
    assert list(sizes(turn)) == [
        ("text", len("before")),
        ("too long", 70 * MB),
        ("text", len("after")),
    ]
    assert isinstance(scene.outcome(turn, within=10), Completed)


@pytest.mark.parametrize("size", [50 * MB, 70 * MB])
def test_nobody_has_to_read_for_the_turn_to_complete(scene, size):
    turn = scene.ask(scene.play([Oversize(size), Text("after")]))
    assert scene.outcome(turn, within=30).text == "after"


def test_a_process_that_never_ends_a_line_is_stopped(scene):
    turn = scene.ask(scene.play([Text("before"), Raw("x" * MB, times=100_000)]))
    outcome = scene.outcome(turn, within=20)
    assert (type(outcome), outcome.code) == (Interrupted, "endless_line")
    assert turn.collect().text == "before"


def test_a_line_without_an_end_is_a_silence(scene):
    session = scene.play(
        [Text("before"), Oversize(200 * MB, newline=False), Wait()],
        deadlines=Deadlines(silence=3, interrupt=1),
    )
    turn = scene.ask(session)
    outcome = scene.outcome(turn, within=20)
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.SILENCE)
    assert turn.collect().text == "before"


@pytest.mark.parametrize("size", [30 * MB, 70 * MB])
def test_of_a_process_that_leaves_in_the_middle_of_one_it_is_told_how_much_is_lost(scene, size):
    turn = scene.ask(scene.play([Text("before"), Raw("x" * 1000, times=size // 1000), Exit(0)]))
    outcome = scene.outcome(turn, within=30)
    assert (type(outcome), outcome.bytes_lost) == (Truncated, size)


def test_a_line_that_lacks_but_its_newline_is_whole(scene):
    turn = scene.ask(scene.play([Oversize(10 * MB, newline=False), Exit(0)]))
    assert isinstance(scene.outcome(turn, within=30), Truncated)
    assert [kind for kind, _ in sizes(turn)] == ["text"]
