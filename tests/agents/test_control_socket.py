"""The control socket: its owner's alone from its first moment, and one host's at a time."""

import socket
import stat
import subprocess
import sys
import threading

import pytest

from greenroom.agents.control_client import ControlClient
from greenroom.agents.control_socket import ControlSocket
from greenroom.agents.errors import AgentsRunningError, StateDirectoryError
from tests.agents.idle_fleet import IdleFleet
from tests.agents.wire import plain


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_whatever_the_umask_the_socket_is_its_owners_alone(state, umask, mask):
    umask(mask)
    control = ControlSocket(state / "deep" / "control.sock")
    assert mode(control.path) == 0o600
    assert [mode(path) for path in (state, state / "deep")] == [0o700, 0o700]
    assert [path.name for path in (state / "deep").iterdir()] == ["control.sock"]
    control.close()
    assert list((state / "deep").iterdir()) == []


WATCH = """
import os, sys, stat
directory, wrong = sys.argv[1], set()
print("watching", flush=True)
os.set_blocking(0, False)
while True:
    for place, directories, files in os.walk(directory):
        for name in files:
            try:
                found = os.lstat(os.path.join(place, name))
                if os.stat(place).st_mode & 0o077 == 0:
                    continue
            except OSError:
                continue
            if stat.S_ISSOCK(found.st_mode) and found.st_mode & 0o177:
                wrong.add(oct(found.st_mode))
    try:
        if os.read(0, 1) == b"":
            break
    except BlockingIOError:
        pass
print(*wrong)
"""


def test_at_no_moment_can_others_connect(state, umask):
    """Somebody looks all the time: no socket with a wider mode is ever where others can enter."""
    umask(0o000)
    state.mkdir(0o755)
    with subprocess.Popen(
        [sys.executable, "-c", WATCH, state], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as watcher:
        watcher.stdout.readline()
        for _ in range(300):
            ControlSocket(state / "control.sock").close()
        assert watcher.communicate()[0] == b"\n"


def test_the_socket_of_a_dead_host_is_replaced(state):
    state.mkdir(0o700)
    code = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen()"
    subprocess.run([sys.executable, "-c", code, state / "control.sock"], check=True)
    assert (state / "control.sock").is_socket()
    control = ControlSocket(state / "control.sock")
    with plain(control.path):
        pass
    control.close()


def test_the_socket_of_a_live_host_is_refused_and_left_alone(state):
    control = ControlSocket(state / "control.sock")
    with pytest.raises(
        AgentsRunningError, match=r"a host listens on .*control.sock; stop it first"
    ):
        ControlSocket(state / "control.sock")
    with plain(control.path):
        pass
    control.close()


def test_a_host_that_is_too_busy_to_answer_lives_too(state):
    control = ControlSocket(state / "control.sock")
    waiting = []
    while True:  # nobody accepts
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        waiting.append(wire)
        wire.setblocking(False)
        if wire.connect_ex(str(control.path)):
            break
    with pytest.raises(AgentsRunningError):
        ControlSocket(state / "control.sock")
    for wire in waiting:
        wire.close()
    control.close()


@pytest.mark.parametrize("make", ["file", "link", "directory"])
def test_what_is_no_socket_is_left_alone(state, tmp_path, make):
    state.mkdir(0o700)
    path = state / "control.sock"
    if make == "file":
        path.write_text("precious")
    elif make == "directory":
        path.mkdir()
    else:
        (tmp_path / "precious").write_text("precious")
        path.symlink_to(tmp_path / "precious")
    with pytest.raises(StateDirectoryError, match="is no socket, so it is left alone"):
        ControlSocket(path)
    assert path.is_dir() or path.read_text() == "precious"


def test_a_directory_that_others_may_write_to_is_refused(state):
    state.mkdir()
    state.chmod(0o777)
    with pytest.raises(StateDirectoryError, match="others may write to"):
        ControlSocket(state / "control.sock")


def test_a_path_that_is_too_long_for_a_socket_works_all_the_same(state, open_door):
    path = open_door(state / ("d" * 120) / "control.sock", fleet=IdleFleet())
    with ControlClient(path) as client:
        assert client.status() == ()
    with pytest.raises(AgentsRunningError):
        ControlSocket(path)


def test_at_the_end_the_socket_is_gone_unless_another_host_took_its_place(state):
    first = ControlSocket(state / "control.sock")
    first.path.unlink()
    second = ControlSocket(state / "control.sock")
    first.close()
    assert second.path.is_socket()
    second.close()
    second.close()
    assert not second.path.exists()


def test_of_two_hosts_at_once_one_gets_it(state):
    state.mkdir(0o700)
    for _ in range(20):
        won, lost, start = [], [], threading.Barrier(4)

        def host(won=won, lost=lost, start=start):
            start.wait()
            try:
                won.append(ControlSocket(state / "control.sock"))
            except AgentsRunningError:
                lost.append(1)

        threads = [threading.Thread(target=host) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(won), len(lost)) == (1, 3)
        won[0].close()
