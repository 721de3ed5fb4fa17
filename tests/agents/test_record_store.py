"""What is remembered of agents: what is kept, where, and what cannot be read."""

import os
import stat
import threading

import msgspec
import pytest
from structlog.testing import capture_logs

from greenroom.agents.errors import StateDirectoryError
from greenroom.agents.record import AgentRecord
from greenroom.agents.record_store import RecordStore
from tests.agents.records import FULL


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
