"""Levels of containment: what is in force, what can be required, what there is without a warden."""

import os
import select
import subprocess
import sys
import time
from itertools import pairwise

import pytest

from greenroom import System
from greenroom.runtime.process import (
    BestLauncher,
    Containment,
    ContainmentError,
    ExitStatus,
    LocalSpawner,
)
from greenroom.runtime.process import broom as broom_module
from greenroom.runtime.process.broom import choose_brooms
from greenroom.runtime.process.direct_launcher import DirectLauncher

EMBEDDED = "/usr/sbin/uwsgi"


@pytest.fixture
def no_warden(monkeypatch):
    """The host is a program that embeds Python: nothing can run the warden's."""
    monkeypatch.setattr(sys, "executable", EMBEDDED)


def test_levels_are_ordered_by_strength():
    assert all(weak < strong and strong >= weak for weak, strong in pairwise(Containment))
    assert not Containment.WARDEN > Containment.CGROUP
    assert max(Containment) is Containment.CGROUP


@pytest.mark.skipif(sys.platform != "linux", reason="a warden needs Linux")
def test_a_warden_is_used_where_one_can_run(dispatcher, owner, shell):
    spawner = LocalSpawner(dispatcher)
    spawner.spawn(shell("exit 0"), owner)
    owner.wait_for("closed")
    assert owner.child.leader.containment >= Containment.WARDEN
    assert spawner.containment is owner.child.leader.containment
    spawner.close()


def test_the_level_that_is_required_is_there_at_once():
    with System(configuration={}, containment=Containment.SWEEP) as system:
        assert system.containment >= Containment.SWEEP


def test_a_requirement_that_cannot_be_met_fails_at_the_start(no_warden):
    said = "'warden' is required.*'sweep' at best.*uwsgi"
    with pytest.raises(ContainmentError, match=said) as caught:
        System(configuration={}, containment=Containment.WARDEN)
    assert caught.value.required is Containment.WARDEN
    assert caught.value.available is Containment.SWEEP


def test_a_level_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="castle"):
        System(configuration={}, containment="castle")


def test_without_a_requirement_a_host_that_can_have_no_warden_works_on(
    no_warden, dispatcher, owner, shell, caplog
):
    launcher = BestLauncher()
    spawner = LocalSpawner(dispatcher, launcher)
    spawner.spawn(shell("(setsid sleep 600 &) ; exit 3"), owner)
    assert owner.wait_for("closed").status == ExitStatus(code=3)
    assert launcher.containment is Containment.SWEEP
    spawner.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere marks are not looked for so")
def test_without_a_warden_an_end_is_told_as_soon_as_nothing_is_left(
    dispatcher, owner, shell, monkeypatch
):
    monkeypatch.setattr(broom_module, "_PATIENCE_SECONDS", 10.0)
    spawner = LocalSpawner(dispatcher, DirectLauncher(brooms=choose_brooms()))
    spawner.spawn(shell("read line"), owner)
    owner.wait_for("spawned")
    since = time.monotonic()
    owner.do("close_stdin")
    owner.wait_for("exit")
    assert time.monotonic() - since < 5  # the ended process itself is not waited for
    owner.wait_for("closed")
    spawner.close()


def test_a_system_says_what_is_in_force(run_host):
    code = (
        "import greenroom\n"
        "with greenroom.System(configuration={}, containment='group') as system:\n"
        "    print(system.containment >= greenroom.Containment.GROUP)\n"
    )
    assert run_host(code) == "True\n"


def test_no_warden_is_started_before_the_first_process():
    with System(configuration={}):
        children = subprocess.run(
            ["ps", "-o", "args=", "--ppid", str(os.getpid())],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    assert "warden" not in children


def test_without_a_warden_what_outlived_its_process_unseen_ends_with_the_spawner(shell):
    launcher = DirectLauncher(brooms=choose_brooms())
    script = "read go; (setsid sh -c 'echo $$; exec sleep 600' &); sleep 600"
    leader = launcher.launch(shell(script))
    os.write(leader.pipes.stdin, b"go\n")  # its mark is on it by now
    os.set_blocking(leader.pipes.stdout, True)
    escapee = int(os.read(leader.pipes.stdout, 32))
    escaped = os.pidfd_open(escapee)
    launcher.close()
    assert select.select([escaped], [], [], 10)[0]
    os.close(escaped)
    leader.destroy()
