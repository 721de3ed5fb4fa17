"""The fixtures of greenroom, for every test suite in an environment where it is installed.

pytest loads this module in each run, so it imports the standard library and pytest, and all else
when a fixture is asked for.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from greenroom.testing.fake_anthropic import FakeAnthropic
    from greenroom.testing.ledger import Ledger
    from greenroom.testing.scenario import Scenario
    from greenroom.testing.simulator.install import Simulator

__all__ = ["claude_binary", "fake_anthropic", "leak_ledger", "no_real_agents", "simulator"]


@pytest.fixture
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Simulator]:
    """A function that installs a simulated ``claude``: ``simulator(*scenarios) -> Simulator``.

    Each call makes another installation in a directory of its own.
    """
    from greenroom.testing.simulator.install import Simulator  # noqa: PLC0415 - see the module

    def install(*scenarios: Scenario) -> Simulator:
        return Simulator.install(tmp_path_factory.mktemp("simulator"), *scenarios)

    return install


@pytest.fixture
def fake_anthropic() -> Iterator[FakeAnthropic]:
    """The Messages API on loopback, for the duration of the test."""
    from greenroom.testing.fake_anthropic import FakeAnthropic  # noqa: PLC0415 - see the module

    with FakeAnthropic() as api:
        yield api


@pytest.fixture(scope="session")
def claude_binary() -> Path:
    """The real ``claude``: from the wheel of ``claude-agent-sdk``, else from ``PATH``.

    The test is skipped where there is none, but fails with ``CI=true``: there it must not be
    forgotten.
    """
    found = _bundled_binary() or shutil.which("claude")
    if found is not None:
        return Path(found)
    reason = "no claude binary: install claude-agent-sdk, or put claude on PATH"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def leak_ledger() -> Iterator[Ledger]:
    """Fails a test that leaves a process, descriptor, thread, actor or temporary file behind.

    What other fixtures set up before this one is no leak. Leaving is given two seconds.
    """
    from greenroom.testing.ledger import Ledger  # noqa: PLC0415 - see the module

    before = Ledger.snapshot()
    yield before
    before.check()


@pytest.fixture
def no_real_agents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes starting a real CLI against anything but a loopback endpoint an error."""
    monkeypatch.setenv("GREENROOM_ALLOW_SPAWN", "0")


def _bundled_binary() -> str | None:
    spec = importlib.util.find_spec("claude_agent_sdk")
    for directory in (spec.submodule_search_locations or ()) if spec else ():
        binary = Path(directory) / "_bundled" / "claude"
        if binary.is_file():
            return str(binary)
    return None
