"""The binary is looked for in a fixed order, and what was looked at is told."""

import os
from pathlib import Path

import pytest

from greenroom.backends.claude import discovery
from greenroom.backends.claude.discovery import candidates, find_claude
from greenroom.values.errors import CliNotFoundError


def put(directory, name="claude", mode=0o755):
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return path


@pytest.fixture(name="bare")
def _nothing_anywhere(monkeypatch, tmp_path):
    """A machine without any claude."""
    monkeypatch.setattr(discovery, "BUNDLING_PACKAGE", "no_such_package_anywhere")
    monkeypatch.setattr(discovery, "_USUAL_PLACES", (str(tmp_path / "usual"),))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_path_that_was_asked_for_wins_and_nothing_else_is_tried(bare):
    put(bare / "on_path")
    asked = put(bare / "asked", "my-claude")
    found = find_claude(asked, {"PATH": str(bare / "on_path")})
    assert (found.path, found.source) == (asked, "asked for")
    with pytest.raises(CliNotFoundError) as caught:
        find_claude(bare / "gone", {"PATH": str(bare / "on_path")})
    assert len(caught.value.searched) == 1


def test_the_variable_comes_before_all_places(bare):
    put(bare / "on_path")
    asked = put(bare / "asked")
    env = {"PATH": str(bare / "on_path"), "GREENROOM_CLAUDE_PATH": str(asked)}
    assert find_claude(None, env).source == "GREENROOM_CLAUDE_PATH"


def test_a_bundled_binary_comes_before_path(bare, monkeypatch):
    package = bare / "site" / "bundling_package_of_a_test"
    bundled = put(package / "_bundled")
    (package / "__init__.py").touch()
    put(bare / "on_path")
    monkeypatch.syspath_prepend(str(bare / "site"))
    monkeypatch.setattr(discovery, "BUNDLING_PACKAGE", package.name)
    assert find_claude(None, {"PATH": str(bare / "on_path")}).path == bundled


def test_path_comes_before_the_usual_places(bare):
    usual, on_path = put(bare / "usual"), put(bare / "on_path")
    assert find_claude(None, {"PATH": str(bare / "on_path")}).path == on_path
    assert find_claude(None, {"PATH": ""}).path == usual


def test_a_relative_entry_of_path_is_never_searched(bare):
    put(bare / "planted")
    with pytest.raises(CliNotFoundError):
        find_claude(None, {"PATH": "planted:.:"})


def test_a_binary_planted_in_the_working_directory_is_never_run(bare):
    put(bare / "node_modules" / ".bin")
    with pytest.raises(CliNotFoundError):
        find_claude(None, {"PATH": ""})


def test_a_place_with_several_reasons_is_looked_at_once(bare):
    env = {"PATH": os.pathsep.join([str(bare / "usual"), "/a", "/a"])}
    paths = [str(one.path) for one in candidates(None, env)]
    assert paths == [str(bare / "usual" / "claude"), "/a/claude"]


def test_a_file_that_cannot_be_run_is_passed_over_and_named(bare):
    put(bare / "on_path", mode=0o644)
    with pytest.raises(CliNotFoundError) as caught:
        find_claude(None, {"PATH": str(bare / "on_path")})
    assert any("not executable" in place for place in caught.value.searched)


def test_a_binary_that_everybody_may_change_is_not_run(bare):
    put(bare / "on_path", mode=0o777)
    with pytest.raises(CliNotFoundError, match="world writable"):
        find_claude(None, {"PATH": str(bare / "on_path")})


def test_the_error_lists_what_was_searched_and_says_how_to_install(bare):
    with pytest.raises(CliNotFoundError) as caught:
        find_claude(None, {"PATH": str(bare / "empty")})
    text = str(caught.value)
    assert all(place in text for place in caught.value.searched)
    assert "npm install" in text
    assert "GREENROOM_CLAUDE_PATH" in text


def test_a_link_is_resolved_once_so_that_swapping_it_changes_nothing(bare):
    real = put(bare / "versions" / "1")
    link = bare / "on_path" / "claude"
    link.parent.mkdir()
    link.symlink_to(real)
    assert find_claude(None, {"PATH": str(bare / "on_path")}).path == real


def test_every_candidate_is_absolute(bare):
    env = {"PATH": os.pathsep.join(["/a", "b", "/c"])}
    assert all(Path(one.path).is_absolute() for one in candidates(None, env))
