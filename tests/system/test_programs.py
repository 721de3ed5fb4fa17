"""Programs that end without closing their system leave neither agents nor secrets behind."""

import time

from greenroom.testing import Scenario

FORGETFUL = """
import gc

def forget():
    return busy(System(configuration={}))

kept = forget()
gc.collect()
"""

SEVERAL = """
systems = [System(configuration={}) for _ in range(3)]
kept = [busy(system) for system in systems]
"""

INTERRUPTED = """
try:
    with System(configuration={}) as system:
        session, frames = busy(system)
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
except KeyboardInterrupt:
    print("interrupted", session.info.phase)
started = time.monotonic()
system.close()
print(system.closed, session.info.phase, time.monotonic() - started < 1)
"""

FROM_A_HANDLER = """
system = System(configuration={})
signal.signal(signal.SIGTERM, lambda *_: system.close())
session, frames = busy(system)
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
system.close(1.5)
print(system.closed, session.info.phase)
"""

FORKED = """
import greenroom
print(greenroom.ask("x", **given).text(), flush=True)
system = greenroom.default_system()
pid = os.fork()
if pid == 0:
    system.close()
    system.kill()
    print("child", greenroom.ask("y", **given).text(), flush=True)
    assert greenroom.default_system() is not system
    sys.exit(0)
assert os.waitpid(pid, 0)[1] == 0
print("parent", greenroom.ask("z", **given).text())
assert greenroom.default_system() is system
"""


def test_a_system_that_was_dropped_is_closed_at_exit(run, options, gone):
    done = run(FORGETFUL, options())
    assert done.stderr == ""
    assert gone(int(done.stdout))
    assert list(run.scratch.iterdir()) == []


def test_several_systems_with_stubborn_processes_hold_up_the_exit_for_one_time_only(
    run, options, gone
):
    started = time.monotonic()
    done = run(SEVERAL, options())
    assert time.monotonic() - started < 8
    assert done.stderr == ""
    assert all(gone(int(pid)) for pid in done.stdout.split())
    assert list(run.scratch.iterdir()) == []


def test_ctrl_c_while_a_system_closes_leaves_nothing_behind_and_a_second_close_finishes(
    run, options, gone
):
    done = run(INTERRUPTED, options())
    pid, interrupted, after = done.stdout.splitlines()
    assert (interrupted, after) == ("interrupted stopped", "True stopped True")
    assert gone(int(pid))
    assert list(run.scratch.iterdir()) == []


def test_a_signal_handler_may_close_the_system_that_is_being_closed(run, options):
    done = run(FROM_A_HANDLER, options())
    assert done.stdout.splitlines()[1:] == ["True stopped"], done.stderr
    assert list(run.scratch.iterdir()) == []


def test_a_fork_has_a_default_system_of_its_own_and_ends_quietly(run, options):
    done = run(FORKED, options(Scenario()))
    assert done.stdout.splitlines() == ["You said: x", "child You said: y", "parent You said: z"]
    assert done.stderr == ""
