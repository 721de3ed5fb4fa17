"""What is remembered of agents: whole or not at all, by one host at a time."""

import contextlib
import os
import random
import select
import signal
import stat
import subprocess
import sys
import threading

import msgspec
import pytest
from structlog.testing import capture_logs

from greenroom.agents.errors import AgentsRunningError, StateDirectoryError
from greenroom.agents.record import AgentRecord
from greenroom.agents.record_store import RecordStore
from greenroom.agents.state_directory import fleet_directory, socket_path, state_root

FULL = AgentRecord(
    name="a",
    session_id="s-1",
    last_entry="e-1",
    cli_version="2.1.329",
    losses=(1.5, 2.5),
    parked_until=99.0,
    parked_code="rate_limited",
    parked_reason="the limit is used up",
    given_up=True,
    given_up_reason="5 losses",
    turns=7,
    updated_at=3.0,
)
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


@pytest.fixture(name="store")
def _store(state):
    with RecordStore(state) as store:
        yield store


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


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


# --- what is kept -----------------------------------------------------------------------------


def test_a_record_comes_back_as_it_was(store):
    store.save(FULL)
    assert store.load("a") == FULL


def test_it_comes_back_to_the_next_host(state):
    with RecordStore(state) as store:
        store.save(FULL)
    with RecordStore(state) as store:
        assert store.load("a") == FULL


def test_of_an_agent_that_was_never_there_nothing_is_known(store):
    assert store.load("a") is None


def test_what_is_forgotten_is_gone_and_what_was_put_with_it(store):
    store.save(FULL)
    store.put(FULL)
    store.forget("a")
    store.forget("a")
    store.flush()
    assert store.load("a") is None


def test_what_is_put_is_written_by_the_next_flush_and_the_last_one_counts(store):
    for turns in range(3):
        store.put(AgentRecord(name="a", turns=turns))
    assert not (store.directory / "a.json").exists()
    store.flush()
    assert store.load("a").turns == 2


def test_many_threads_that_put_and_flush_leave_the_last_record_of_each(store):
    def write(name):
        for turns in range(30):
            store.save(AgentRecord(name=name, turns=turns))

    names = [f"agent-{number}" for number in range(6)]
    threads = [threading.Thread(target=write, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {store.load(name).turns for name in names} == {29}


def test_a_record_from_a_later_version_may_say_more(store, state):
    (state / "a.json").write_text('{"name":"a","turns":3,"mood":"good"}')
    assert store.load("a").turns == 3


# --- modes and places -------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_whatever_the_umask_the_directory_and_its_files_are_the_owners(state, umask, mask):
    umask(mask)
    deep = state / "of" / "a fleet"
    with RecordStore(deep) as store:
        store.save(FULL)
        assert store.load("a") == FULL
    assert [mode(path) for path in (state, state / "of", deep)] == [0o700] * 3
    assert {path.name: mode(path) for path in deep.iterdir()} == {"a.json": 0o600, "lock": 0o600}


def test_nothing_but_records_and_the_lock_is_left(store, state):
    for turns in range(5):
        store.save(AgentRecord(name="a", turns=turns))
    assert sorted(path.name for path in state.iterdir()) == ["a.json", "lock"]


def test_a_directory_that_others_may_write_to_is_refused_and_left_alone(state):
    state.mkdir()
    state.chmod(0o1777)
    with pytest.raises(StateDirectoryError, match=r"others may write to .* \(mode 1777\)"):
        RecordStore(state)
    assert mode(state) == 0o1777


def test_a_directory_that_others_may_read_is_taken_as_it_is(state):
    state.mkdir(0o755)
    with RecordStore(state):
        assert mode(state) == 0o755


def test_a_link_to_a_directory_is_refused(state, tmp_path):
    state.symlink_to(tmp_path)
    with pytest.raises(StateDirectoryError, match=r"cannot be used: .*irectory"):
        RecordStore(state)


def test_a_file_in_place_of_the_directory_is_refused(state):
    state.write_text("")
    with pytest.raises(StateDirectoryError, match="cannot be used"):
        RecordStore(state)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user's directory")
def test_another_users_directory_is_refused(state):
    state.mkdir()
    os.chown(state, 65534, 65534)
    with pytest.raises(StateDirectoryError, match="belongs to user 65534"):
        RecordStore(state)


def test_a_link_in_place_of_a_record_is_not_followed(store, state, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text('{"name":"a","turns":3}')
    (state / "a.json").symlink_to(secret)
    with capture_logs() as logs:
        assert store.load("a") is None
    assert [log["event"] for log in logs] == ["agent_record_corrupt"]
    store.save(FULL)
    assert secret.read_text() == '{"name":"a","turns":3}'
    assert not (state / "a.json").is_symlink()


@pytest.mark.parametrize("name", ["../a", "a/b", "", "lock.json", ".."])
def test_no_name_leads_out_of_the_directory(store, name):
    with pytest.raises(ValueError, match="cannot be the name of an agent"):
        store.load(name)
    with pytest.raises(ValueError, match="cannot be the name of an agent"):
        store.put(AgentRecord(name=name))


# --- what cannot be read ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"name":"a"',
        b"\x00" * 4096,
        b"\xff\xfe",
        b"[]",
        b'{"name":"b"}',
        b'{"name":"a","turns":"many"}',
        b'{"name":"a","format":2}',
        b"[" * 100_000,
        b'{"x":' + b"[" * 100_000,
        msgspec.json.encode({"name": "a", "x": "y" * 2_000_000}),
    ],
    ids=range(12),
)
def test_a_record_that_cannot_be_read_is_set_aside_and_reported(store, state, content):
    (state / "a.json").write_bytes(content)
    with capture_logs() as logs:
        assert store.load("a") is None
    [log] = logs
    assert (log["event"], log["agent"]) == ("agent_record_corrupt", "a")
    assert log["kept_as"] == str(state / "a.corrupt")
    assert store.set_aside["a"] == log["why"]
    assert (state / "a.corrupt").read_bytes() == content
    store.save(FULL)
    assert store.load("a") == FULL


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_set_aside_too_and_never_waited_for(store, state, make):
    make(state / "a.json")
    with capture_logs():
        assert store.load("a") is None
    store.save(FULL)
    assert store.load("a") == FULL


def test_a_corrupt_record_replaces_an_older_corrupt_one(store, state):
    for content in ("1", "2"):
        (state / "a.json").write_text(content)
        with capture_logs():
            store.load("a")
    assert (state / "a.corrupt").read_text() == "2"


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


# --- where it is ------------------------------------------------------------------------------


def test_the_state_of_a_fleet_has_a_directory_for_its_file(tmp_path):
    env = {"GREENROOM_STATE_DIR": str(tmp_path / "state")}
    assert state_root(env) == tmp_path / "state"
    first, second = (tmp_path / name / "my agents.toml" for name in ("x", "y"))
    assert fleet_directory(first, env).parent == tmp_path / "state"
    assert fleet_directory(first, env).name.startswith("my-agents-")
    assert fleet_directory(first, env) != fleet_directory(second, env)
    assert fleet_directory(tmp_path / "x" / ".." / "x" / "my agents.toml", env) == fleet_directory(
        first, env
    )
    assert socket_path(tmp_path).parent == tmp_path


def test_without_the_variable_it_is_the_platforms_place():
    assert state_root({}).parts[-2:] == ("greenroom", "agents")
