"""The comparison with the official SDK works, and Greenroom is right in it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("claude_agent_sdk")

ROOT = Path(__file__).parents[2]
NAME = "exit 0 without a result"


def test_a_scenario_is_observed_under_every_library(tmp_path):
    written = tmp_path / "faults.json"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", "--only", NAME, "--json", written],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sides = json.loads(written.read_text())["scenarios"][NAME]["sides"]
    assert set(sides) == {"greenroom", "sdk_query", "sdk_client"}
    assert sides["greenroom"]["is_right"], sides["greenroom"]
    assert NAME in done.stdout
