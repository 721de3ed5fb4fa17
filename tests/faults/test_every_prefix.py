"""Promises 1 and 2 for every recorded conversation, cut everywhere, with every end of the process.

The real session, request and port actors run in virtual time; the spawner they are given plays the
first bytes of a recording as what the process wrote, and ends it as asked. What each turn has to
become is read from the recording without any code of ours.
"""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest

from greenroom import Completed, Containment, Deadlines, TimedOut
from greenroom.runtime import Future, ManualDispatcher
from greenroom.runtime.crew import Crew
from greenroom.runtime.process import ExitStatus, StopLadder
from greenroom.session.actor import SessionActor
from greenroom.session.board import Board
from greenroom.session.messages import Submit
from greenroom.session.setup import Setup
from greenroom.turn import Stream, Ticket
from tests.prepared_backend import PreparedBackend

CAPTURES = Path(__file__).parents[1] / "captures" / "claude"
NAMES = sorted(path.stem for path in CAPTURES.glob("*.ndjson") if path.stat().st_size)
NOT_FRAMES = {"start_output_json_verbose", "start_output_text"}

LIMITS = Deadlines(start=60, first_event=120, silence=600, interrupt=10, total=1000)
SILENT = None
ENDS = {
    "exit 0": ExitStatus(code=0),
    "exit 1": ExitStatus(code=1),
    "killed": ExitStatus(signal=9),
    "terminated": ExitStatus(signal=15),
    "alive and silent": SILENT,
}


class PlayedProcess:
    """A process that has written everything at once, and then ends or is silent until stopped."""

    def __init__(self, dispatcher, handler, output, end):
        self.pid, self.leader, self.fault = 4711, None, None
        self._dispatcher, self._handler = dispatcher, handler
        self._output, self._end, self._over = output, end, False
        dispatcher.call_soon(self._run)

    def _run(self):
        self._handler.on_spawned(self)
        if self._output:
            self._handler.on_stdout(self._output)
        if self._end is not SILENT:
            self._leave(self._end)

    def _leave(self, status):
        if not self._over:
            self._over = True
            for call in (self._handler.on_stdout_end, self._handler.on_closed):
                if call == self._handler.on_closed:
                    self._handler.on_exit(status)
                call()

    def stop(self, _ladder, *, busy):
        self._dispatcher.call_soon(self._leave, ExitStatus(signal=15 if busy else 9))

    def write(self, _data):
        return not self._over

    def stderr_text(self):
        return ""

    def pause_stdout(self):
        """It has written all there is."""

    resume_stdout = disown = pause_stdout

    def expect(self, _ladder):
        """It ends as told."""


class Player:
    """A spawner: the first process plays the output, further ones only the end."""

    containment = Containment.GROUP

    def __init__(self, dispatcher, output, end):
        self._dispatcher, self._end = dispatcher, end
        self._outputs = itertools.chain([output], itertools.repeat(b""))

    def spawn(self, _spec, handler):
        return PlayedProcess(self._dispatcher, handler, next(self._outputs), self._end)

    def close(self):
        """Nothing of it runs."""


class Recording:
    """A recorded conversation, and what its lines say of its turns.

    Attributes:
        turn_ids: the prompts it was sent, in order.
        whole_at: by turn, where the first result ends that covers it when it is its turn.
    """

    def __init__(self, name):
        self.options = {"json_schema": {}} if name.startswith("structured_") else {}
        self.data = _greeting_us((CAPTURES / f"{name}.ndjson").read_bytes())
        lines = self.data.split(b"\n")
        self.ends = list(itertools.accumulate(len(line) + 1 for line in lines[:-1]))
        frames = [json.loads(line) if line[:1] == b"{" else {} for line in lines[:-1]]
        sent = (json.loads(line) for line in _lines(CAPTURES / "stdin" / f"{name}.ndjson"))
        named = [frame["uuid"] for frame in sent if frame.get("type") == "user" and "uuid" in frame]
        named += [uuid for frame in frames for uuid in frame.get("user_message_uuids") or ()]
        self.turn_ids = list(dict.fromkeys(named)) or ["never-mentioned"]
        self.whole_at = dict.fromkeys(self.turn_ids, float("inf"))
        self._match([f if f.get("type") == "result" else {} for f in frames])

    def _match(self, results):
        waiting = iter(self.turn_ids)
        current = next(waiting, None)
        for result, end in zip(results, self.ends, strict=True):
            if current in (result.get("user_message_uuids") or ()):
                self.whole_at[current] = end
                # Nobody here interrupts; after any other abort the process exits (CLI 2.1.329).
                aborted = str(result.get("terminal_reason")).startswith("aborted")
                current = None if aborted else next(waiting, None)

    def asked(self, cut):
        """The turns whose results came before the cut, and two more: one that runs, one waits."""
        over = sum(whole <= cut for whole in self.whole_at.values())
        return self.turn_ids[: over + 2]

    def broken_off(self):
        """Every end of a line with every end of the process; in and right before each newline one.

        The ends take turns there: with 3,400 lines each meets every kind of line.
        """
        ends = itertools.cycle(ENDS)
        for start, end in itertools.pairwise([0, *self.ends]):
            yield from itertools.product((end,), ENDS)
            yield from (((start + end) // 2, next(ends)), (end - 1, next(ends)))
        yield from itertools.product((0,), ENDS)


def _greeting_us(data):
    """The recording, with its answer to the handshake as one to ours."""
    answer = re.search(rb'^.*"control_response".*"commands":.*$', data, re.MULTILINE)
    if answer is None:
        return data
    ours = re.sub(
        rb'"request_id":"[^"]*"', b'"request_id":"greenroom_initialize"', answer[0], count=1
    )
    return data.replace(answer[0], ours, 1)


def _lines(path):
    raw = path.read_bytes() if path.exists() else b""
    return [line.decode("utf-8", "replace") for line in raw.split(b"\n") if line[:1] == b"{"]


def outcomes_of(recording, cut, end):
    """Play the first bytes and the end; return the outcomes, each with the moment it came."""
    dispatcher = ManualDispatcher()
    backend, board = PreparedBackend(), Board()
    options = backend.check({}, recording.options)
    spawner = Player(dispatcher, recording.data[:cut], end)
    setup = Setup(
        backend=backend,
        options=options,
        spawner=spawner,
        ladder=StopLadder(),
        crew=Crew(),
        callbacks=None,
        width=1,
    )
    session = SessionActor.start(
        setup, board=board, background=Stream(dispatcher=dispatcher), dispatcher=dispatcher
    )
    settled = []
    for turn_id in recording.asked(cut):
        outcome = Future(dispatcher)
        stream = Stream(dispatcher=dispatcher)
        outcome.add_done_callback(
            lambda _error, outcome=outcome, turn_id=turn_id: settled.append(
                (turn_id, outcome.get(), dispatcher.clock.now() - began)
            )
        )
        session.tell(Submit(Ticket(turn_id, "hi", options, LIMITS, False, stream, outcome)))
    began = dispatcher.clock.now()
    dispatcher.run_until_idle()
    if end is SILENT:
        dispatcher.advance(LIMITS.total + 1)
    counted = board.info.totals
    dispatcher.close()
    return settled, counted


@pytest.mark.parametrize("name", NAMES)
def test_a_turn_is_what_its_own_whole_result_says_or_has_failed(name):
    recording = Recording(name)
    final = {turn_id: out for turn_id, out, _ in _whole(recording)[0]}
    for cut, how in recording.broken_off():
        where, end = f"cut at {cut} of {len(recording.data)}, {how}", ENDS[how]
        settled, totals = outcomes_of(recording, cut, end)
        assert sorted(turn for turn, *_ in settled) == sorted(recording.asked(cut)), where
        completed = 0
        for turn_id, outcome, seconds in settled:
            # The newline may be missing where the process is gone: nothing more can come.
            whole = cut >= recording.whole_at[turn_id] - (end is not SILENT)
            expected = type(final[turn_id]) if whole else None
            assert whole or not isinstance(outcome, Completed), f"{where}: {outcome!r}"
            assert expected in {None, type(outcome)}, f"{where}: {outcome!r}"
            assert seconds <= (LIMITS.total + 1 if end is SILENT else 0), where
            completed += isinstance(outcome, Completed)
        assert totals.turns >= len(settled)
        assert totals.completed >= completed


def _whole(recording):
    return outcomes_of(recording, len(recording.data), ENDS["exit 0"])


def test_silence_ends_a_turn_in_the_phase_it_is_in():
    recording = Recording("two_turns_sequential")
    cuts = (0, recording.ends[0], recording.ends[5])
    phases = []
    for cut in cuts:
        settled, _ = outcomes_of(recording, cut, SILENT)
        (first,) = [out for turn_id, out, _ in settled if turn_id == recording.turn_ids[0]]
        assert isinstance(first, TimedOut)
        phases.append(first.phase.value)
    assert phases == ["start", "first_event", "silence"]


def test_most_recordings_hold_a_turn_that_completes():
    """The oracle is not empty: else every claim above would be one of failures alone."""
    completions = [
        isinstance(outcome, Completed)
        for name in NAMES
        for _, outcome, _ in _whole(Recording(name))[0]
    ]
    assert sum(completions) > 100
    assert completions.count(False) > 50
