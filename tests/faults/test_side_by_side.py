"""The comparison with the official SDK works, and Greenroom is right in it."""

import json

import pytest

from tests.suite import run

pytest.importorskip("claude_agent_sdk")

NAME = "exit 0 without a result"


def test_a_scenario_is_observed_under_every_library(tmp_path):
    written = tmp_path / "faults.json"
    done = run("benchmarks.faults", "--only", NAME, "--json", written)
    assert done.returncode == 0, done.stdout + done.stderr
    sides = json.loads(written.read_text())["scenarios"][NAME]["sides"]
    assert set(sides) == {"greenroom", "sdk_query", "sdk_client"}
    assert sides["greenroom"]["is_right"], sides["greenroom"]
    assert NAME in done.stdout
