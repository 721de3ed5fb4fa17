"""The command starts fast: what is not needed is not imported."""

import subprocess
import sys

import pytest

from greenroom import __version__

HEAVY = {"asyncio", "greenroom.system", "greenroom_protocol", "msgspec", "pykka", "structlog"}
LIST_MODULES = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, sep="\\n", file=sys.stderr))
from greenroom.cli import main
main()
"""


@pytest.mark.parametrize("flags", [["--version"], ["--help"], ["ask", "-h"]])
def test_help_and_version_import_next_to_nothing(flags):
    done = subprocess.run(
        [sys.executable, "-c", LIST_MODULES, *flags], capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stderr.split())


def test_the_version_is_told(run_here):
    assert run_here("--version").out == f"greenroom {__version__}\n"


@pytest.mark.parametrize("command", [[], ["ask"], ["demo"], ["doctor"]])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_explains_itself_with_examples(run_here, command, flag):
    done = run_here(*command, flag)
    assert done.code == 0
    assert "Examples:\n    greenroom " in done.out


def test_an_unknown_command_is_a_usage_error(run_here):
    done = run_here("aks", "x")
    assert done.code == 2
    assert "No such command 'aks'" in done.err
