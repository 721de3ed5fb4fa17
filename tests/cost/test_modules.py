"""What is imported, and what is not: counts of modules, the same on every machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.cost.conftest import OPTIONS

HEAVY = {
    "asyncio",
    "claude_agent_sdk",
    "dataclasses",
    "difflib",
    "hashlib",
    "rich",
    "ssl",
    "structlog",
    "tomllib",
}
"""What no import needs, and no run that goes well."""

COUNTED = {"click", "greenroom", "greenroom_protocol", "msgspec", "pykka"}
"""What is counted: how many modules the standard library is made of differs by version."""

ASK = "import greenroom\ngreenroom.ask('3', executable={cli!r}, **{options!r}).result(timeout=20)"


@pytest.mark.parametrize(
    ("program", "bound"),
    [
        ("import greenroom", 1),
        ("import greenroom.cli", 26),
        ("from greenroom import System", 183),
        ("import greenroom_protocol.claude", 130),
    ],
)
def test_an_import_loads_few_modules(program, bound):
    loaded = counted(after(program))
    assert len(loaded) <= bound, f"{len(loaded)} modules, {bound} were expected: {loaded}"


def test_telling_the_version_loads_nothing_of_what_runs_agents():
    program = (
        "import sys\nfrom greenroom.cli import main\nsys.argv[:] = ['greenroom', '--version']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    loaded = after(program)
    assert not {"msgspec", "pykka", "subprocess"} & loaded
    assert len(counted(loaded)) <= 27, counted(loaded)


def test_a_first_answer_loads_few_modules(cli):
    loaded = counted(after(ASK.format(cli=cli, options=OPTIONS)))
    assert len(loaded) <= 318, f"{len(loaded)} modules: {loaded}"


@pytest.mark.parametrize(
    "program", ["import greenroom", "import greenroom.cli", "from greenroom import System", ASK]
)
def test_what_is_heavy_and_not_needed_is_not_loaded(program, cli):
    ours = after(program.format(cli=cli, options=OPTIONS)) - after(
        "import click, msgspec, platformdirs, pykka"
    )
    assert not ours & HEAVY


def after(program):
    """The modules that are loaded once a program has run in a fresh process."""
    tell = "import json, sys\nprint('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\n{tell}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
        cwd=os.environ["HOME"],  # where no project has a configuration
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def counted(modules):
    """Those of this project and of what it is built on."""
    return sorted(name for name in modules if name.partition(".")[0] in COUNTED)
