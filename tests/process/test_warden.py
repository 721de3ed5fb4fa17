"""The warden: whose a process is, that all of it ends, and what follows when somebody is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path

import pytest

from greenroom.runtime.process import ExitStatus, LocalSpawner, SpawnSpec, WardenLost
from greenroom.runtime.process.warden_launcher import WardenLauncher

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a warden needs Linux")

ESCAPES = {
    "own_session": "setsid sleep 600.{} &",
    "forked_twice": "(setsid sh -c 'sleep 600.{} & exec sleep 600.{}' &) ;",
    "no_environment": "env -i setsid /bin/sleep 600.{} &",
    "deaf": "setsid sh -c \"trap '' TERM HUP INT; while :; do sleep 600.{}; done\" &",
    "stopped": "setsid sh -c 'kill -STOP $$; : 600.{}' &",
}
EVERY_ESCAPE = "\n".join(ESCAPES.values())


def running(token):
    """The processes that have `token` on their command line, but for zombies."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                if token.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found


def sleepers(token):
    return running(f"sleep\x00600.{token}")


@pytest.fixture
def token():
    token = str(uuid.uuid4().int)[:12]
    yield token
    for pid in running(token):  # only after a failure
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture(params=["groups", "no_groups"])
def warden(request):
    return WardenLauncher(groups=request.param == "groups")


@pytest.fixture
def spawner(dispatcher, warden):
    spawner = LocalSpawner(dispatcher, warden)
    yield spawner
    spawner.close()


@pytest.fixture
def runaway(start, shell, token, eventually):
    """Start an agent that leaves a process behind in each of several ways, and wait for them."""

    def start_one(escapes=EVERY_ESCAPE, *, then="read line; exit 0"):
        before = len(sleepers(token))
        owner = start(shell(f"{escapes.replace('{}', token)}\n{then}"))
        eventually(lambda: len(sleepers(token)) >= before + escapes.count("sleep 600."))
        return owner

    return start_one


# --- the end of an agent ------------------------------------------------------------------------


@pytest.mark.parametrize("escape", ESCAPES)
def test_who_escaped_is_dead_when_the_exit_is_told(runaway, token, escape):
    owner = runaway(ESCAPES[escape])
    owner.do("close_stdin")
    assert owner.wait_for("exit").status == ExitStatus(code=0)
    assert not running(token)
    owner.wait_for("closed")


def test_a_killed_agent_takes_all_it_started_along(runaway, token):
    owner = runaway()
    os.kill(owner.child.pid, signal.SIGKILL)
    assert owner.wait_for("exit").status == ExitStatus(signal=signal.SIGKILL)
    assert not running(token)
    owner.wait_for("closed")


def test_one_that_keeps_forking_is_ended(start, shell, token, eventually):
    bomb = f"setsid sh -c 'while :; do sleep 600.{token} & sleep 0.01; done' & read line"
    owner = start(shell(bomb))
    eventually(lambda: len(running(token)) > 20)
    owner.do("close_stdin")
    owner.wait_for("exit")
    assert not running(token)
    owner.wait_for("closed")


def test_the_processes_of_another_agent_are_left_alone(runaway, token):
    one, other = runaway(), runaway()
    both = len(sleepers(token))
    one.do("close_stdin")
    one.wait_for("closed")
    assert len(sleepers(token)) == both / 2
    other.do("close_stdin")
    other.wait_for("closed")
    assert not running(token)


def test_an_orphan_without_a_mark_goes_with_the_last_that_may_have_started_it(
    dispatcher, shell, token, eventually, owner
):
    spawner = LocalSpawner(dispatcher, WardenLauncher(groups=False))
    unmarked = (
        f"import os, resource; resource.setrlimit(resource.RLIMIT_RTTIME, (5, 10**9));"
        f"os.execv('/bin/sleep', ['sleep', '600.{token}'])"
    )
    old, young = type(owner)(dispatcher), type(owner)(dispatcher)
    spawner.spawn(shell(f'setsid {sys.executable} -c "{unmarked}" & read line'), old)
    eventually(
        lambda: any(Path(f"/proc/{pid}/comm").read_text() == "sleep\n" for pid in running(token))
    )
    spawner.spawn(shell("read line"), young)
    young.wait_for("spawned")
    old.do("close_stdin")
    old.wait_for("closed")
    assert not running(token)  # the young one cannot have started it
    young.do("close_stdin")
    young.wait_for("closed")
    spawner.close()


def test_no_zombie_is_left_by_what_agents_leave_behind(start, shell, warden):
    owner = start(shell("for i in $(seq 200); do (setsid true &); done; read line"))
    owner.do("close_stdin")
    owner.wait_for("closed")
    children = Path(f"/proc/{warden.warden_pid}/task/{warden.warden_pid}/children")
    assert children.read_text() == ""


# --- what an agent inherits ---------------------------------------------------------------------


def test_an_agent_inherits_no_descriptor_no_ignored_and_no_blocked_signal(start, shell):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGUSR1})
    try:
        script = "ls /proc/self/fd | wc -l; grep -E 'Sig(Blk|Ign)' /proc/self/status"
        owner = start(shell(script)).wait_for("closed")
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
    descriptors, *signals = owner.stdout.decode().split("\n")
    assert int(descriptors) == 4  # the three streams, and the listing itself
    known = sum(1 << number - 1 for number in signal.valid_signals())
    assert [int(line.split()[1], 16) & known for line in signals if line] == [0, 0]


def test_an_agent_leads_a_session_of_its_own(start, shell):
    owner = start(shell("ps -o sid= -p $$; echo $$")).wait_for("closed")
    session, pid = owner.stdout.split()
    assert session == pid


def test_the_warden_is_given_no_environment_and_no_terminal(start, shell, warden, monkeypatch):
    monkeypatch.setenv("A_SECRET", "sk-ant-canary")
    start(shell("exit 0")).wait_for("closed")
    proc = Path(f"/proc/{warden.warden_pid}")
    assert b"canary" not in (proc / "environ").read_bytes()
    assert os.getsid(warden.warden_pid) == warden.warden_pid
    assert {str((proc / f"fd/{n}").readlink()) for n in range(3)} == {"/dev/null"}


def test_the_warden_is_small(start, shell, warden):
    start(shell("exit 0")).wait_for("closed")
    status = Path(f"/proc/{warden.warden_pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.split("\n") if "VmRSS" in line)
    assert resident < 16 * 1024  # KiB


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT])
def test_what_a_terminal_sends_does_not_end_the_warden(start, shell, warden, number):
    owner = start(shell("read line; exit 4"))
    os.kill(warden.warden_pid, number)
    owner.do("close_stdin")
    assert owner.wait_for("closed").status == ExitStatus(code=4)
    assert owner.child.fault is None


# --- the end of the host ------------------------------------------------------------------------

HOST = """
import os, sys, time
from greenroom.runtime.process import SpawnSpec
from greenroom.runtime.process.warden_launcher import WardenLauncher

launcher = WardenLauncher(groups=sys.argv[1] == "groups")
leaders = []
for _ in range(3):
    os.mkdir(scratch := f"{sys.argv[2]}/{len(leaders)}")
    leaders.append(launcher.launch(SpawnSpec(
        ("/bin/sh", "-c", sys.argv[3]), {"PATH": os.environ["PATH"]}, "/", scratch=scratch)))
print(launcher.warden_pid, flush=True)
"""

UNTIL_THEY_SPOKE = """
for leader in leaders:
    os.set_blocking(leader.pipes.stderr, True)
    os.read(leader.pipes.stderr, 1)
"""

ENDS = {
    "sigkill": "os.kill(os.getpid(), 9)",
    "sigterm": "os.kill(os.getpid(), 15)",
    "sigabrt": "os.abort()",
    "os_exit": "os._exit(0)",
    "exception": "raise SystemExit(3)",
    "exec": "os.execv('/bin/sleep', ['sleep', '0.01'])",
}


@pytest.mark.parametrize("groups", ["groups", "no_groups"])
@pytest.mark.parametrize("end", ENDS)
def test_nothing_outlives_the_host_by_more_than_three_seconds(  # noqa: PLR0917 - fixtures
    end, groups, token, tmp_path, eventually, is_alive
):
    script = EVERY_ESCAPE.replace("{}", token) + "\nread line; sleep 600." + token
    host = subprocess.Popen(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            f"{HOST}\nsys.stdin.read(1)\n{ENDS[end]}",
            groups,
            tmp_path,
            script,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with host:
        warden = int(host.stdout.readline())
        eventually(lambda: len(sleepers(token)) >= 3 * EVERY_ESCAPE.count("sleep 600."))
        host.stdin.write(b"x")
        host.stdin.close()
        host.wait()
        since = time.monotonic()
        eventually(lambda: not running(token))
        eventually(lambda: not is_alive(warden))
        assert time.monotonic() - since < 3
        assert not [*tmp_path.iterdir()]


def test_agents_get_the_chance_to_end_by_themselves_when_the_host_is_gone(
    tmp_path, eventually, token
):
    note = tmp_path / "note"
    trap = f"trap '' PIPE; trap 'echo bye > {note}; exit' TERM"
    script = f"{trap}; : {token}; echo up >&2; while :; do sleep 0.01; done"
    code = f"{HOST}{UNTIL_THEY_SPOKE}os.kill(os.getpid(), 9)"
    host = [sys.executable, "-c", code, "no_groups", tmp_path, script]
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run(host, stdout=subprocess.DEVNULL, check=True)
    eventually(lambda: not running(token))
    assert note.read_text() == "bye\n"


def test_a_fork_of_the_host_does_not_keep_the_agents_alive(tmp_path, eventually, token):
    script = f"sleep 600.{token}"
    copy = "\nif os.fork() == 0: time.sleep(30)\nos.kill(os.getpid(), 9)"
    host = [sys.executable, "-W", "ignore", "-c", HOST + copy, "no_groups", tmp_path, script]
    child = subprocess.Popen(host, stdout=subprocess.DEVNULL, start_new_session=True)
    child.wait()
    since = time.monotonic()
    eventually(lambda: not sleepers(token))
    assert time.monotonic() - since < 3
    os.killpg(child.pid, signal.SIGKILL)  # the copy


# --- the loss of the warden ---------------------------------------------------------------------


def test_agents_of_a_lost_warden_are_killed_with_all_they_started(runaway, warden, token):
    owners = [runaway(), runaway()]
    os.kill(warden.warden_pid, signal.SIGKILL)
    for owner in owners:
        owner.wait_for("exit")
        assert owner.status == ExitStatus()
        assert isinstance(owner.child.fault, WardenLost)
    assert not running(token)
    for owner in owners:
        owner.wait_for("closed")


def test_a_lost_warden_is_replaced_at_the_next_start(start, shell, warden):
    owner = start(shell("read line"))
    lost = warden.warden_pid
    os.kill(lost, signal.SIGKILL)
    owner.wait_for("closed")
    after = start(shell("exit 5")).wait_for("closed")
    assert (after.status, after.child.fault) == (ExitStatus(code=5), None)
    assert warden.warden_pid != lost


def test_a_start_under_way_when_the_warden_is_lost_fails_or_is_ended(  # noqa: PLR0917 - fixtures
    dispatcher, spawner, shell, warden, owner, start
):
    start(shell("read line"))
    owners = [type(owner)(dispatcher) for _ in range(20)]
    for one in owners:
        spawner.spawn(shell("read line"), one)
    os.kill(warden.warden_pid, signal.SIGKILL)
    for one in owners:
        one.wait_until(lambda one=one: one.heard)
        if one.error is None:
            one.do("stop")
            one.wait_for("closed")
        else:
            assert one.error.retryable


# --- starting -----------------------------------------------------------------------------------


def test_starts_from_many_threads_share_one_warden(warden, shell):
    leaders, barrier = [], threading.Barrier(8)

    def launch():
        barrier.wait()
        leaders.append(warden.launch(shell("read line")))

    threads = [threading.Thread(target=launch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({leader.pid for leader in leaders}) == 8
    assert {Path(f"/proc/{leader.pid}/stat").read_text().split()[3] for leader in leaders} == {
        str(warden.warden_pid)
    }
    for leader in leaders:
        leader.destroy()
    warden.close()


def test_a_command_of_a_megabyte_arrives_whole(start, python):
    script = "import os, sys; print(len(sys.argv), sum(map(len, sys.argv)), len(os.environ['BIG']))"
    arguments = ["x" * 100_000] * 10
    owner = start(python(script, *arguments, env={"BIG": "\udcff" * 50_000})).wait_for("closed")
    assert owner.stdout == b"11 1000002 50000\n"


def test_a_host_that_changed_its_user_is_refused(run_host):
    if os.geteuid() != 0:
        pytest.skip("only root can change its user")
    code = (
        "import os\n"
        "from greenroom.runtime.process import SpawnError, SpawnSpec\n"
        "from greenroom.runtime.process.warden_launcher import WardenLauncher\n"
        "launcher, spec = WardenLauncher(), SpawnSpec(('/bin/true',), {}, '/')\n"
        "launcher.launch(spec).destroy()\n"
        "os.seteuid(65534)\n"
        "try: launcher.launch(spec)\n"
        "except SpawnError as error: print(error)\n"
        "os.seteuid(0)\n"
        "launcher.close()\n"
    )
    assert "changed its user" in run_host(code)


def test_a_warden_inside_an_agent_of_another_one_works(start, python, token, eventually):
    inner = (
        "import sys; from greenroom.runtime.process import SpawnSpec\n"
        "from greenroom.runtime.process.warden_launcher import WardenLauncher\n"
        "launcher = WardenLauncher(groups=False)\n"
        f"script = 'setsid sleep 600.{token} & (setsid sleep 600.{token} &); read x'\n"
        "spec = SpawnSpec(('/bin/sh', '-c', script), {'PATH': '/bin:/usr/bin'}, '/')\n"
        "leader = launcher.launch(spec)\n"
        "print('up', flush=True); sys.stdin.readline()\n"
        "leader.destroy(); launcher.close(); print('down', flush=True); sys.stdin.readline()\n"
    )
    spec = python(inner)
    spec = SpawnSpec((spec.argv[0], "-c", inner), dict(os.environ), "/")
    owner = start(spec).wait_for_stdout(b"up")
    eventually(lambda: len(running(f"sleep\x00600.{token}")) == 2)
    owner.do("write", b"\n")
    owner.wait_for_stdout(b"down")
    assert not running(token) or running(token) == [owner.child.pid]
    owner.do("close_stdin")
    owner.wait_for("closed")
