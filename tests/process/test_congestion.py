"""Starts that find no room wait for it, in order, and fail when it takes too long."""

import errno
import os

import pytest

from greenroom.runtime.process import ExitStatus, LocalSpawner, SpawnError, SpawnFault
from greenroom.runtime.process.direct_launcher import DirectLauncher
from tests.process.owner import Owner


class Crowded:
    """A launcher that has room for so many processes at a time, or for none."""

    def __init__(self, room):
        self.room = room
        self.running = []
        self.tried = 0
        self._real = DirectLauncher()
        self.containment = self._real.containment

    def launch(self, spec):
        self.tried += 1
        self.running = [one for one in self.running if not one.has_ended()]
        if len(self.running) >= self.room:
            error = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            raise SpawnError.from_exception(error, spec)
        leader = self._real.launch(spec)
        self.running.append(leader)
        return leader

    def close(self):
        """Nothing to give back."""

    def disown(self):
        """Nothing to close."""


@pytest.fixture
def crowded(manual):
    def make(room, **given):
        launcher = Crowded(room)
        return launcher, LocalSpawner(manual, launcher, **given)

    return make


def test_a_start_without_room_happens_as_soon_as_another_is_gone(crowded, manual, shell):
    launcher, spawner = crowded(1)
    first, second = Owner(manual), Owner(manual)
    child = spawner.spawn(shell("read line"), first)
    spawner.spawn(shell("exit 4"), second)
    manual.run_until(lambda: "spawned" in first.heard)
    assert (second.heard, launcher.tried) == ([], 2)
    child.close_stdin()
    manual.run_until(lambda: "closed" in second.heard)
    assert second.status == ExitStatus(code=4)


def test_room_that_others_make_is_found_within_a_quarter_of_a_second(crowded, manual, owner, shell):
    launcher, spawner = crowded(0)
    spawner.spawn(shell("exit 0"), owner)
    manual.run_until_idle()
    launcher.room = 1
    manual.advance(0.25)
    manual.run_until(lambda: "closed" in owner.heard)
    assert launcher.tried == 2


def test_after_its_time_the_start_fails_for_what_it_lacked(crowded, manual, owner, shell):
    _, spawner = crowded(0, patience=10)
    spawner.spawn(shell("exit 0"), owner)
    manual.advance(9.5)
    assert not owner.heard
    manual.advance(1)
    assert owner.error.fault is SpawnFault.NO_RESOURCES
    assert not spawner._children


def test_hundreds_that_have_waited_long_enough_fail_together(crowded, manual, spec):
    _, spawner = crowded(0, patience=10)
    owners = [Owner(manual) for _ in range(400)]
    for one in owners:
        spawner.spawn(spec("/bin/true"), one)
    manual.advance(12)
    assert {tuple(one.heard) for one in owners} == {("spawn_failed",)}
    assert {one.error.fault for one in owners} == {SpawnFault.NO_RESOURCES}
    assert not spawner._children


def test_one_that_is_not_wanted_any_more_waits_no_longer(crowded, manual, owner, shell):
    launcher, spawner = crowded(0)
    child = spawner.spawn(shell("exit 0"), owner)
    manual.run_until_idle()
    child.stop()
    manual.advance(0.25)
    assert owner.heard == ["spawn_failed"]
    assert launcher.tried == 1


def test_starts_are_tried_in_the_order_they_came(crowded, manual, shell):
    _, spawner = crowded(1)
    owners = [Owner(manual) for _ in range(4)]
    children = [spawner.spawn(shell("read line"), one) for one in owners]
    for one, child in zip(owners, children, strict=True):
        manual.run_until(lambda one=one: "spawned" in one.heard)
        assert sum(bool(each.heard) for each in owners) == owners.index(one) + 1
        child.close_stdin()
        manual.run_until(lambda one=one: "closed" in one.heard)


def test_a_dispatcher_that_closes_meanwhile_ends_the_wait(crowded, manual, owner, shell):
    _, spawner = crowded(0)
    spawner.spawn(shell("exit 0"), owner)
    manual.run_until_idle()
    spawner.close()
    manual.close()
    assert owner.heard in ([], ["spawn_failed"])
