"""The pytest plugin, as a suite of somebody else sees it."""

import os
import subprocess
import sys

import pytest

import greenroom.testing as kit

SUITE = """
import os, subprocess, sys
from pathlib import Path
from greenroom.testing.scenario import Exit, Scenario

def test_simulators_of_one_test_are_apart(simulator):
    one, other = simulator(), simulator(Scenario(cli_version="9.9.9"))
    assert one.path != other.path
    assert b"9.9.9" in subprocess.check_output([other.path, "-v"])

def test_the_api_answers(fake_anthropic):
    assert fake_anthropic.url.startswith("http://127.0.0.1:")

def test_nothing_leaks(leak_ledger, tmp_path):
    (tmp_path / "closed").write_text("")

def test_something_leaks(leak_ledger):
    globals()["kept"] = os.open("/", os.O_RDONLY)

def test_real_agents_are_off(no_real_agents):
    assert os.environ["GREENROOM_ALLOW_SPAWN"] == "0"

def test_binary(claude_binary):
    assert isinstance(claude_binary, Path)
"""


@pytest.fixture
def run(tmp_path):
    """``run(*arguments)``: pytest on the suite above, in a process of its own."""
    (tmp_path / "test_suite.py").write_text(SUITE)

    def start(*arguments, **variables):
        argv = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", *arguments]
        done = subprocess.run(
            argv,
            cwd=tmp_path,
            env={key: value for key, value in os.environ.items() if key != "CI"} | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    return start


def test_the_fixtures_are_there_without_a_word(run):
    report = run("-k", "not binary")
    assert "5 passed, 1 deselected, 1 error" in report
    assert "ERROR test_suite.py::test_something_leaks" in report
    assert "descriptor: " in report


HIDDEN = """
import importlib.util, shutil
importlib.util.find_spec = lambda name, find=importlib.util.find_spec: (
    None if name == "claude_agent_sdk" else find(name))
shutil.which = lambda *_, **__: None
"""


def test_without_a_binary_its_tests_are_skipped_but_fail_in_ci(run, tmp_path):
    (tmp_path / "conftest.py").write_text(HIDDEN)
    reason = "no claude binary: install claude-agent-sdk"
    lean = ("-k", "binary", "-p", "greenroom.testing.plugin")
    here = run(*lean, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    in_ci = run(*lean, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", CI="true")
    assert "1 skipped" in here
    assert "1 error" in in_ci
    assert reason in here
    assert reason in in_ci


def test_the_plugin_imports_only_the_standard_library_and_pytest():
    code = (
        "import sys, pytest; before = set(sys.modules)\n"
        "import greenroom.testing.plugin\n"
        "tops = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(tops - set(sys.stdlib_module_names)))\n"
        "print(sorted(name for name in sys.modules if name.startswith('greenroom')))"
    )
    done = subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()
    assert done[0] == "['greenroom']"
    assert done[1] == "['greenroom', 'greenroom.testing', 'greenroom.testing.plugin']"


def test_every_public_name_of_the_kit_can_be_imported():
    assert all(getattr(kit, name) is not None for name in kit.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = kit.Nothing


def test_the_real_binary_is_found_here(claude_binary):
    assert os.access(claude_binary, os.X_OK)
