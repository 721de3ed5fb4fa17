"""T15: the ways in which a host program ends, with turns under way."""

import signal
import sys
import time

import pytest

ENDS = {
    "the end of the program": "",
    "sys.exit": "sys.exit(0)",
    "an error nobody catches": "raise LookupError('mine')",
    "a daemon that waits": "threading.Thread(target=wait, daemon=True).start()",
    "the interpreter's end inside of asyncio": "asyncio.run(asyncio.sleep(0))",
    "a turn that a daemon iterates": "threading.Thread(target=read, daemon=True).start()",
}

MANY = """
system = System(configuration={})
turns = begun(system, %d)

def wait():
    outcome = turns[0].outcome()
    say(type(outcome).__name__)

def read():
    list(turns[0])

say("ready")
"""


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_no_agent_outlives_the_host_nor_holds_it_up(host, end):
    running = host(MANY % 5 + end)
    running.line("ready")
    began = time.monotonic()
    code = running.end()
    assert time.monotonic() - began < 5
    running.leaves_nothing()
    failed = "LookupError" in end
    assert code == (1 if failed else 0)
    assert running.err.count("Traceback") == (1 if failed else 0), running.err
    assert ("mine" in running.err) is failed


def test_threads_that_are_no_daemons_use_agents_after_the_main_thread_has_ended(host):
    running = host(
        MANY % 2
        + """
def work():
    threading.main_thread().join()
    say(system.session(**given).ask("hello").text(10))
    turns[0].interrupt()
    wait()

threading.Thread(target=work).start()
"""
    )
    assert running.end() == 0
    assert running.out == ["ready", "hello", "Cancelled"]
    running.leaves_nothing()
    running.is_quiet()


def test_fifty_turns_do_not_hold_up_the_end_of_the_interpreter(host):
    running = host(MANY % 50)
    running.line("ready")
    began = time.monotonic()
    assert running.end() == 0
    assert time.monotonic() - began < 5
    running.leaves_nothing()
    running.is_quiet()


def test_agents_that_do_not_listen_hold_up_the_end_for_a_bounded_time(host):
    running = host(MANY.replace("%d)", "%d, 'deaf')") % 10)
    running.line("ready")
    began = time.monotonic()
    assert running.end() == 0
    assert time.monotonic() - began < 7
    running.leaves_nothing()
    running.is_quiet()


def test_a_turn_asked_for_while_the_interpreter_ends_is_refused_or_ended(run):
    """Hooks of the host that run at exit, before and after ours."""
    done = run(
        """
import atexit

def early():
    say(system.session(**given).ask("hello").text(5))

def late():
    for ask in (lambda: system.ask("hello", **given), lambda: greenroom.ask("hello", **given)):
        try:
            say(type(ask().outcome(3)).__name__)
        except greenroom.GreenroomError as error:
            say(error.code)

atexit.register(late)  # called after ours
system = System(configuration={})
atexit.register(early)  # called before
turns = begun(system, 2)
"""
    )
    assert done.code == 0
    assert done.out == ["hello", "session_stopped", "session_stopped"]
    done.is_quiet()


@pytest.mark.skipif(sys.platform != "linux", reason="the helper that outlives a host is Linux's")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGABRT", "SIGKILL", "os._exit"])
def test_agents_of_a_host_that_ends_without_a_word_are_gone_soon(host, name):
    """With nothing asked for, the system's own default for a signal is what happens."""
    way = "os._exit(7)" if name == "os._exit" else f"os.kill(os.getpid(), signal.{name})"
    running = host(MANY % 5 + way)
    running.line("ready")
    assert running.end() == (7 if name == "os._exit" else -getattr(signal, name))
    running.gone(*running.processes())
