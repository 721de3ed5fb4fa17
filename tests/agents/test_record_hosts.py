"""Records have one host at a time, and are whole or not at all, however that host ends."""

import contextlib
import os
import random
import select
import signal
import subprocess
import sys

import msgspec
import pytest

from greenroom.agents.errors import AgentsRunningError, StateDirectoryError
from greenroom.agents.record import AgentRecord
from greenroom.agents.record_store import RecordStore
from tests.agents.records import FULL

LARGE = "x" * 20_000

WRITER = """
import sys
from pathlib import Path
from greenroom.agents.record import AgentRecord
from greenroom.agents.record_store import RecordStore
with RecordStore(Path(sys.argv[1])) as store:
    known = store.load("a")
    turns = 0 if known is None else known.turns
    print(turns, flush=True)
    while True:
        turns += 1
        store.save(AgentRecord(name="a", turns=turns, session_id=f"{turns}-" + "x" * 20_000))
        print(turns, flush=True)
"""

HOLDER = """
import sys
from pathlib import Path
from greenroom.agents.record_store import RecordStore
with RecordStore(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

FORKING = """
import os, signal, sys
from pathlib import Path
from greenroom.agents.record_store import RecordStore
with RecordStore(Path(sys.argv[1])):
    if not os.fork():
        print(os.getpid(), flush=True)
    signal.pause()
"""


@contextlib.contextmanager
def process(code, state):
    with subprocess.Popen(
        [sys.executable, "-c", code, state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


# --- one host ---------------------------------------------------------------------------------


def test_a_second_host_is_told_who_the_first_one_is(store, state):
    with pytest.raises(AgentsRunningError, match=f"up already by process {os.getpid()}: "):
        RecordStore(state)
    store.save(FULL)


def test_another_process_is_told_so_too(state):
    with process(HOLDER, state) as child:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(AgentsRunningError, match=f"by process {child.pid}: "):
            RecordStore(state)
        child.send_signal(signal.SIGKILL)
        child.wait()
        RecordStore(state).close()


def test_a_closed_store_lets_the_next_host_in_and_serves_nobody(state):
    store = RecordStore(state)
    store.close()
    store.close()
    with RecordStore(state), pytest.raises(StateDirectoryError, match="were closed; open a Rec"):
        store.save(FULL)


def test_a_fork_of_the_host_neither_keeps_the_records_nor_lets_go_of_them(state):
    with process(FORKING, state) as host:
        fork = int(host.stdout.readline())
        with pytest.raises(AgentsRunningError):
            RecordStore(state)
        host.kill()
        host.wait()
        RecordStore(state).close()
        os.kill(fork, signal.SIGKILL)


def test_a_program_that_the_host_starts_does_not_keep_them(state):
    store = RecordStore(state)
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        store.close()
        RecordStore(state).close()
        child.kill()


# --- a writer that is killed ------------------------------------------------------------------


def test_a_writer_that_is_killed_at_any_moment_leaves_a_whole_record(state):
    """What it reported as written is there, or what came after it; never less, never a part."""
    chance = random.Random(6)
    written = 0
    for _ in range(40):
        with process(WRITER, state) as child:
            assert int(child.stdout.readline()) == written
            target = written + chance.randrange(1, 8)
            while written < target:
                written = int(child.stdout.readline())
            select.select([], [], [], chance.random() / 200)  # somewhere within a write
            child.send_signal(signal.SIGKILL)
            child.wait()
            for line in child.stdout:
                written = int(line)
        found = msgspec.json.decode((state / "a.json").read_bytes(), type=AgentRecord)
        assert found.turns in {written, written + 1}
        assert found.session_id == f"{found.turns}-{LARGE}"
        written = found.turns
    RecordStore(state).close()
    assert sorted(path.name for path in state.iterdir()) == ["a.json", "lock"]


def test_a_full_disk_leaves_the_record_as_it_was_and_the_next_flush_writes_it(store, state):
    store.save(FULL)
    store.put(AgentRecord(name="a", turns=8, session_id=LARGE))
    with file_size_limit(1000), pytest.raises(StateDirectoryError, match="File too large"):
        store.flush()
    assert on_the_disk(state) == FULL
    assert sorted(path.name for path in state.iterdir()) == ["a.json", "lock"]
    store.flush()
    assert on_the_disk(state).turns == 8


def test_what_could_not_be_written_is_remembered_as_long_as_the_host_lives(store):
    store.save(FULL)
    store.put(AgentRecord(name="a", turns=8, given_up=True, session_id=LARGE))
    with file_size_limit(1000), pytest.raises(StateDirectoryError):
        store.flush()
    assert (store.load("a").turns, store.load("a").given_up) == (8, True)


def on_the_disk(state):
    return msgspec.json.decode((state / "a.json").read_bytes(), type=AgentRecord)


@contextlib.contextmanager
def file_size_limit(size):
    import resource  # noqa: PLC0415 - not everywhere

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
