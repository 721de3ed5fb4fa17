"""Rules for every test of this repository: nothing real is touched, nothing is left behind.

And what tests of several directories ask for.
"""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from greenroom import System
from greenroom.testing.ledger import RUN_MARK, LeakError, Ledger
from tests import patience

HERE = Path(__file__).parent
REAL = {HERE / "e2e", HERE / "faults" / "real"}
E2E_TIMEOUT_SECONDS = 180

settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("nightly", deadline=None, max_examples=5_000)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
)

FOREIGN_PREFIXES = ("ANTHROPIC_", "CLAUDE", "CODEX_", "GREENROOM_", "OPENAI_", "XDG_")


def pytest_collection_modifyitems(items):
    for item in items:
        if REAL.intersection(item.path.parents):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(E2E_TIMEOUT_SECONDS))


@pytest.fixture(scope="session", autouse=True)
def _nothing_real(tmp_path_factory):
    """A home, a configuration and a temporary directory of this run alone; no real agent starts."""
    home = tmp_path_factory.mktemp("home")
    temporary = home / "tmp"
    temporary.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(FOREIGN_PREFIXES)]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("CLAUDE_CONFIG_DIR", str(home / ".claude"))
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(tempfile, "tempdir", None)
        patch.setenv("GREENROOM_ALLOW_SPAWN", "0")
        patch.setenv(RUN_MARK, uuid.uuid4().hex)
        yield


@pytest.fixture(autouse=True)
def _nothing_left_behind(_nothing_real):
    """The leak ledger around every test.

    Children of ours are found by their home as well: every one is given it, whoever starts it.
    """
    before = Ledger.snapshot(marks=[f"HOME={os.environ['HOME']}"])
    yield
    leaks = before.settle()
    if leaks:
        pytest.fail(str(LeakError(leaks)), pytrace=False)


@pytest.fixture(autouse=True)
def _logging_as_it_was():
    """structlog is as in a program that has not configured it, which `capture_logs` does."""
    yield
    structlog = sys.modules.get("structlog")
    if structlog is not None and structlog.is_configured():
        structlog.reset_defaults()


@pytest.fixture(name="eventually", scope="session")
def _eventually():
    """A function that waits until a condition holds: ``eventually(condition, seconds)``."""
    return patience.eventually


@pytest.fixture(name="system")
def _system():
    """A system whose processes are given little time to end."""
    with System(configuration={}, ladder=patience.LADDER) as system:
        yield system


@pytest.fixture(name="project")
def _project(tmp_path):
    """The directory agents work in."""
    project = tmp_path / "project"
    project.mkdir()
    return project
