"""`greenroom up`: how a host of agents starts, how it ends, and what it tells."""

import contextlib
import json
import signal
import socket
import stat
import time
from pathlib import Path

import pytest

from greenroom.agents.errors import AgentsRunningError
from greenroom.agents.record_store import RecordStore
from greenroom.agents.state_directory import fleet_directory, socket_path
from greenroom.testing import Scenario
from tests.agents.host_process import PATIENCE_SECONDS

DEAF = Scenario(on_interrupt="ignore", on_eof="ignore", on_sigterm="ignore")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_a_host_in_an_orderly_way(up, fleet_file, number, code):
    host = up(fleet_file())
    [agent] = json.loads(host.run("status", "--json").stdout)["agents"]
    host.process.send_signal(number)
    assert host.end() == (code, "")
    assert not Path(f"/proc/{agent['pid']}").exists()
    assert not socket_path(fleet_directory(host.file, host.environment)).exists()


def test_a_second_signal_ends_it_at_once(up, fleet_file, tmp_path):
    with _service_manager(tmp_path / "notify") as manager:
        host = up(fleet_file(a=DEAF), NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert host.run("tell", "a", "hello").returncode == 0
        began = time.monotonic()
        host.process.send_signal(signal.SIGTERM)
        while not manager.recv(4096).startswith(b"STOPPING=1"):
            pass
        host.process.send_signal(signal.SIGTERM)
        assert host.end()[0] == 143
        assert time.monotonic() - began < 5


def test_agents_that_do_not_stop_within_the_grace_are_killed_whoever_stops_them(up, fleet_file):
    host = up(fleet_file(a=DEAF), "--grace", "0.2", real=True)
    assert host.run("tell", "a", "hello").returncode == 0
    [agent] = json.loads(host.run("status", "--json").stdout)["agents"]
    began = time.monotonic()
    assert host.run("stop").returncode == 0
    assert not Path(f"/proc/{agent['pid']}").exists()
    assert host.end()[0] == 0
    assert time.monotonic() - began < 5  # it would have had longer than that


def test_no_other_host_may_start_while_a_process_of_the_agents_is_left(up, fleet_file, eventually):
    host = up(fleet_file(a=DEAF), "--grace", "0.2", real=True)
    assert host.run("tell", "a", "hello").returncode == 0
    [agent] = json.loads(host.run("status", "--json").stdout)["agents"]
    host.process.send_signal(signal.SIGTERM)
    eventually(lambda: _may_start(fleet_directory(host.file, host.environment)))
    assert not Path(f"/proc/{agent['pid']}").exists()
    assert host.end()[0] == 143


def _may_start(directory):
    try:
        RecordStore(directory).close()
    except AgentsRunningError:
        return False
    return True


def test_a_host_that_is_killed_leaves_no_process_and_another_takes_over(up, fleet_file, eventually):
    host = up(fleet_file())
    [agent] = json.loads(host.run("status", "--json").stdout)["agents"]
    host.process.kill()
    host.process.wait()
    eventually(lambda: not Path(f"/proc/{agent['pid']}").exists())
    down = host.run("status")
    assert down.returncode == 69
    assert "no host of agents listens on" in down.stderr
    again = up(host.file)
    assert again.run("status").returncode == 0


def test_a_host_whose_agents_nobody_keeps_up_any_more_fails(up, fleet_file):
    host = up(fleet_file())
    host.run("tell", "a", "give up")
    code, said = host.end()
    assert code == 1
    assert "the agents ended by themselves" in said


def test_a_second_host_of_the_same_agents_is_refused(up, fleet_file):
    host = up(fleet_file())
    second = up(host.file, wait=False)
    code, said = second.end()
    assert code == 1
    assert f"these agents are kept up already by process {host.process.pid}" in said
    assert host.run("status").returncode == 0


@contextlib.contextmanager
def _service_manager(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(PATIENCE_SECONDS)
        yield manager


def test_the_service_manager_is_told(up, fleet_file, tmp_path):
    with _service_manager(tmp_path / "notify") as manager:
        env = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
        host = up(fleet_file(a=Scenario(), b=Scenario()), **env)
        heard = [manager.recv(4096).decode() for _ in range(12)]
        assert heard.count("WATCHDOG=1") >= 8
        [ready] = [said for said in heard if said.startswith("READY=1\nSTATUS=2 agents: ")]
        assert ready
        host.process.send_signal(signal.SIGTERM)
        while not manager.recv(4096).startswith(b"STOPPING=1\nSTATUS="):
            pass
        assert host.end()[0] == 143


def test_the_state_and_the_socket_may_be_elsewhere(up, fleet_file, tmp_path):
    host = up(fleet_file(), "--state-dir", tmp_path / "own", "--socket", tmp_path / "run" / "s")
    assert stat.S_IMODE((tmp_path / "run" / "s").stat().st_mode) == 0o600
    assert (tmp_path / "own" / "lock").exists()
    assert host.run("status").returncode == 69
    assert host.run("status", "--socket", tmp_path / "run" / "s").returncode == 0
    assert host.run("status", GREENROOM_SOCKET=str(tmp_path / "run" / "s")).returncode == 0
    assert host.run("stop", "--socket", tmp_path / "run" / "s").returncode == 0


def test_a_wrong_file_ends_with_78_before_anything_is_started(up, fleet_file, simulator):
    file = fleet_file()
    file.write_text(file.read_text() + "[agents.a.upkeep]\nidle = 3\n")
    code, said = up(file, wait=False).end()
    assert code == 78
    assert "agents.a.upkeep has 'idle', which is unknown" in said
    assert not (file.parent.parent / "state").exists()


def test_two_accounts_end_with_78_before_anything_is_started(up, fleet_file):
    code, said = up(fleet_file(), wait=False, CLAUDE_CODE_OAUTH_TOKEN="canary-oauth-token").end()
    assert code == 78
    assert "ANTHROPIC_API_KEY and CLAUDE_CODE_OAUTH_TOKEN" in said
    assert "canary" not in said


def test_a_state_directory_that_cannot_be_used_ends_with_78(up, fleet_file, tmp_path):
    (tmp_path / "file").write_text("")
    code, said = up(fleet_file(), "--state-dir", tmp_path / "file", wait=False).end()
    assert code == 78
    assert "the state directory" in said
