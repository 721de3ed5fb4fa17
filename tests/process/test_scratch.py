"""A private directory that goes away, whatever is in it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from greenroom.runtime.process import Scratch, StorageError, StorageFault
from greenroom.runtime.process import scratch as scratch_module


@pytest.fixture
def scratch(tmp_path):
    return Scratch.create(tmp_path)


def test_it_is_private_and_absolute(scratch):
    assert scratch.path.is_absolute()
    assert scratch.path.stat().st_mode & 0o777 == 0o700


def test_it_is_gone_after_the_block_with_all_that_was_in_it(tmp_path):
    with Scratch.create(tmp_path) as scratch:
        (scratch.path / "a" / "b").mkdir(parents=True)
        (scratch.path / "a" / "b" / "file").write_text("x")
        os.mkfifo(scratch.path / "a" / "fifo")
    assert list(tmp_path.iterdir()) == []


def test_removing_twice_is_removing_once(scratch):
    assert scratch.remove()
    assert scratch.remove()


def test_links_are_removed_and_not_followed(scratch, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("x")
    (scratch.path / "inner").mkdir()
    for place in (scratch.path, scratch.path / "inner"):
        (place / "to-directory").symlink_to(outside)
        (place / "to-file").symlink_to(outside / "precious")
    assert scratch.remove()
    assert (outside / "precious").read_text() == "x"


def test_a_link_put_in_its_place_is_removed_and_not_followed(scratch, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o750)
    (outside / "precious").write_text("x")
    scratch.path.rmdir()
    scratch.path.symlink_to(outside)
    assert scratch.remove()
    assert (outside / "precious").exists()
    assert outside.stat().st_mode & 0o777 == 0o750


def test_any_depth_is_removed_without_recursion(scratch):
    here = os.open(scratch.path, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("deeper", dir_fd=here)
        below = os.open("deeper", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    assert scratch.remove()


@pytest.fixture
def ordinary_user():
    """Give up root for the test: permissions mean nothing to root, unless it has no powers."""
    before = os.geteuid()
    with suppress(PermissionError):
        os.seteuid(65534 if before == 0 else before)
    yield
    os.seteuid(before)


def test_directories_closed_to_their_owner_are_removed(ordinary_user):
    scratch = Scratch.create(Path("/tmp"))
    closed = scratch.path / "closed" / "inner"
    closed.mkdir(parents=True)
    (closed / "file").write_text("x")
    for directory in (closed, closed.parent, scratch.path):
        directory.chmod(0o000)
    assert scratch.remove()


def test_the_work_is_bounded_and_what_is_left_is_told(scratch, monkeypatch):
    monkeypatch.setattr(scratch_module, "_MAX_ENTRIES", 10)
    for number in range(15):
        (scratch.path / str(number)).write_text("x")
    assert scratch.remove() is False
    assert len(list(scratch.path.iterdir())) == 5
    shutil.rmtree(scratch.path)


def test_a_scratch_that_cannot_be_made_is_an_error_that_names_the_place(tmp_path):
    with pytest.raises(StorageError, match=r"missing.*TMPDIR") as caught:
        Scratch.create(tmp_path / "missing")
    assert (caught.value.fault, caught.value.retryable) == (StorageFault.MISSING, False)


def test_a_file_is_private_and_written_once(scratch):
    path = scratch.write("options.json", b"{}")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"{}", 0o600)
    with pytest.raises(StorageError, match=r"options\.json"):
        scratch.write("options.json", b"[]")
    assert path.read_bytes() == b"{}"
