"""MCP servers that code uses without a CLI end with their system."""

import sys
from pathlib import Path

import pytest

from greenroom import SessionStoppedError, StdioServer, System
from tests.patience import LADDER

SCRIPT = Path(__file__).parents[1] / "mcp" / "scripted_server.py"
SERVER = StdioServer(command=sys.executable, args=["-S", "-u", str(SCRIPT)])


def test_a_server_is_told_to_end_and_is_gone_when_the_system_is_closed():
    with System(configuration={}, ladder=LADDER) as system:
        connection = system.mcp("files", SERVER)
        assert connection.tools().get(timeout=20)
        before = connection.info
    assert before.status == "ready"
    assert connection.info.status == "stopped"
    assert connection.info.last_error.endswith("it was stopped")
    assert not connection.actor_ref.is_alive()


def test_a_server_that_does_not_end_is_killed_in_time():
    system = System(configuration={}, ladder=LADDER)
    deaf = StdioServer(
        command=sys.executable,
        args=["-S", "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"],
    )
    connection = system.mcp("deaf", deaf)
    system.close(timeout=1.0)
    assert not connection.actor_ref.is_alive()


def test_a_closed_system_connects_to_nothing():
    system = System(configuration={}, ladder=LADDER)
    system.close()
    with pytest.raises(SessionStoppedError, match="closed"):
        system.mcp("files", SERVER)
