"""The commands of the benchmarks, run as anybody runs them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

# The children are scripts of the suite. Should one ever be a real agent, it would find nobody here,
# and Greenroom's guard against real agents knows that.
_NOBODY = {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}


def run(module, *arguments, env=None):
    """Run a module: ``run("benchmarks", "stream", "--quick")``; return what became of it."""
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **_NOBODY, **(env or {})},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
