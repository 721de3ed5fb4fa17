"""Whose program is it that a path leads to?"""

from __future__ import annotations

import os
import stat

import pytest

from greenroom.runtime.process import Planting, check_executable
from greenroom.runtime.process.executable import _planting


@pytest.fixture
def program(tmp_path):
    directory = tmp_path / "bin"
    directory.mkdir(mode=0o755)
    program = directory / "claude"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_a_program_of_our_own_in_directories_of_our_own_is_trusted(program):
    assert check_executable(str(program)) is None


def test_a_relative_path_is_not(program, monkeypatch):
    monkeypatch.chdir(program.parent)
    assert check_executable("claude").planting is Planting.RELATIVE
    assert check_executable("./claude").planting is Planting.RELATIVE


def test_a_file_that_everybody_may_change_is_not(program):
    program.chmod(0o757)
    doubt = check_executable(str(program))
    assert (doubt.culprit, doubt.planting) == (str(program), Planting.WORLD_WRITABLE)


def test_a_file_in_a_directory_that_everybody_may_change_is_not(program):
    program.parent.chmod(0o777)
    doubt = check_executable(str(program))
    assert (doubt.culprit, doubt.planting) == (str(program.parent), Planting.WORLD_WRITABLE)
    assert "world writable" in str(doubt)


def test_a_sticky_directory_protects_what_is_in_it(program):
    program.parent.chmod(0o1777)
    assert check_executable(str(program)) is None


def test_a_link_is_followed_step_by_step(program, tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "open" / "middle").symlink_to("../bin/claude")
    (tmp_path / "link").symlink_to("open/middle")
    doubt = check_executable(str(tmp_path / "link"))
    assert doubt.culprit == str(tmp_path / "open")
    (tmp_path / "open").chmod(0o755)
    assert check_executable(str(tmp_path / "link")) is None


def test_a_link_to_a_directory_is_followed_too(program, tmp_path):
    (tmp_path / "current").symlink_to(program.parent)
    assert check_executable(str(tmp_path / "current" / ".." / "current" / "claude")) is None
    program.parent.chmod(0o777)
    assert check_executable(str(tmp_path / "current" / "claude")).culprit == str(program.parent)


def test_a_circle_and_a_dead_end_lead_nowhere(tmp_path):
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "dead").symlink_to("missing")
    for name in ("circle", "dead", "missing"):
        assert check_executable(str(tmp_path / name)).planting is Planting.UNRESOLVED


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "planting"),
    [
        (stat.S_IFREG | 0o755, 0, 0, None),
        (stat.S_IFREG | 0o755, os.geteuid(), 99, None),
        (stat.S_IFREG | 0o755, 4711, 4711, Planting.FOREIGN_OWNER),
        (stat.S_IFLNK | 0o777, 4711, 0, Planting.FOREIGN_OWNER),
        (stat.S_IFLNK | 0o777, 0, 0, None),
        (stat.S_IFDIR | 0o1777, 4711, 0, Planting.FOREIGN_OWNER),
        (stat.S_IFDIR | 0o1777, 0, 0, None),
        (stat.S_IFREG | 0o1757, 0, 0, Planting.WORLD_WRITABLE),
        (stat.S_IFDIR | 0o775, 0, 50, Planting.GROUP_WRITABLE),
        (stat.S_IFDIR | 0o775, os.geteuid(), os.geteuid(), None),
    ],
)
def test_ownership_and_permissions_decide(mode, uid, gid, planting):
    assert _planting(os.stat_result((mode, 1, 1, 1, uid, gid, 0, 0, 0, 0))) is planting
