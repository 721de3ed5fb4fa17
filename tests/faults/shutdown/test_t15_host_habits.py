"""T15: hosts with habits of their own about signals and children, and agents that are stopped."""

import os
import signal

import pytest

from greenroom import Deadlines, Phase, TimedOut

USE = """
with System(configuration={}) as system:
    say(system.ask("hello", **given).text(10))
    turn, = begun(system, prompt="deaf")
    session = system.session(**given)
    session.warm()
    while session.info.pid is None:
        time.sleep(0.01)
    os.kill(session.info.pid, signal.SIGKILL)
    say(type(session.ask("hello").outcome(10)).__name__)
say(type(turn.outcome(0)).__name__)
"""


@pytest.mark.parametrize(
    "habit",
    [
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
        "signal.signal(signal.SIGCHLD, lambda *_: reap())",
        "threading.Thread(target=reap_for_ever, daemon=True).start()",
        "reader, writer = os.pipe(); os.set_blocking(writer, False); signal.set_wakeup_fd(writer)",
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD})",
        "os.nice(5)",
        "sys.setswitchinterval(1e-6)",
    ],
)
def test_agents_work_and_end_in_a_host_that(run, habit):
    reap = """
def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass

def reap_for_ever():
    while True:
        reap()
        time.sleep(0.001)
"""
    done = run(reap + habit + USE)
    assert done.code == 0
    assert done.out[0] == "hello"
    assert done.out[-1] == "Cancelled"
    done.is_quiet()


def test_the_exit_status_is_known_where_the_host_ignores_its_children(run):
    """The helper that starts agents is their parent, whatever the host does about its own."""
    done = run(
        """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
with System(configuration={}) as system:
    say(getattr(system, "containment", "group"))
    session = system.session(**given)
    turn = session.ask("deaf")
    frames = iter(turn)
    next(frames), next(frames)
    os.kill(session.info.pid, signal.SIGKILL)
    outcome = turn.outcome(10)
    say(type(outcome).__name__, outcome.signal, outcome.code)
"""
    )
    if done.out[0] in {"group", "sweep"}:
        pytest.skip(f"agents are children of the host here: containment {done.out[0]}")
    assert done.out[1].split()[:2] == ["Interrupted", "9"]


def test_agents_do_not_inherit_signals_that_the_host_has_blocked(run):
    done = run(
        """
blocked = {signal.SIGTERM, signal.SIGINT, signal.SIGUSR1}
signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
with System(configuration={}) as system:
    say(getattr(system, "containment", "group"))
    session = system.session(**given)
    assert session.ask("hello").text(10) == "hello"
    with open(f"/proc/{session.info.pid}/status") as status:
        say(*(line.split()[1] for line in status if line.startswith("SigBlk")))
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == blocked
"""
    )
    if done.out[0] in {"group", "sweep"}:
        pytest.skip(f"agents are children of the host here: containment {done.out[0]}")
    assert int(done.out[1], 16) == 0


def test_an_agent_that_was_stopped_is_found_by_the_silence_clock_and_ended(system, light):
    session = system.session(**light, deadlines=Deadlines(silence=0.5, interrupt=0.2))
    turn = session.ask("wait")
    frames = iter(turn)
    next(frames), next(frames)
    os.kill(session.info.pid, signal.SIGSTOP)
    outcome = turn.outcome(10)
    assert isinstance(outcome, TimedOut)
    assert outcome.phase is Phase.SILENCE
    assert session.ask("hello").text(10) == "hello"


def test_an_agent_that_was_stopped_and_goes_on_in_time_is_none_the_worse(system, light):
    session = system.session(**light)
    turn = session.ask("wait")
    frames = iter(turn)
    next(frames), next(frames)
    os.kill(session.info.pid, signal.SIGSTOP)
    turn.interrupt()
    os.kill(session.info.pid, signal.SIGCONT)
    assert turn.outcome(10).confirmed
    assert session.ask("hello").text(10) == "hello"


def test_a_session_whose_agent_is_stopped_can_be_stopped(system, light):
    session = system.session(**light)
    assert session.ask("hello").text(10) == "hello"
    os.kill(session.info.pid, signal.SIGSTOP)
    session.stop(5)
    assert session.info.pid is None
