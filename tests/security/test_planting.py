"""X7: nobody but root and us decides which program is run as `claude`."""

import os
import stat

import pytest

from greenroom.backends.claude import discovery
from greenroom.backends.claude.discovery import find_claude
from greenroom.runtime.process import administrators, check_executable
from greenroom.testing import Scenario
from greenroom.values.errors import CliNotFoundError

STRANGER = 4711
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture(name="machine")
def _machine(monkeypatch, tmp_path):
    """A machine with no `claude` but those that a test puts there."""
    monkeypatch.setattr(discovery, "BUNDLING_PACKAGE", "no_such_package_anywhere")
    monkeypatch.setattr(discovery, "_USUAL_PLACES", ())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(directory, mode=0o755):
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "claude"
    path.write_text("#!/bin/sh\necho planted >&2\n")
    path.chmod(mode)
    return path


def find(directory):
    return find_claude(None, {"PATH": str(directory)})


def test_one_in_a_directory_of_everybody_is_refused_and_so_is_its_session(machine, play):
    put(machine / "open")
    (machine / "open").chmod(0o777)
    with pytest.raises(CliNotFoundError) as caught:
        find(machine / "open")
    assert str(machine / "open") in str(caught.value)
    assert "chmod o-w" in str(caught.value)
    with pytest.raises(CliNotFoundError):  # nobody can vouch for everybody
        find_claude(machine / "open" / "claude", {})


def test_a_directory_of_everybody_further_up_counts_too(machine):
    put(machine / "open" / "bin")
    (machine / "open").chmod(0o777)
    with pytest.raises(CliNotFoundError, match="world writable"):
        find(machine / "open" / "bin")


@pytest.mark.parametrize("path", ["", ".", "./", "bin", "../here/bin", "::"])
def test_no_entry_of_path_that_depends_on_the_directory_is_searched(machine, path, monkeypatch):
    put(machine / "here" / "bin")
    put(machine / "here")
    monkeypatch.chdir(machine / "here")
    with pytest.raises(CliNotFoundError):
        find_claude(None, {"PATH": path})


@pytest.mark.parametrize("given", ["explicit", "variable"])
def test_a_bare_name_is_no_path(machine, given):
    put(machine)
    arguments = {
        "explicit": ("claude", {}),
        "variable": (None, {"GREENROOM_CLAUDE_PATH": "claude"}),
    }
    with pytest.raises(CliNotFoundError, match="is a name and no path"):
        find_claude(*arguments[given])


def test_a_path_that_was_written_out_is_taken_once_and_made_absolute(machine, monkeypatch):
    expected = put(machine / "bin")
    assert find_claude("./bin/claude", {}).path == expected


@needs_root
def test_one_that_a_stranger_owns_is_passed_over_unless_it_is_named(machine):
    planted = put(machine / "bin")
    os.chown(planted, STRANGER, STRANGER)
    with pytest.raises(CliNotFoundError, match=r"foreign owner.*executable="):
        find(machine / "bin")
    assert find_claude(planted, {}).path == planted


@needs_root
def test_one_that_a_group_may_change_is_passed_over_unless_it_is_named(machine):
    planted = put(machine / "bin")
    os.chown(machine / "bin", 0, STRANGER)
    (machine / "bin").chmod(0o775)
    with pytest.raises(CliNotFoundError, match=r"group writable.*chmod g-w"):
        find(machine / "bin")
    assert find_claude(planted, {"PATH": ""}).named


@needs_root
def test_a_group_of_administrators_is_trusted_as_root_is(machine):
    planted = put(machine / "bin")
    assert 0 in administrators()
    os.chown(machine / "bin", 0, max(administrators()))
    (machine / "bin").chmod(0o2775)
    assert find(machine / "bin").path == planted


@needs_root
def test_a_doubt_that_is_answered_for_hides_no_other(machine):
    """A directory of the group, and below it one of everybody."""
    planted = put(machine / "group" / "open")
    os.chown(machine / "group", 0, STRANGER)
    (machine / "group").chmod(0o775)
    (machine / "group" / "open").chmod(0o777)
    doubt = check_executable(str(planted), groups=(STRANGER,))
    assert doubt.culprit == str(machine / "group" / "open")
    with pytest.raises(CliNotFoundError, match="world writable"):
        find_claude(planted, {})


def test_what_was_checked_is_what_runs_when_the_link_is_swapped_later(machine):
    real = put(machine / "good")
    link = machine / "bin" / "claude"
    link.parent.mkdir()
    link.symlink_to(real)
    found = find(machine / "bin").path
    link.unlink()
    link.symlink_to(put(machine / "evil"))
    assert found == real


def test_a_set_up_that_is_as_it_should_be_runs(play):
    with play(Scenario(), api_key="sk-not-real") as session:
        assert session.ask("hello").text(10)
        assert not session.simulator.path.stat().st_mode & stat.S_IWOTH
