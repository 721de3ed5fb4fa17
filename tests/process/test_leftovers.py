"""What killed hosts left behind is found and swept; nothing else is touched."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from greenroom.runtime.process import Scratch
from greenroom.runtime.process import leftovers as leftovers_module
from greenroom.runtime.process.leftovers import Leftovers
from greenroom.runtime.process.owner import Owner

MAKE = """
import os, sys
from pathlib import Path
from greenroom.runtime.process import Scratch
scratch = Scratch.create(Path(sys.argv[1]))
(scratch.path / "secret").write_text("x")
print(scratch.path, flush=True)
if sys.argv[2] == "dies":
    os.kill(os.getpid(), 9)
sys.stdin.read()
"""


@pytest.fixture(name="place")
def _place(tmp_path, monkeypatch):
    monkeypatch.setattr(leftovers_module, "_REST_SECONDS", -1.0)
    place = tmp_path / "tmp"
    place.mkdir()
    return place


@pytest.fixture(name="dead")
def _dead(place):
    """The directory of a host that was killed."""
    done = subprocess.run(
        [sys.executable, "-c", MAKE, str(place), "dies"], stdout=subprocess.PIPE, check=False
    )
    return place / done.stdout.decode().strip()


def test_the_directory_of_a_killed_host_is_swept_with_the_next_one_made(place, dead):
    assert (dead / "secret").exists()
    with Scratch.create(place) as scratch:
        assert list(place.iterdir()) == [scratch.path]


def test_the_directory_of_a_host_that_lives_is_left(place):
    with subprocess.Popen(
        [sys.executable, "-c", MAKE, str(place), "lives"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as host:
        there = host.stdout.readline().decode().strip()
        assert Leftovers().found(place) == []
        host.stdin.close()
    assert [str(path) for path in Leftovers().found(place)] == [there]


def test_our_own_directories_are_no_leftovers(place):
    with Scratch.create(place):
        assert Leftovers().found(place) == []


def test_a_pid_that_was_used_again_does_not_protect(place):
    """The name of a process that started at another moment than the one that has its number now."""
    me = Owner.me()
    old = place / f"greenroom-{me.pid}.{me.started - 1}.{me.realm}-abc"
    old.mkdir()
    assert Leftovers().found(place) == [old]


def test_what_may_belong_to_another_machine_boot_or_container_is_left(place, dead):
    owner = Owner.of(dead.name)
    dead.rename(place / f"greenroom-{owner.pid}.{owner.started}.00000000-abc")
    assert Leftovers().found(place) == []


@pytest.mark.parametrize("name", ["greenroom-x", "greenroom-1", "greenroom-1.2.3-x", "other"])
def test_names_of_another_kind_are_left(place, name):
    (place / name).mkdir()
    assert Leftovers().found(place) == []


@pytest.mark.parametrize("pid", ["0", "4294967297", "9" * 100])
def test_a_name_that_somebody_made_up_keeps_nobody_from_starting(place, pid):
    made_up = place / f"greenroom-{pid}.1.{Owner.me().realm}-abc"
    made_up.mkdir()
    with Scratch.create(place):
        assert made_up.exists()


def test_a_link_of_such_a_name_is_left_with_what_it_leads_to(place, dead, tmp_path):
    precious = tmp_path / "precious"
    dead.rename(precious)
    (place / dead.name).symlink_to(precious)
    assert Leftovers().found(place) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_what_belongs_to_another_user_is_left(place, dead):
    os.chown(dead, 65534, 65534)
    assert Leftovers().found(place) == []


def test_one_that_was_used_a_moment_ago_is_left(place, dead, monkeypatch):
    monkeypatch.setattr(leftovers_module, "_REST_SECONDS", 10.0)
    assert Leftovers().found(place) == []
    hour_ago = time.time() - 3600
    monkeypatch.setattr(leftovers_module, "_REST_SECONDS", 0.0)
    os.utime(dead, (hour_ago, hour_ago))
    assert Leftovers().found(place) == [dead]


def test_a_place_is_looked_at_now_and_then_only(place, dead):
    leftovers = Leftovers()
    assert leftovers.found(place) == [dead]
    assert leftovers.found(place) == []
    leftovers.look_again(place)
    assert leftovers.found(place) == [dead]


def test_where_nothing_can_be_listed_nothing_is_found(tmp_path):
    assert Leftovers().found(tmp_path / "missing") == []
