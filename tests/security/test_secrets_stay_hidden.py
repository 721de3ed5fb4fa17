"""X1, X2, X13: a secret is in the child's environment or a private file, and nowhere else.

Canaries go in through every way that takes a secret; then everything that is shown, logged, raised,
pickled or written is searched for them, as they are, base64-encoded and URL-encoded.
"""

import base64
import faulthandler
import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from greenroom import Deadlines, Secret
from greenroom.testing import Scenario
from greenroom.testing.ledger_processes import descendants
from greenroom.testing.scenario import (
    ApiError,
    Exit,
    Grandchild,
    Kill,
    Raw,
    Reply,
    Stderr,
    Text,
    Wait,
)
from greenroom.values.outcomes import Completed, Rejected

KEY = "sk-canary/+key-0123456789?"
TOKEN = "canary-header-token-~/+9876"
VARIABLE = "canary variable with spaces & more"
SETTING = "canary-in-the-settings-4711"
PASSWORD = "canary-of-the-proxy"
HOSTS = "canary-of-the-host-that-nobody-asked-for"
ALL = (KEY, TOKEN, VARIABLE, SETTING, PASSWORD, HOSTS)
CONFIDED = ALL[:-1]

OPTIONS = {
    "env": {"DEPLOY_TOKEN": Secret(VARIABLE)},
    "mcp_servers": {
        "calc": {
            "type": "http",
            "url": "http://127.0.0.1:9/",
            "headers": {"Authorization": f"Bearer {TOKEN}"},
        },
        "local": {"command": "true", "env": {"SERVICE_PASSWORD": Secret(TOKEN)}},
    },
    "settings": {"env": {"API_KEY": SETTING}},
}
WAYS_TO_PAY = {
    "api_key": ({"api_key": KEY}, {}),
    "auth_token": ({"auth_token": Secret(KEY)}, {}),
    "oauth_token": ({"oauth_token": KEY}, {}),
    "env": ({"env": {"ANTHROPIC_API_KEY": Secret(KEY)}}, {}),
    "plain env": ({"env": {"ANTHROPIC_API_KEY": KEY}}, {}),
    "the host": ({}, {"ANTHROPIC_API_KEY": KEY}),
    "the host's cloud": ({}, {"CLAUDE_CODE_USE_BEDROCK": "1", "AWS_SECRET_ACCESS_KEY": KEY}),
}
CHATTER = "\n".join(
    [
        *CONFIDED,
        *(quote(secret, safe="") for secret in CONFIDED),
        *(base64.b64encode(f"user:{secret}".encode()).decode() for secret in CONFIDED),
        *(f"\x1b[1m{secret[:9]}\x1b[0m{secret[9:]}" for secret in CONFIDED),
        *(msgspec.json.encode(secret).decode() for secret in CONFIDED),
    ]
)
"""What a CLI says that knows no shame."""

FAILURES = {
    "dies at once": Scenario(on_start=[Stderr(CHATTER), Exit(1)]),
    "is killed": Scenario(turns=[[Stderr(CHATTER), Kill("SIGKILL")]]),
    "exits early": Scenario(turns=[[Stderr(CHATTER), Exit(0)]]),
    "refuses the handshake": Scenario(requests={"initialize": Reply(error=CHATTER)}),
    "blames the key": Scenario(
        turns=[[ApiError(401, "authentication_failed", text=f"not valid: {CHATTER}")]]
    ),
    "fails at the API": Scenario(turns=[[ApiError(500, text=CHATTER)]]),
    "writes no frames": Scenario(turns=[[Raw(f"{CHATTER}\n"), Kill("SIGSEGV")]]),
    "falls silent": Scenario(turns=[[Stderr(CHATTER), Raw(f"{CHATTER}\n"), Wait()]]),
}


@pytest.fixture(autouse=True)
def _host(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:9/")
    monkeypatch.setenv("GITHUB_TOKEN", HOSTS)


def given(name, monkeypatch):
    options, variables = WAYS_TO_PAY[name]
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    return {**OPTIONS, **options, "env": {**OPTIONS["env"], **options.get("env", {})}}


def shown(thing):
    """Everything that shows an object without being asked for the secret."""
    yield from (repr(thing), str(thing), f"{thing}", ascii(thing))
    if isinstance(thing, BaseException):
        yield "".join(traceback.format_exception(thing))
        yield repr(thing.args)
    for write in (pickle.dumps, msgspec.json.encode):
        try:
            yield write(thing)
        except (TypeError, pickle.PicklingError, AttributeError) as refusal:
            yield str(refusal)


@pytest.mark.parametrize("way", WAYS_TO_PAY)
def test_no_command_line_has_a_secret_whoever_pays(play, way, monkeypatch, find):
    offspring = [Grandchild(setsid=True), Grandchild(double_fork=True), Text("hi"), Wait()]
    session = play(Scenario(turns=[offspring]), **given(way, monkeypatch))
    with session:
        session.ask("hello")
        session.simulator.wait_for(lambda record: len(record.grandchildren) == 2)
        pids = descendants(os.getpid())
        lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids}
        assert session.info.pid in lines
        assert not {pid for pid, line in lines.items() if find(line, ALL)}
        environment = Path(f"/proc/{session.info.pid}/environ").read_bytes()
        assert KEY.encode() in environment
        assert HOSTS.encode() not in environment


@pytest.mark.parametrize("way", WAYS_TO_PAY)
def test_nothing_that_is_shown_of_a_session_shows_a_secret(play, way, monkeypatch, find):
    with play(**given(way, monkeypatch)) as session:
        turn = session.ask("hello")
        outcome = turn.outcome(10)
        assert isinstance(outcome, Completed)
        for thing in (session, session.info, turn, outcome, session.background):
            assert not [text for text in shown(thing) if find(text, ALL)]


@pytest.mark.parametrize("failure", FAILURES)
def test_no_failure_repeats_what_a_shameless_cli_says(play, failure, monkeypatch, find, caplog):
    with caplog.at_level(logging.DEBUG):
        session = play(
            FAILURES[failure], Deadlines(start=5, silence=0.3), **given("api_key", monkeypatch)
        )
        with session:
            outcome = session.ask("hello").outcome(10)
    assert not isinstance(outcome, Completed)
    context = msgspec.structs.replace(outcome.context, frame=None)
    outcome.context = context  # the frame is the CLI's own words, kept as they came
    for thing in (outcome, context, session.info):
        assert not [text for text in shown(thing) if find(text, ALL)]
    assert not find(caplog.text, ALL)


def test_the_evidence_leaves_the_frame_out_of_its_repr(play, find):
    scenario = Scenario(turns=[[ApiError(401, "authentication_failed", text=KEY)]])
    with play(scenario, api_key=KEY) as session:
        outcome = session.ask("hello").outcome(10)
    assert KEY in repr(outcome.context.frame)
    assert not [text for text in (repr(outcome.context), str(outcome)) if find(text, ALL)]


def test_masking_leaves_the_rest_of_the_evidence_readable(play):
    scenario = Scenario(on_start=[Stderr(f"key {KEY} is not valid\n"), Exit(1)])
    with play(scenario, api_key=KEY) as session:
        outcome = session.ask("hello").outcome(10)
    assert outcome.context.stderr_tail == "key *** is not valid\n"


def test_the_launch_itself_cannot_be_written_down(play, system, find, monkeypatch, simulator):
    from greenroom.backends.claude import ClaudeBackend  # noqa: PLC0415 - below the public API

    backend = ClaudeBackend()
    options = backend.check({}, {**given("api_key", monkeypatch), "executable": simulator().path})
    with tempfile.TemporaryDirectory() as scratch:
        launch = backend.prepare(options, Path(scratch))
    things = (launch, launch.spec, launch.installation, launch.redactor, options)
    for thing in things:
        assert not [text for text in shown(thing) if find(text, CONFIDED)]


def test_a_secret_cannot_be_slipped_onto_the_command_line(play, find):
    smuggled = {"extra_args": {"new-flag": f"Bearer {KEY}"}, "api_key": KEY}
    with play(**smuggled) as session:
        outcome = session.ask("hello").outcome(10)
    assert isinstance(outcome, Rejected)
    assert (outcome.code, session.info.pid) == ("secret_on_command_line", None)
    assert "--new-flag" in str(outcome)
    assert not [text for text in shown(outcome) if find(text, ALL)]


@pytest.mark.parametrize("end", ["stop", "sigkill"])
def test_nothing_on_disk_has_a_secret_when_the_process_is_gone(
    play, end, find_below, eventually, project
):
    places = (tempfile.gettempdir(), project, os.environ["HOME"])
    of_others = set(find_below(ALL, *places))  # of a CLI that was made to repeat what it was given
    with play(**OPTIONS, api_key=KEY) as session:
        session.ask("hello").result(10)
        pid = session.info.pid
        assert find_below([TOKEN], tempfile.gettempdir())  # the file of the servers
        if end == "sigkill":
            os.kill(pid, signal.SIGKILL)
            eventually(lambda: session.info.pid is None)
    assert set(find_below(ALL, *places)) - of_others == set()


def test_a_traceback_of_every_thread_shows_no_secret(play, monkeypatch, tmp_path, find):
    with (
        play(**given("api_key", monkeypatch)) as session,
        (tmp_path / "dump").open("w") as dump,
    ):
        session.ask("hello").result(10)
        faulthandler.dump_traceback(dump, all_threads=True)
    assert "Thread" in (tmp_path / "dump").read_text()
    assert not find((tmp_path / "dump").read_text(), ALL)


@pytest.mark.parametrize("arguments", [("ask", "-vv", "hello"), ("ask", "-vv", "-o", "json", "x")])
def test_the_command_shows_no_secret_at_any_verbosity(arguments, simulator, find, project):
    installed = simulator(FAILURES["dies at once"])
    env = {**os.environ, "ANTHROPIC_API_KEY": KEY, "DEPLOY_TOKEN": VARIABLE}
    done = _greenroom(*arguments, "--executable", installed.path, env=env, cwd=project)
    assert b"code: " in done.stderr
    assert not find(done.stdout + done.stderr, (KEY, VARIABLE, PASSWORD))


def test_the_doctor_shows_no_secret(simulator, find, project):
    env = {**os.environ, "ANTHROPIC_API_KEY": KEY}
    for form in ("text", "json"):
        arguments = ("doctor", "-vv", "-o", form, "--executable", simulator().path)
        done = _greenroom(*arguments, env=env, cwd=project)
        assert not find(done.stdout + done.stderr, ALL)


def _greenroom(*arguments, env, cwd):
    command = [sys.executable, "-m", "greenroom", *map(str, arguments)]
    return subprocess.run(
        command, env=env, cwd=cwd, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )


DOOMED = """
import json, os, signal, sys
from greenroom import System
from greenroom.testing import Scenario, Simulator

cli = Simulator.install(sys.argv[1], Scenario()).path
system = System(configuration={})
session = system.session(executable=cli, cwd=sys.argv[2], **json.loads(sys.argv[3]))
assert session.ask("hello").outcome(20).ok
print(system.containment, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nothing_on_disk_has_a_secret_when_the_host_was_killed(
    tmp_path, project, find_below, eventually
):
    """Where a warden or better is in force: it outlives the host just long enough to see to it."""
    servers = {"own": {"command": "true", "env": {"SERVICE_TOKEN": TOKEN}}}
    options = json.dumps({"mcp_servers": servers, "api_key": KEY})
    done = subprocess.run(
        [sys.executable, "-c", DOOMED, tmp_path / "cli", project, options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    if done.stdout.strip() not in {"warden", "cgroup"}:
        pytest.skip(f"containment here is {done.stdout.strip()}: nobody outlives the host")
    eventually(lambda: not find_below([TOKEN], tempfile.gettempdir(), project), 5)
