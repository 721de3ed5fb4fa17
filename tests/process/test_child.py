"""The life of a child: started, exited, reaped, closed; each told once and in order."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from greenroom.runtime.process import ExitStatus
from tests.process.proc import is_alive, state_of


@pytest.mark.parametrize("code", [0, 1, 143, 255])
def test_an_exit_code_is_reported_as_it_is(start, shell, code):
    owner = start(shell(f"exit {code}")).wait_for("closed")
    assert owner.status == ExitStatus(code=code)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_death_by_signal_is_told_from_an_exit_code(start, shell, number):
    owner = start(shell(f"kill -{int(number)} $$")).wait_for("closed")
    assert owner.status == ExitStatus(signal=number)


def test_a_child_that_speaks_is_heard_in_order(start, shell):
    owner = start(shell("echo one; echo two")).wait_for("closed")
    assert owner.stdout == b"one\ntwo\n"
    assert owner.heard[0] == "spawned"
    assert owner.heard.index("stdout") < owner.heard.index("stdout_end")
    assert owner.heard.index("stdout") < owner.heard.index("exit")
    assert owner.heard[-1] == "closed"


def test_every_event_comes_exactly_once(start, shell):
    owner = start(shell("echo x >&2")).wait_for("closed")
    assert sorted(owner.heard) == ["closed", "exit", "spawned", "stdout_end"]


def test_the_child_is_reaped_when_its_exit_is_told(start, shell):
    owner = start(shell("exit 3")).wait_for("exit")
    with pytest.raises(ChildProcessError):
        os.waitpid(owner.child.pid, os.WNOHANG)


def test_the_end_of_stdout_is_not_the_end_of_the_child(start, shell):
    owner = start(shell("exec >&-; read line; exit 7")).wait_for("stdout_end")
    assert is_alive(owner.child.pid)
    assert "exit" not in owner.heard
    owner.do("close_stdin")
    assert owner.wait_for("closed").status == ExitStatus(code=7)


@pytest.fixture
def leaving_behind(python):
    """A child that prints a line, leaves a process in another session, says its pid, and exits."""

    def spec(*argv):
        code = (
            "import os, subprocess, sys\n"
            "print('result')\n"
            f"left = subprocess.Popen({argv!r}, start_new_session=True)\n"
            "print(left.pid, file=sys.stderr)\n"
            "os._exit(0)\n"
        )
        return python(code)

    return spec


def _pid_left(owner):
    return int(owner.child.stderr_tail().split()[0])


@pytest.mark.parametrize("launcher", ["pidfd", "thread"], indirect=True)
def test_a_survivor_that_holds_the_pipe_delays_nobody(start, leaving_behind, wait_for_death):
    owner = start(leaving_behind("sleep", "60")).wait_for("exit")
    assert owner.stdout == b"result\n"
    assert "stdout_end" not in owner.heard
    owner.wait_for("closed")  # 0.5 s later: the survivor still holds the pipe
    assert "stdout_end" not in owner.heard
    os.kill(_pid_left(owner), signal.SIGKILL)
    wait_for_death(_pid_left(owner))


@pytest.mark.parametrize("launcher", ["sweep", "warden"], indirect=True)
def test_who_left_the_process_group_is_dead_before_the_exit_is_told(start, leaving_behind):
    owner = start(leaving_behind("sleep", "60")).wait_for("exit")
    assert state_of(_pid_left(owner)) in {None, "Z"}
    owner.wait_for("closed")
    assert "stdout_end" in owner.heard  # nobody holds the pipe any more


def test_a_survivor_that_floods_the_pipe_is_cut_off(start, leaving_behind, wait_for_death):
    owner = start(leaving_behind("yes", "flood")).wait_for("exit")
    until_exit = len(owner.stdout)
    owner.wait_for("closed")
    assert len(owner.stdout) - until_exit < 2 * 1024 * 1024
    wait_for_death(_pid_left(owner))  # of SIGPIPE: nobody reads


def test_what_is_left_of_the_process_group_dies_with_its_leader(start, shell, wait_for_death):
    owner = start(shell("sleep 60 & echo $!; exit 0")).wait_for("closed")
    wait_for_death(int(owner.stdout))
    assert "stdout_end" in owner.heard  # nobody holds the pipe any more


def test_all_that_the_child_wrote_comes_before_its_exit(start, python):
    code = "import os; os.write(1, b'y' * 200_000); os._exit(0)"
    owner = start(python(code)).wait_for("closed")
    assert len(owner.stdout) == 200_000
    assert owner.heard.index("stdout") < owner.heard.index("exit")


def test_the_child_has_its_own_session_and_the_umask_and_environment_of_the_spec(start, python):
    code = (
        "import os\n"
        "print(os.getsid(0) == os.getpid(), oct(os.umask(0)), os.getcwd())\n"
        "print(sorted(open('/proc/self/environ').read().strip('\\0').split('\\0')))\n"
    )
    owner = start(python(code, env={"PATH": "/bin", "ONLY": "this"}, cwd="/usr")).wait_for("closed")
    assert owner.stdout == b"True 0o77 /usr\n['ONLY=this', 'PATH=/bin']\n"


def test_the_child_inherits_no_descriptor_even_an_inheritable_one(start, python):
    inheritable, other = os.pipe()
    os.set_inheritable(inheritable, True)
    owner = start(python("import os; print(os.listdir('/proc/self/fd'))")).wait_for("closed")
    os.close(inheritable)
    os.close(other)
    assert owner.stdout == b"['0', '1', '2', '3']\n"  # 3 is the listing's own


def test_the_child_does_not_ignore_the_broken_pipes_that_python_ignores(start, shell):
    owner = start(shell("exec grep SigIgn /proc/self/status")).wait_for("closed")
    assert not int(owner.stdout.split()[1], 16) & 1 << (signal.SIGPIPE - 1)


def test_a_handler_that_raises_still_hears_the_rest(spawner, shell, owner):
    class Fragile:
        def __getattr__(self, name):
            def hear(*args):
                getattr(owner, name)(*args)
                if name != "on_closed":
                    raise RuntimeError(name)

            return hear

    spawner.spawn(shell("echo x"), Fragile())
    owner.wait_for("closed")
    assert sorted(owner.heard) == ["closed", "exit", "spawned", "stdout", "stdout_end"]


def test_the_repr_tells_the_program_and_its_fate(start, shell):
    owner = start(shell("read x; exit 4"))
    assert repr(owner.child) == f"<Child sh pid={owner.child.pid} running>"
    owner.do("close_stdin")
    owner.wait_for("closed")
    assert repr(owner.child) == f"<Child sh pid={owner.child.pid} exit code 4>"


def test_a_child_outlives_the_thread_that_spawned_it(dispatcher, spawner, shell, owner):
    thread = threading.Thread(target=spawner.spawn, args=(shell("read x; echo $x"), owner))
    thread.start()
    thread.join()
    owner.wait_for("spawned").do("write", b"here\n")
    assert owner.wait_for("closed").stdout == b"here\n"
