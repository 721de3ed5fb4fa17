"""Real tools of the real CLI: whatever ends the agent, nothing they started is left."""

import os
import signal
import sys
import time

import pytest

from greenroom import Cancelled, Completed, Containment, Crashed, Interrupted
from greenroom.testing.fake_anthropic import Stall, Text, ToolUse

GONE_SECONDS = 3.0
"""For the stop of an agent; with SIGTERM the CLI takes up to 1.3 s to end detached tools."""

RUDE_SERVER = """
import json, os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
ANSWERS = {
    "initialize": lambda p: {
        "protocolVersion": p["protocolVersion"],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "rude", "version": "1"},
    },
    "tools/list": lambda p: {"tools": []},
}
for line in sys.stdin:
    asked = json.loads(line)
    if asked.get("method") in ANSWERS and "id" in asked:
        result = ANSWERS[asked["method"]](asked.get("params"))
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
while True:  # the end of stdin is no reason to go
    time.sleep(60)
"""

COMMANDS = {
    "in its own session": ("echo up; sleep 611", 1),
    "with children": ("(sleep 611 & sleep 612 & sleep 613)", 3),
    "nohup": ("nohup sleep 611 > /dev/null 2>&1 & sleep 612", 2),
    "setsid": ("setsid sleep 611 & sleep 612", 2),
    "double fork": ("(setsid sleep 611 &) ; (nohup sleep 612 > /dev/null 2>&1 &) ; sleep 613", 3),
    "deaf": ("setsid sh -c 'trap \"\" TERM HUP; sleep 611; sleep 612' & sleep 613", 2),
}


def shell(command, **more):
    return ToolUse("Bash", {"command": command, "description": "a test", **more})


@pytest.fixture(name="busy")
def _busy(api, open_session, eventually, tree, system):
    """A function that has a tool run and returns its session and turn once it does."""
    if sys.platform == "linux":
        assert system.containment >= Containment.WARDEN

    def busy(name, **options):
        command, count = COMMANDS[name]
        api.on("work", shell(command), Text("done"))
        given = {"tools": ["Bash"], "allowed_tools": ["Bash"], "env": tree.variables, **options}
        session = open_session(**given)
        turn = session.ask("work")
        eventually(lambda: len(tree.running("sleep 61")) >= count)
        return session, turn

    return busy


@pytest.mark.parametrize("name", COMMANDS)
def test_stopping_the_session_leaves_nothing(busy, tree, eventually, name):
    session, turn = busy(name)
    started = time.monotonic()
    session.stop()
    assert time.monotonic() - started < 9  # the ladder: SIGTERM after 1 s, SIGKILL after 5 more
    assert isinstance(turn.outcome(0), Cancelled)
    eventually(lambda: not tree.all(), GONE_SECONDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_cli_is_a_crash_at_once_and_leaves_nothing(busy, tree, eventually, name):
    session, turn = busy(name)
    os.kill(session.info.pid, signal.SIGKILL)
    outcome = turn.outcome(1)
    assert (type(outcome), outcome.signal) == (Interrupted, signal.SIGKILL)
    eventually(lambda: not tree.all(), 1.0)
    assert session.ask("hello").text(20) == "You said: hello"


@pytest.mark.parametrize("name", COMMANDS)
def test_an_interrupt_ends_the_turn_and_what_it_left_ends_with_the_agent(
    busy, tree, eventually, name
):
    session, turn = busy(name)
    turn.interrupt()
    outcome = turn.outcome(10)
    assert (type(outcome), outcome.confirmed) == (Cancelled, True)
    assert session.ask("hello").text(20) == "You said: hello"
    session.stop()
    eventually(lambda: not tree.all(), GONE_SECONDS)


@pytest.mark.parametrize("name", ["in its own session", "double fork", "deaf"])
def test_killing_the_system_leaves_nothing(busy, tree, system, eventually, name):
    _, turn = busy(name)
    system.kill()
    assert isinstance(turn.outcome(0), Cancelled | Crashed)
    eventually(lambda: not tree.all(), GONE_SECONDS)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_background_shell_does_not_outlive_its_agent(api, open_session, tree, eventually, end):
    command = "setsid sleep 611 & sleep 612"
    api.on("work", shell(command, run_in_background=True), Text("It runs."))
    session = open_session(tools=["Bash"], allowed_tools=["Bash"], env=tree.variables)
    assert isinstance(session.ask("work").outcome(20), Completed)
    eventually(lambda: len(tree.running("sleep 61")) == 2)
    if end == "stop":
        session.stop()
    else:
        os.kill(session.info.pid, signal.SIGKILL)
    eventually(lambda: not tree.all(), GONE_SECONDS)


@pytest.fixture(name="served")
def _served(open_session, project, tree, eventually):
    """A session whose CLI has a rude server."""
    script = project / "rude_server.py"
    script.write_text(RUDE_SERVER)
    server = {"command": sys.executable, "args": [str(script)]}
    session = open_session(mcp_servers={"rude": server}, env=tree.variables)
    assert isinstance(session.ask("hello").outcome(20), Completed)
    eventually(lambda: tree.running(str(script)))
    return session


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_server_that_ignores_eof_and_sigterm_is_gone_with_its_idle_agent(
    served, tree, eventually, end
):
    if end == "kill":
        os.kill(served.info.pid, signal.SIGKILL)
        eventually(lambda: not tree.all(), 1.0)
    served.stop()
    eventually(lambda: not tree.all(), GONE_SECONDS)


@pytest.mark.parametrize("end", ["stop", "kill", "interrupt"])
def test_a_server_that_ignores_eof_and_sigterm_is_gone_with_its_busy_agent(
    api, served, tree, eventually, end
):
    api.on("count", Stall(Text(("one ", "two")), after_events=3))
    turn = served.ask("count")
    api.wait_for_stall(timeout=20)
    if end == "kill":
        os.kill(served.info.pid, signal.SIGKILL)
        eventually(lambda: not tree.all(), 1.0)
    elif end == "interrupt":
        turn.interrupt()
        assert isinstance(turn.outcome(10), Cancelled)
        assert tree.running("rude_server")  # the agent lives, and so does its server
    served.stop()
    eventually(lambda: not tree.all(), GONE_SECONDS)
