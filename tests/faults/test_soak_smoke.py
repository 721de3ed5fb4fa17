"""The soak itself works, and a hundredth of it leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("lifecycles", "cancels", "idle", "latency", "wardens", "hosts")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the soak reads /proc")


def test_a_hundredth_of_the_soak_finds_nothing_wrong():
    only = [word for part in PARTS for word in ("--only", part)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak", "--scale", "0.01", *only],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "what is left behind" in done.stdout
