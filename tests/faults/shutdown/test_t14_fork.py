"""T14: a host that forks while agents live: the copy has no part in them, the parent goes on."""

import signal

import pytest

FORKED = """
def refused(call):
    try:
        call()
    except Exception as error:
        assert "forked" in str(error), error
    else:
        raise AssertionError(call)

system = System(configuration={})
turns = begun(system, 3)
sessions = len(turns)
before = sorted(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else []
pid = os.fork()
if pid == 0:
    %s
"""

PARENT = """
_, status = os.waitpid(pid, 0)
say("copy", status)
assert not any(turn.done for turn in turns)
for turn in turns:
    turn.interrupt()
say(*(type(turn.outcome(10)).__name__ for turn in turns))
say(system.session(**given).ask("hello").text(10))
system.close()
"""


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("sys.exit(0)", 0),
        ("os._exit(0)", 0),
        ("system.close(); system.kill(); sys.exit(0)", 0),
        ("del turns, system, readers; import gc; gc.collect(); sys.exit(0)", 0),
        ("refused(turns[0].interrupt), refused(turns[0].outcome); sys.exit(0)", 0),
        ("os.kill(os.getpid(), signal.SIGKILL)", signal.SIGKILL.value),
        ("raise SystemExit(0)", 0),
    ],
)
def test_whatever_the_copy_does_the_agents_of_the_parent_live_on(run, end, status):
    done = run(FORKED % end + PARENT)
    assert done.out == [f"copy {status}", "Cancelled Cancelled Cancelled", "hello"]
    assert (done.code, done.err) == (0, "")


def test_a_copy_holds_none_of_the_pipes(run):
    """It outlives the parent, and the agents notice the end of their stdin all the same."""
    done = run(
        """
system = System(configuration={})
session = system.session(**given)
assert session.ask("hello").text(10) == "hello"
agent = session.info.pid
def pipes():
    found = []
    for fd in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{fd}"))
        except FileNotFoundError:
            pass
    return {target for target in found if target.startswith("pipe:")}
with os.scandir(f"/proc/{agent}/fd") as entries:
    theirs = {os.readlink(entry.path) for entry in entries}
assert pipes() & theirs
pid = os.fork()
if pid == 0:
    os._exit(len(pipes() & theirs))
say(os.waitpid(pid, 0)[1])
system.close()
"""
    )
    assert (done.out, done.err) == (["0"], "")


def test_a_copy_that_outlives_the_parent_keeps_no_agent_alive(host):
    running = host(FORKED % "say('copy', os.getpid()); time.sleep(60); os._exit(0)" + "os._exit(3)")
    copy = int(running.line("copy"))
    running.process.wait(10)
    try:
        assert running.process.returncode == 3
        others = [pid for pid in running.processes() if pid != copy]
        running.gone(*others)
    finally:
        running.kill(copy)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_beside_agents(run, method):
    done = run(
        f"method = {method!r}"
        """
import multiprocessing
import tempfile
import concurrent.futures

system = System(configuration={})
turns = begun(system, 3)
context = multiprocessing.get_context(method)
short = tempfile.TemporaryDirectory(dir="/tmp")  # for its socket: a path has 108 bytes at most
multiprocessing.process.current_process()._config["tempdir"] = short.name
with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
    say(*pool.map(abs, [-1, -2, -3]))
assert not any(turn.done for turn in turns)
system.close()
if method == "forkserver":
    from multiprocessing import forkserver
    forkserver._forkserver._stop()
short.cleanup()
"""
    )
    assert (done.out, done.code, done.err) == (["1 2 3"], 0, "")


def test_forks_and_starts_of_agents_do_not_disturb_each_other(run):
    """Forks from one thread while another starts agents, in either of them none is lost."""
    done = run(
        """
system = System(configuration={}, max_parallel=8)
stop = threading.Event()
forks = 0
def fork_on():
    global forks
    while not stop.is_set():
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        forks += 1
thread = threading.Thread(target=fork_on)
thread.start()
turns = [system.ask("hello", **given) for _ in range(40)]
say({turn.text(20) for turn in turns})
stop.set()
thread.join()
system.close()
assert forks
"""
    )
    assert (done.out, done.code, done.err) == (["{'hello'}"], 0, "")


def test_64_busy_threads_do_not_hinder_the_start_of_agents(run):
    done = run(
        """
import hashlib, logging
stop = threading.Event()
def busy_thread():
    while not stop.is_set():
        logging.getLogger("x").debug(hashlib.sha256(bytes(2000)).hexdigest())
        stop.wait(0.001)
threads = [threading.Thread(target=busy_thread) for _ in range(64)]
for thread in threads:
    thread.start()
with System(configuration={}, max_parallel=8) as system:
    turns = []
    def ask():
        turns.append(system.ask("hello", **given))
    for _ in range(50):
        asker = threading.Thread(target=ask)  # a thread that asks and ends at once
        asker.start()
        asker.join()
    say({turn.text(25) for turn in turns}, len(turns))
stop.set()
"""
    )
    assert (done.out, done.code, done.err) == (["{'hello'} 50"], 0, "")
