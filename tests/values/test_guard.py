"""With the switch off, no real agent talks to a real endpoint."""

import pytest

from greenroom.testing import Scenario
from greenroom.values.errors import RealAgentForbiddenError
from greenroom.values.guard import check_spawn_allowed


@pytest.fixture(name="binary")
def _binary(tmp_path):
    path = tmp_path / "claude"
    path.write_bytes(b"\x7fELF")
    return str(path)


@pytest.mark.parametrize(
    "endpoint",
    [None, "https://api.anthropic.com", "http://127.0.0.1.example.org", "http://10.0.0.1:80", ""],
)
def test_a_real_endpoint_is_refused(no_real_agents, binary, endpoint):
    with pytest.raises(RealAgentForbiddenError, match="GREENROOM_ALLOW_SPAWN"):
        check_spawn_allowed(binary, endpoint)


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:8911", "http://localhost:1", "http://[::1]:2", "http://127.9.9.9"],
)
def test_loopback_is_allowed(no_real_agents, binary, endpoint):
    check_spawn_allowed(binary, endpoint)


def test_a_simulator_is_allowed(no_real_agents, simulator):
    check_spawn_allowed(str(simulator(Scenario()).path), None)


def test_everything_is_allowed_with_the_switch_on(monkeypatch, binary):
    monkeypatch.setenv("GREENROOM_ALLOW_SPAWN", "1")
    check_spawn_allowed(binary, None)
