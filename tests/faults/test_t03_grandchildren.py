"""T3: a grandchild holds the pipes open: the outcome does not wait, and nothing of it survives."""

import time

import pytest

import greenroom
from greenroom import Completed, Crashed, Interrupted
from greenroom.testing import Scenario
from greenroom.testing.scenario import Exit, Grandchild, Kill, Result, Text, Turn

HARMLESS = {
    "holding the pipes": Grandchild(),
    "holding the pipes, ignoring SIGTERM": Grandchild(ignore_sigterm=True),
    "holding nothing": Grandchild(keep_stdout=False),
}
DETACHED = {
    "setsid": Grandchild(setsid=True),
    "double fork": Grandchild(double_fork=True),
    "setsid and double fork": Grandchild(setsid=True, double_fork=True),
    "daemon": Grandchild(setsid=True, double_fork=True, keep_stdout=False),
    "all of it": Grandchild(setsid=True, double_fork=True, ignore_sigterm=True),
}
EVERY = HARMLESS | DETACHED
RELEASE_SECONDS = 1.0


@pytest.fixture(name="all_gone")
def _all_gone(scene, processes):
    """A function that waits until the process and its grandchildren are gone."""

    def wait(session, launch=None):
        record = session.simulator.record(launch)
        assert record.grandchildren
        pids = (record.pid, *record.grandchildren)
        scene.eventually(lambda: not processes(*pids), RELEASE_SECONDS, f"{pids} are gone")

    return wait


def reaches(scene, grandchild):
    """Whether the containment in force can find it."""
    outside = grandchild.setsid
    return not outside or scene.system.containment >= greenroom.Containment.WARDEN


def ask(scene, session):
    turn = scene.ask(session)
    session.simulator.wait_for(lambda record: record.grandchildren)
    return turn, time.monotonic()


def released(scene, session, since):
    """The place and the pipes are free within a second, whoever holds the other end."""
    scene.eventually(lambda: session.info.pid is None, RELEASE_SECONDS)
    assert time.monotonic() - since < RELEASE_SECONDS + 0.5


@pytest.mark.parametrize("grandchild", EVERY.values(), ids=EVERY)
def test_a_result_completes_the_turn_at_once_and_the_place_is_free_within_a_second(
    scene, grandchild, all_gone
):
    session = scene.play([Text("done"), grandchild, Result(), Exit(0)])
    turn, since = ask(scene, session)
    outcome = scene.outcome(turn, within=0.5)
    assert (type(outcome), outcome.text) == (Completed, "done")
    released(scene, session, since)
    if reaches(scene, grandchild):
        all_gone(session)


@pytest.mark.parametrize("grandchild", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("end", [Exit(3), Kill("SIGKILL")], ids=["exit 3", "SIGKILL"])
def test_a_crash_is_told_within_a_second(scene, grandchild, end, all_gone):
    session = scene.play([Text("so far"), grandchild, end])
    turn, since = ask(scene, session)
    outcome = scene.outcome(turn, within=RELEASE_SECONDS)
    assert (type(outcome), outcome.exit_code or outcome.signal) == (
        Interrupted,
        3 if isinstance(end, Exit) else 9,
    )
    released(scene, session, since)
    if reaches(scene, grandchild):
        all_gone(session)


@pytest.mark.parametrize("grandchild", EVERY.values(), ids=EVERY)
def test_stopping_the_session_ends_them_too(scene, grandchild, all_gone):
    session = scene.play(Scenario(turns=[[grandchild, Text("done")]]))
    turn, _ = ask(scene, session)
    assert isinstance(scene.outcome(turn, within=1), Completed)
    session.stop()
    if reaches(scene, grandchild):
        all_gone(session)


@pytest.mark.parametrize("grandchild", EVERY.values(), ids=EVERY)
def test_killing_the_system_ends_them_too(scene, grandchild, all_gone):
    session = scene.play(Scenario(turns=[[Text("so far"), grandchild, Text("more")]]))
    ask(scene, session)
    scene.system.kill()
    if reaches(scene, grandchild):
        all_gone(session)


def test_the_width_of_a_fan_is_free_again_behind_each_of_them(scene):
    steps = Turn([Text("done"), Grandchild(setsid=True), Result(), Exit(0)])
    session = scene.play(*[Scenario(turns=[steps])] * 4, parallel=True, max_parallel=1)
    started = time.monotonic()
    turns = [scene.ask(session) for _ in range(4)]
    assert [type(scene.outcome(turn, within=8)) for turn in turns] == [Completed] * 4
    assert time.monotonic() - started < 4 * (RELEASE_SECONDS + 0.5)


def test_many_grandchildren_are_as_good_as_one(scene, all_gone):
    steps = [Text("so far"), *[Grandchild(), Grandchild(setsid=True, double_fork=True)] * 8]
    session = scene.play([*steps, Exit(3)])
    turn, _ = ask(scene, session)
    assert isinstance(scene.outcome(turn, within=2), Crashed)
    if reaches(scene, Grandchild(setsid=True)):
        all_gone(session)


def test_what_a_grandchild_of_one_session_leaves_is_not_a_siblings(scene, processes):
    """The grandchild of a living process stays when another process of the system ends."""
    keeper = scene.play(Scenario(turns=[[Grandchild(setsid=True, double_fork=True), Text("up")]]))
    ask(scene, keeper)
    (pid,) = keeper.simulator.record().grandchildren
    other = scene.play([Text("so far"), Grandchild(setsid=True), Exit(3)])
    turn, since = ask(scene, other)
    scene.outcome(turn, within=RELEASE_SECONDS)
    released(scene, other, since)
    assert processes(pid) == [pid]
