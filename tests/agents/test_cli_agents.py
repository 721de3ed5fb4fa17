"""`greenroom up`, `status`, `tell`, `restart` and `stop`, as an operator runs them."""

import contextlib
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from greenroom.agents.errors import AgentsRunningError
from greenroom.agents.record_store import RecordStore
from greenroom.agents.state_directory import fleet_directory, socket_path
from greenroom.agents.status import AgentPhase, AgentStatus
from greenroom.agents.turn_report import TurnReport, TurnTrouble
from greenroom.cli.agents.table import status_lines
from greenroom.cli.agents.tell import exit_code_of_report
from greenroom.cli.exit_codes import ExitCode
from greenroom.cli.style import PLAIN, Style
from greenroom.testing import Scenario
from greenroom.testing.scenario import ApiError, Deltas, Text, Wait

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 20.0


class Host:
    """A host under way."""

    def __init__(self, process, file, environment):
        self.process = process
        self.file = file
        self.environment = environment

    def wait_until_up(self):
        said = b""
        while b"agents up" not in said:
            line = self.process.stderr.readline()
            assert line, f"it ended: {said.decode()}"
            said += line

    def run(self, *arguments, input=None, **env):  # noqa: A002 - subprocess calls it so
        return subprocess.run(
            [sys.executable, "-m", "greenroom", *map(str, arguments)],
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            text=True,
            cwd=self.file.parent,
            env={**self.environment, **env},
            timeout=PATIENCE_SECONDS * 2,
            check=False,
        )

    def end(self):
        """Wait for its end; return its exit code and what it said, but for mere news."""
        _, said = self.process.communicate(timeout=PATIENCE_SECONDS)
        lines = said.decode().splitlines(keepends=True)
        return self.process.returncode, "".join(line for line in lines if not _is_news(line))


def _is_news(line):
    return line.startswith("{") and json.loads(line)["level"] == "info"


@pytest.fixture(name="environment")
def _environment(tmp_path):
    given = {
        **os.environ,
        "ANTHROPIC_API_KEY": "sk-canary-0123456789",
        "GREENROOM_STATE_DIR": str(tmp_path / "state"),
        "PYTHONPATH": str(ROOT),
    }
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "NOTIFY_SOCKET", "WATCHDOG_USEC"):
        given.pop(name, None)
    return given


@pytest.fixture(name="fleet_file")
def _fleet_file(tmp_path, simulator):
    """A function that writes a file of agents, each with a scenario of its own."""

    def write(**scenarios):
        here = tmp_path / "here"
        here.mkdir(exist_ok=True)
        text = "[defaults.options]\ninclude_partial_messages = true\n"
        for name, scenario in (scenarios or {"a": Scenario()}).items():
            path = simulator(scenario).path
            text += f'[agents.{name}.options]\nexecutable = "{path}"\n'
        (here / "agents.toml").write_text(text)
        return here / "agents.toml"

    return write


@pytest.fixture(name="up")
def _up(environment):
    """A function that starts a host, of a small fleet or a real one: ``up(file, *arguments)``."""
    started = []

    def up(file, *arguments, wait=True, real=False, **env):
        given = {**environment, **env}
        program = ["greenroom", "up"] if real else ["tests.agents.hosted"]
        process = subprocess.Popen(
            [sys.executable, "-m", *program, file, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=file.parent,
            env=given,
            start_new_session=True,
        )
        started.append(process)
        host = Host(process, file, given)
        if wait:
            host.wait_until_up()
        return host

    yield up
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)
        process.stderr.close()


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


# --- up ---------------------------------------------------------------------------------------


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
    deaf = Scenario(on_interrupt="ignore", on_eof="ignore", on_sigterm="ignore")
    with _service_manager(tmp_path / "notify") as manager:
        host = up(fleet_file(a=deaf), NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert host.run("tell", "a", "hello").returncode == 0
        began = time.monotonic()
        host.process.send_signal(signal.SIGTERM)
        while not manager.recv(4096).startswith(b"STOPPING=1"):
            pass
        host.process.send_signal(signal.SIGTERM)
        assert host.end()[0] == 143
        assert time.monotonic() - began < 5


DEAF = Scenario(on_interrupt="ignore", on_eof="ignore", on_sigterm="ignore")


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


# --- tell -------------------------------------------------------------------------------------


def test_a_prompt_may_come_from_stdin(up, fleet_file):
    host = up(fleet_file())
    told = host.run("tell", "a", "Review this:", "-", input="a diff")
    assert told.stdout == "You said: Review this:\n\na diff\n"


def test_an_answer_as_one_object_says_all(up, fleet_file):
    host = up(fleet_file())
    told = host.run("tell", "a", "--json", "hello")
    assert told.stdout.count("\n") == 1
    answer = json.loads(told.stdout)
    assert (answer["agent"], answer["outcome"], answer["ok"]) == ("a", "completed", True)
    assert (answer["text"], answer["error"], answer["exit_code"]) == ("You said: hello", None, 0)
    assert answer["session_id"]


def test_a_turn_that_fails_ends_as_ask_would(up, fleet_file):
    limited = Scenario(turns=[[ApiError(429, "rate_limit", "too fast")]])
    host = up(fleet_file(a=limited))
    told = host.run("tell", "a", "hello")
    assert told.returncode == 75
    assert told.stderr.splitlines()[0] == "error: too fast"


def test_text_is_printed_as_it_comes_and_ctrl_c_leaves_the_turn_to_go_on(
    up, fleet_file, eventually
):
    host = up(fleet_file(a=Scenario(turns=[[Deltas(["begun"]), Wait(0.5), Text("ended")]])))
    with subprocess.Popen(
        [sys.executable, "-m", "greenroom", "tell", "a", "hello"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=host.file.parent,
        env=host.environment,
    ) as client:
        assert os.read(client.stdout.fileno(), 100) == b"begun"
        client.send_signal(signal.SIGINT)
        _, said = client.communicate(timeout=PATIENCE_SECONDS)
    assert client.returncode == 130
    assert b"the turn of a goes on" in said
    eventually(lambda: json.loads(host.run("status", "--json").stdout)["agents"][0]["turns"] == 1)


def test_an_agent_nobody_knows_is_a_usage_error(up, fleet_file):
    host = up(fleet_file())
    for arguments in (["tell", "b", "x"], ["restart", "b"], ["stop", "b"]):
        done = host.run(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "error: there is no agent 'b'; there are a\n"


REPORTS = {
    "completed": ExitCode.OK,
    "rate_limited": ExitCode.TRY_AGAIN,
    "timed_out": ExitCode.TIMED_OUT,
    "authentication_failed": ExitCode.UNAVAILABLE,
    "crashed": ExitCode.FAILED,
    "a_word_of_the_future": ExitCode.FAILED,
}


@pytest.mark.parametrize(("outcome", "code"), REPORTS.items())
def test_a_report_has_the_exit_code_of_its_outcome(outcome, code):
    trouble = TurnTrouble(code=outcome, category="x", message="x")
    done = outcome == "completed"
    report = TurnReport(agent="a", outcome=outcome, ok=done, error=None if done else trouble)
    assert exit_code_of_report(report) is code


@pytest.mark.parametrize(
    ("outcome", "code", "retryable", "exit_code"),
    [
        ("api_failed", "overloaded", True, ExitCode.TRY_AGAIN),
        ("api_failed", "api_failed", False, ExitCode.FAILED),
        ("start_failed", "cli_not_found", False, ExitCode.UNAVAILABLE),
        ("crashed", "internal_error", False, ExitCode.INTERNAL),
    ],
)
def test_a_finer_word_has_a_finer_code(outcome, code, retryable, exit_code):
    trouble = TurnTrouble(code=code, category="x", message="x", retryable=retryable)
    report = TurnReport(agent="a", outcome=outcome, ok=False, error=trouble)
    assert exit_code_of_report(report) is exit_code


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


# --- the table --------------------------------------------------------------------------------


def test_the_table_shows_what_an_agent_suffers_from_below_it():
    agents = [
        AgentStatus(
            name="reviewer",
            phase=AgentPhase.PARKED,
            since=1000.0,
            turns=12,
            losses=2,
            memory=512 * 1024**2,
            parked_reason="the limit\nis used up\x1b[31m",
            parked_until=2_000_000_000.0,
            last_error="429",
        ),
        AgentStatus(name="b", phase=AgentPhase.GIVEN_UP, memory=3 * 1024**3, since=1000.0),
    ]
    lines = list(status_lines(agents, PLAIN, now=1000.0 + 3 * 86400 + 7200))
    assert lines[0].split() == (
        ["NAME", "PHASE", "FOR", "PID", "TURNS", "QUEUED", "LOSSES", "MEMORY", "SESSION"]
    )
    assert lines[1].split() == [
        "reviewer",
        "parked",
        "3d2h",
        "-",
        "12",
        "0",
        "2",
        "512",
        "MiB",
        "-",
    ]
    assert lines[2] == "  parked: the limit is used up"
    assert lines[3].startswith("  tries again at ")
    assert lines[4] == "  last error: 429"
    assert "3.0 GiB" in lines[5]


def test_the_table_of_no_agents_is_its_head():
    assert len(list(status_lines([], PLAIN, now=0.0))) == 1


def test_phases_have_colours_where_colours_may_be():
    agents = [AgentStatus(name="a", phase=AgentPhase.GIVEN_UP, since=0.0)]
    [_, line] = status_lines(agents, Style(colour=True, weight=True), now=59.0)
    assert "\x1b[31mgiven_up\x1b[0m  59s" in line


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
