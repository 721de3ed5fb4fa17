"""The soak itself works, and a hundredth of it leaves nothing behind."""

import sys

import pytest

from tests.suite import run

PARTS = ("lifecycles", "cancels", "idle", "latency", "wardens", "hosts")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the soak reads /proc")


def test_a_hundredth_of_the_soak_finds_nothing_wrong():
    only = [word for part in PARTS for word in ("--only", part)]
    done = run("benchmarks.soak", "--scale", "0.01", *only)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "what is left behind" in done.stdout
