"""The scene of every torture scenario, and the eight invariants that hold after each of them.

I1 every turn has exactly one outcome, in time. I2 no process of the run is left, zombies included.
I3 descriptors, threads and files are as before. I4 the place in the queue is free again: a further
turn runs. I5 the host is idle. I6 a session beside it was not disturbed. I7 board and totals agree
with the outcomes. I8 no traceback is written and no secret is logged.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from greenroom import Completed, Crashed, Deadlines, System, Truncated
from greenroom.testing import Scenario
from greenroom.testing.ledger import Ledger
from greenroom.testing.scenario import Gate, Result, Text, Turn
from tests import patience

if TYPE_CHECKING:
    from greenroom import Session

CANARY = "canary-6b1f-not-a-real-key"
PROBE = "are you there?"
QUICK = Deadlines(start=20, first_event=20, silence=20, interrupt=2)
PATIENT = Deadlines(start=50, first_event=50, silence=50)

LATE_SECONDS = 1.0
SETTLE_SECONDS = 2.0
PROBE_SECONDS = 15.0
IDLE_SECONDS = 0.15
IDLE_SHARE = 0.05
"""Idle takes none; a thread that spins takes what it can get, however busy the machine."""


@dataclass
class Part:
    """A session on the scene, with what was asked of it."""

    session: Session
    probe: str | None
    turns: list[Any] = field(default_factory=list)
    own_turns: tuple[int, int] = (0, 0)


class Scene:
    """A system with a sibling session at work, and the sessions that are tortured beside it.

    ``play`` opens a session with a simulated CLI, ``ask`` and ``outcome`` use it, and ``verify``,
    called by the fixture, asserts the invariants.
    """

    def __init__(self, system, simulator, directory):
        self.system = system
        self._simulator = simulator
        self._directory = directory
        self._parts: dict[int, Part] = {}
        self._sibling = self._played([Scenario(turns=[[Gate("go"), Text("undisturbed")]])])
        self._sibling_turn = self._sibling.ask("take your time", deadlines=PATIENT)
        self._sibling.simulator.wait_for(lambda record: record.prompts)

    def play(self, *scenarios, probe=PROBE, **options):
        """Open a session whose processes play the scenarios, further ones a polite CLI.

        Whatever a scenario does, it answers `probe`, which is asked in the end; None asks nothing.
        """
        played = [one if isinstance(one, Scenario) else Scenario(turns=[one]) for one in scenarios]
        polite = [_answering(one, probe) for one in [*played, Scenario()]]
        session = self._played(polite, **options)
        self.adopt(session, probe=probe)
        return session

    def adopt(self, session, *, probe=PROBE):
        """Hold a session that was opened in another way to the invariants."""
        self._parts[id(session)] = Part(session, probe)
        return session

    def _played(self, scenarios, **options):
        installed = self._simulator(*scenarios)
        given = {"api_key": CANARY, "cwd": self._directory, "deadlines": QUICK, **options}
        session = self.system.session(executable=installed.path, **given)
        session.simulator = installed
        return session

    def ask(self, session, prompt="hello", **given):
        """Ask, and keep account of the turn."""
        turn = session.ask(prompt, **given)
        self._parts[id(session)].turns.append(turn)
        return turn

    def outcome(self, turn, *, within):
        """Return the outcome, which has to come within so many seconds from now."""
        try:
            return turn.outcome(within)
        except TimeoutError as error:
            pytest.fail(f"I1: {error}", pytrace=False)

    def expect_turns_of_its_own(self, session, *, completed=0, failed=0):
        """Say that the CLI runs so many turns nobody asked for; the totals hold them too."""
        self._parts[id(session)].own_turns = completed + failed, completed

    @staticmethod
    def eventually(condition, seconds=SETTLE_SECONDS, says="it came to that"):
        """Wait until a condition holds, which is soon, and return what it was."""
        return patience.eventually(condition, seconds, says)

    # --- the invariants ----------------------------------------------------------------------

    def verify(self):
        """Assert all that can be seen while the system lives."""
        for part in self._parts.values():
            self._each_turn_has_its_outcome(part)
        if self.system.closing:
            return
        for part in self._parts.values():
            self._books_agree(part)
        self._sibling_is_undisturbed()
        for part in self._parts.values():
            self._place_is_free(part)
        _host_is_idle()

    @property
    def outcomes(self):
        """All outcomes so far."""
        return [turn.outcome(0) for part in self._parts.values() for turn in part.turns]

    def _each_turn_has_its_outcome(self, part):
        for turn in part.turns:
            first = self.outcome(turn, within=LATE_SECONDS)
            assert turn.outcome(0) is first, "I1: the outcome of a turn changed"

    def _books_agree(self, part):
        outcomes = [turn.outcome(0) for turn in part.turns]
        turns, completed = part.own_turns
        expected = turns + len(outcomes), completed + sum(map(_completed, outcomes))

        def agree():
            totals = part.session.info.totals
            return (totals.turns, totals.completed) == expected

        self.eventually(agree, says=f"I7: totals say {expected} turns and completions")

    def _sibling_is_undisturbed(self):
        assert not self._sibling_turn.done, f"I6: disturbed: {self._sibling_turn.outcome(0)!r}"
        self._sibling.simulator.open_gate("go")
        assert self._sibling_turn.text(PROBE_SECONDS) == "undisturbed"

    def _place_is_free(self, part):
        if part.probe is None or part.session.info.phase in {"stopping", "stopped"}:
            return
        further = part.session.ask(part.probe).outcome(PROBE_SECONDS)
        if isinstance(further, Crashed | Truncated):  # asked of a process that was on its way out
            further = part.session.ask(part.probe).outcome(PROBE_SECONDS)
        assert isinstance(further, Completed), f"I4: the next turn failed: {further!r}"
        self.eventually(
            lambda: (part.session.info.phase, part.session.info.running) == ("idle", None),
            says="I7: the board shows an idle session",
        )

    def verify_stopped(self):
        """Assert what the boards show once the system is closed."""
        for part in self._parts.values():
            info = part.session.info
            shown = (info.phase, info.running, info.queued, info.pid)
            assert shown == ("stopped", None, 0, None), f"I7: the board shows {shown}"


def _answering(scenario, probe):
    if probe is None:
        return scenario
    structured = Result(fields={"structured_output": {}})  # in case it is owed
    turns = [Turn([Text("here"), structured], when=probe), *scenario.turns]
    if len(turns) == 1:
        turns.append(Turn())
    return Scenario(
        **{name: getattr(scenario, name) for name in Scenario.__struct_fields__} | {"turns": turns}
    )


def _completed(outcome):
    return isinstance(outcome, Completed)


def _host_is_idle():
    shares = []
    for _ in range(6):
        wall, cpu = time.monotonic(), time.process_time()
        time.sleep(IDLE_SECONDS)
        shares.append((time.process_time() - cpu) / (time.monotonic() - wall))
        if shares[-1] < IDLE_SHARE:
            return
    pytest.fail(f"I5: the host is not idle: {shares}", pytrace=False)


def _nothing_is_told(scene, logged, *written):
    texts = [*written, *(str(vars(record)) for record in logged)]
    for outcome in scene.outcomes:
        texts += [str(outcome), repr(outcome), repr(getattr(outcome, "context", ""))]
    for text in texts:
        assert CANARY not in text, "I8: a secret was written"
    assert not any("Traceback (most recent" in text for text in written), f"I8: {written}"
    assert not any(record.exc_info for record in logged), "I8: a traceback was logged"


@pytest.fixture(name="scene")
def _scene(simulator, tmp_path, caplog, capsys):
    """The scene; when the test is over the invariants are asserted."""
    caplog.set_level(logging.DEBUG)
    marks = [f"HOME={os.environ['HOME']}"]
    before = Ledger.snapshot(marks=marks)
    with System(configuration={}, ladder=patience.LADDER) as system:
        scene = Scene(system, simulator, tmp_path)
        yield scene
        scene.verify()
    before.check(SETTLE_SECONDS)  # I2, I3
    scene.verify_stopped()
    written = capsys.readouterr()
    _nothing_is_told(scene, caplog.records, *written)


@pytest.fixture(name="processes")
def _processes():
    """A function that tells which of some processes are there, zombies included."""

    def there(*pids):
        return [pid for pid in pids if _exists(pid)]

    return there


def _exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
