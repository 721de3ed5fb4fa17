"""T12: a disk that is full or cannot be written: a typed error that says where, and it passes."""

import subprocess

import pytest

from greenroom import StartFailed

SERVERS = {"big": {"command": "x", "env": {f"NAME_{n}": "y" * 100 for n in range(300)}}}
"""Some 35 kB that are handed to the CLI in a file."""


@pytest.fixture(name="disk")
def _disk(tmp_path, monkeypatch):
    """A disk of 64 kB for temporary files, of this test alone."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    monkeypatch.setenv("TMPDIR", str(disk))
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill(disk):
    """Write until there is no room; return the file that takes it."""
    hog = disk / "hog"
    with hog.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        _write_for_ever(file)
    return hog


def _write_for_ever(file):
    while True:
        file.write(b"x" * 1024)


def test_a_full_disk_fails_the_turn_that_needs_it_and_no_other_and_passes(system, light, disk):
    running = system.session(**light)
    turn = running.ask("wait")
    frames = iter(turn)
    next(frames)
    hog = fill(disk)
    session = system.session(mcp_servers=SERVERS, **light)
    failed = session.ask("hello").outcome(10)
    assert isinstance(failed, StartFailed)
    assert (failed.code, failed.retryable) == ("storage_full", True)
    assert str(disk) in str(failed)
    assert "TMPDIR" in str(failed)
    assert len(list(disk.iterdir())) == 2  # the hog, and the directory of what runs
    assert not turn.done
    assert running.info.phase == "busy"
    hog.unlink()
    assert session.ask("hello").text(10) == "hello"
    turn.interrupt()
    turn.outcome(10)


def test_a_file_that_was_cut_short_is_not_left_to_be_taken_for_whole(system, light, disk):
    fill(disk)
    before = sorted(disk.iterdir())
    for _ in range(3):
        assert system.ask("hello", mcp_servers=SERVERS, **light).outcome(10).code == "storage_full"
    assert sorted(disk.iterdir()) == before


def test_a_disk_that_was_made_read_only_says_so(system, light, disk):
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    failed = system.ask("hello", **light).outcome(10)
    assert (failed.code, failed.retryable) == ("storage_read_only", False)
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert system.ask("hello", **light).text(10) == "hello"


def test_a_process_ends_and_is_reported_while_the_disk_is_full(system, light, disk):
    session = system.session(**light)
    assert session.ask("hello").text(10) == "hello"
    hog = fill(disk)
    session.stop()
    assert list(disk.iterdir()) == [hog]


def test_a_limit_on_the_size_of_files_is_named(run):
    done = run(
        """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
with System(configuration={}) as system:
    servers = {"big": {"command": "x", "args": ["y" * 10000]}}
    outcome = system.ask("hello", mcp_servers=servers, **given).outcome(10)
    say(outcome.code, os.environ["TMPDIR"] in str(outcome))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    say(system.ask("hello", mcp_servers=servers, **given).text(10))
"""
    )
    assert (done.out, done.err, done.code) == (["file_too_large True", "hello"], "", 0)


def test_a_directory_for_temporary_files_that_went_away_is_named(run):
    done = run(
        """
import shutil, tempfile
place = tempfile.gettempdir()
with System(configuration={}) as system:
    assert system.ask("hello", **given).text(10) == "hello"
    while os.listdir(place):  # of the first turn
        time.sleep(0.01)
    os.rename(place, place + "-away")
    outcome = system.ask("hello", **given).outcome(10)
    say(outcome.code, place in str(outcome))
    os.rename(place + "-away", place)
    say(system.ask("hello", **given).text(10))
"""
    )
    assert (done.out, done.err, done.code) == (["storage_missing True", "hello"], "", 0)
