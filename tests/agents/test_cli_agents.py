"""`greenroom up`, `status`, `tell`, `restart` and `stop`, as an operator runs them."""

import json
import re
import subprocess
import sys

import pytest

from greenroom.agents.state_directory import fleet_directory
from greenroom.testing import Scenario

# --- a whole life -----------------------------------------------------------------------------


def test_agents_are_kept_up_told_restarted_listed_and_stopped(up, fleet_file, eventually):
    host = up(fleet_file(a=Scenario(), b=Scenario()))
    told = host.run("tell", "a", "hello", "there")
    assert (told.returncode, told.stdout, told.stderr) == (0, "You said: hello there\n", "")

    listed = host.run("status")
    assert listed.returncode == 0
    head, a, b = listed.stdout.splitlines()
    assert head.split()[:3] == ["NAME", "PHASE", "FOR"]
    assert re.match(r"a +ready +\d+s +\d+ +1 +0 +0 +- +[0-9a-f-]{36}$", a)
    assert re.match(r"b +ready +\d+s +\d+ +0 +0 +0 +- +-$", b)

    before = json.loads(host.run("status", "--json").stdout)["agents"][0]["pid"]
    restarted = host.run("restart", "a")
    assert (restarted.returncode, restarted.stderr) == (0, "restarted a\n")
    found = eventually(lambda: json.loads(host.run("status", "--json").stdout)["agents"][0]["pid"])
    assert found != before

    one = host.run("stop", "b")
    assert (one.returncode, one.stderr) == (0, "stopped b\n")
    phases = [one["phase"] for one in json.loads(host.run("status", "--json").stdout)["agents"]]
    assert phases == ["ready", "stopped"]

    everything = host.run("stop")
    assert (everything.returncode, everything.stderr) == (0, "stopped all agents and their host\n")
    assert host.end() == (0, "")
    directory = fleet_directory(host.file, host.environment)
    assert [path.name for path in directory.iterdir()] == ["lock"]


def test_after_a_stop_another_host_can_be_started_at_once(up, fleet_file):
    file = fleet_file()
    for _ in range(3):
        host = up(file)
        assert host.run("stop", "-q").returncode == 0
        next_one = up(file)
        assert host.end()[0] == 0
        assert next_one.run("stop").returncode == 0
        assert next_one.end()[0] == 0


def test_conversations_go_on_when_their_host_is_killed_and_another_started(up, fleet_file):
    host = up(fleet_file(), real=True)
    first = json.loads(host.run("tell", "a", "--json", "hello").stdout)
    [before] = json.loads(host.run("status", "--json").stdout)["agents"]
    host.process.kill()
    host.process.wait()
    again = up(host.file, real=True)
    [after] = json.loads(again.run("status", "--json").stdout)["agents"]
    assert after["session_id"] == before["session_id"] == first["session_id"]
    assert (before["turns"], after["turns"]) == (1, 1)
    second = json.loads(again.run("tell", "a", "--json", "again").stdout)
    assert (second["ok"], second["session_id"]) == (True, first["session_id"])
    assert again.run("stop").returncode == 0
    assert again.end()[0] == 0


# --- which host -------------------------------------------------------------------------------


def test_the_only_agents_that_are_up_are_meant_where_there_is_no_file(up, fleet_file, tmp_path):
    host = up(fleet_file())
    command = [sys.executable, "-m", "greenroom", "status"]
    elsewhere = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=host.environment, check=False
    )
    assert elsewhere.returncode == 0
    assert elsewhere.stdout.splitlines()[1].startswith("a ")


def test_without_any_agents_up_the_commands_say_how_to_start_some(environment, tmp_path):
    for arguments in (["status"], ["stop"], ["restart", "a"], ["tell", "a", "x"]):
        done = subprocess.run(
            [sys.executable, "-m", "greenroom", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            check=False,
        )
        assert (done.returncode, done.stdout) == (69, "")
        assert "start some with `greenroom up agents.toml`" in done.stderr


def test_of_several_fleets_one_has_to_be_named(up, fleet_file, tmp_path):
    first = up(fleet_file())
    other = tmp_path / "other" / "agents.toml"
    other.parent.mkdir()
    other.write_text(first.file.read_text())
    second = up(other)
    command = [sys.executable, "-m", "greenroom", "status"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=first.environment, check=False
    )
    assert done.returncode == 1
    assert "several fleets are up (agents-" in done.stderr
    assert second.run("status", "--file", other).returncode == 0


# --- help -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["up", "status", "tell", "restart", "stop"])
def test_every_command_explains_itself_with_examples_and_exit_codes(environment, command):
    done = subprocess.run(
        [sys.executable, "-m", "greenroom", command, "-h"],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    assert f"Examples:\n    greenroom {command}" in done.stdout or "| greenroom" in done.stdout
    assert "xit codes" in done.stdout


def test_help_imports_next_to_nothing(environment):
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sys.modules, sep='\\n', file=sys.stderr))\n"
        "from greenroom.cli import main\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "tell", "-h"],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    assert not {"msgspec", "pykka", "greenroom.agents"} & set(done.stderr.split())
