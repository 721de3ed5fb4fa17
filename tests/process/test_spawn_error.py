"""Starts that fail: told in words, with the numbers, and nothing left behind."""

from __future__ import annotations

import errno
import pickle
import sys
from pathlib import Path

import pytest

from greenroom.runtime.dispatcher import ManualDispatcher
from greenroom.runtime.process import LocalSpawner, SpawnError, SpawnFault, SpawnSpec


@pytest.fixture
def fail(spawner, owner):
    """Spawn what cannot start; return the error."""

    def fail(spec):
        spawner.spawn(spec, owner)
        owner.wait_for("spawn_failed")
        assert owner.heard == ["spawn_failed"]
        assert not spawner._children
        return owner.error

    return fail


def script(path, text, mode=0o755):
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def test_a_missing_executable(fail, spec):
    error = fail(spec("/no/such/claude"))
    assert (error.fault, error.errno, error.retryable) == (
        SpawnFault.NOT_FOUND,
        errno.ENOENT,
        False,
    )
    assert "'/no/such/claude'" in str(error)


def test_a_missing_interpreter(fail, spec, tmp_path):
    error = fail(spec(script(tmp_path / "cli", "#!/no/such/node\n")))
    assert error.fault is SpawnFault.NOT_FOUND
    assert "interpreter" in str(error)


def test_a_file_without_permission_to_run(fail, spec, tmp_path):
    error = fail(spec(script(tmp_path / "cli", "#!/bin/sh\n", mode=0o644)))
    assert error.fault is SpawnFault.NOT_EXECUTABLE


def test_a_file_that_is_no_program(fail, spec, tmp_path):
    error = fail(spec(script(tmp_path / "cli", "no program\n")))
    assert (error.fault, error.errno) == (SpawnFault.NOT_EXECUTABLE, errno.ENOEXEC)


@pytest.mark.parametrize("cwd", ["/no/such/place", sys.executable])
def test_a_bad_working_directory_is_not_taken_for_a_missing_cli(fail, spec, cwd):
    error = fail(spec("/bin/cat", cwd=cwd))
    assert error.fault is SpawnFault.BAD_CWD
    assert cwd in str(error)


def test_an_argument_that_is_too_long_is_told_with_its_size(fail, spec):
    error = fail(spec("/bin/cat", "x" * 200_000))
    assert (error.fault, error.errno) == (SpawnFault.TOO_LONG, errno.E2BIG)
    assert error.size.largest == 200_001
    assert "200001" in str(error)
    assert len(str(error)) < 500


def test_an_environment_that_is_too_long_is_told_apart(fail, spec):
    env = {f"V{number}": "x" * 100_000 for number in range(100)}
    error = fail(spec("/bin/cat", env=env))
    assert error.size.env > 10_000_000 > error.size.argv


def test_a_file_being_written_may_be_tried_again(fail, spec, tmp_path):
    program = tmp_path / "cli"
    program.write_bytes(Path("/bin/cat").read_bytes())
    program.chmod(0o755)
    with program.open("ab"):
        error = fail(spec(str(program)))
    assert (error.fault, error.retryable) == (SpawnFault.BUSY, True)


def test_no_secret_reaches_the_error(fail, spec):
    error = fail(spec("/no/such/cli", "--flag=canary", env={"TOKEN": "canary"}))
    assert "canary" not in f"{error} {error!r} {vars(error)}"
    assert error.__cause__ is None
    assert error.__suppress_context__


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EAGAIN, errno.ENOMEM, errno.ENFILE])
def test_a_lack_of_resources_may_be_tried_again(number):
    error = SpawnError.from_exception(OSError(number, "x"), SpawnSpec(("/bin/cat",), {}, "/"))
    assert (error.fault, error.retryable) == (SpawnFault.NO_RESOURCES, True)


def test_an_unforeseen_error_is_still_a_spawn_error():
    error = SpawnError.from_exception(RuntimeError("odd"), SpawnSpec(("/bin/cat",), {}, "/"))
    assert (error.fault, error.retryable) == (SpawnFault.OTHER, False)
    assert "RuntimeError" in str(error)


def test_the_error_survives_pickling():
    error = SpawnError.from_exception(OSError(2, "x"), SpawnSpec(("/bin/cat",), {}, "/"))
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), vars(copy)) == (str(error), vars(error))


def test_running_out_of_descriptors_anywhere_in_a_start_leaves_nothing(stage, spec):
    faults = []
    for free in range(14):
        owner = stage.spawn_with_free_descriptors(free, spec("/bin/true"))
        stage.run_until(lambda owner=owner: {"closed", "spawn_failed", "exit"} & {*owner.heard})
        stage.advance(1)
        faults.append(None if owner.error is None else owner.error.fault)
    assert faults[0] is SpawnFault.NO_RESOURCES
    assert faults[-1] is None
    assert set(faults) == {SpawnFault.NO_RESOURCES, None}


class Sparing(ManualDispatcher):
    """Watches so many descriptors and no more, as epoll does at its limit."""

    allowed = 0

    def add_reader(self, fd, fn):
        if not self.allowed:
            raise OSError(errno.ENOSPC, "too many watches")
        self.allowed -= 1
        super().add_reader(fd, fn)


@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_a_process_whose_pipes_cannot_be_watched_does_not_live(allowed, owner, spec):
    dispatcher = Sparing()
    dispatcher.allowed = allowed
    spawner = LocalSpawner(dispatcher)
    child = spawner.spawn(spec("/bin/sleep", "600"), owner)
    child.write(b"waiting")
    dispatcher.run_until(lambda: owner.heard)
    assert (owner.heard, owner.error.fault) == (["spawn_failed"], SpawnFault.NO_RESOURCES)
    assert not spawner._children
    spawner.close()
    dispatcher.close()
