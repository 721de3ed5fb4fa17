"""Transcripts on disk, found and read without a CLI."""

import json
import os
import shutil
from pathlib import Path

import pytest

from greenroom import System
from greenroom.backends.claude.transcripts import TranscriptNotFoundError, TranscriptStore
from greenroom.testing import Scenario
from greenroom_protocol.claude.transcript import project_key

RECORDED = Path(__file__).parent.parent / "captures" / "claude" / "projects" / "-srv-project"
PARALLEL = "9febce68-a1da-4cc2-aeb9-66997f272598"
WITH_AGENT = "f6ee2d56-6f96-4d22-99c3-269a8ebe5184"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(name="cwd")
def _cwd(tmp_path):
    path = tmp_path / "my project"
    path.mkdir()
    return path


@pytest.fixture(name="directory")
def _directory(tmp_path, cwd):
    """The project's directory of transcripts, with the recorded ones in it."""
    path = tmp_path / "config" / "projects" / project_key(os.path.realpath(cwd))
    shutil.copytree(RECORDED, path)
    return path


@pytest.fixture(name="store")
def _store(tmp_path):
    return TranscriptStore(tmp_path / "config")


def write(directory, session_id, *lines):
    path = directory / f"{session_id}.jsonl"
    path.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    return path


def prompt(text, **members):
    return {"type": "user", "uuid": text, "message": {"role": "user", "content": text}, **members}


def test_the_sessions_of_a_project_come_newest_first(store, cwd, directory):
    for age, path in enumerate(sorted(directory.glob("*.jsonl"))):
        os.utime(path, (1_000_000 - age, 1_000_000 - age))

    sessions = store.sessions(cwd)

    assert [info.session_id[:4] for info in sessions] == ["8d9e", "9feb", "f6ee"]
    assert [info.modified_at for info in sessions] == [1_000_000, 999_999, 999_998]
    assert sessions[1].summary.text == "My own title"
    assert sessions[1].size == sessions[1].path.stat().st_size


def test_a_project_without_transcripts_has_no_sessions(store, tmp_path):
    assert store.sessions(tmp_path) == []


def test_the_working_directory_may_be_given_by_a_link(store, cwd, directory, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(cwd)

    assert len(store.sessions(link)) == len(store.sessions(cwd)) == 3


def test_side_chains_empty_files_and_foreign_names_are_left_out(store, cwd, directory):
    shutil.rmtree(directory)
    directory.mkdir()
    write(directory, UNKNOWN)
    write(directory, UNKNOWN.replace("0", "1"), prompt("hidden", isSidechain=True))
    write(directory, "notes", prompt("hidden"))
    os.mkfifo(directory / f"{UNKNOWN.replace('0', '2')}.jsonl")

    assert store.sessions(cwd) == []


def test_only_the_ends_of_a_long_file_are_read(store, cwd, directory):
    filler = [{"type": "api-request", "x": "x" * 1000, "n": n} for n in range(300)]
    titles = [{"type": "custom-title", "customTitle": name} for name in ("middle", "end")]
    path = write(
        directory, UNKNOWN, prompt("begin"), *filler, titles[0], *filler, titles[1], *filler[:9]
    )

    info = next(info for info in store.sessions(cwd) if info.session_id == UNKNOWN)

    assert (info.summary.first_prompt, info.summary.title) == ("begin", "end")
    assert path.stat().st_size > 600_000


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 131_073])
def test_no_line_is_lost_or_doubled_where_the_ends_meet(store, cwd, directory, size):
    first, last = prompt("begin"), {"type": "tag", "tag": "end"}
    room = size - sum(len(json.dumps(line)) + 1 for line in (first, last))
    write(directory, UNKNOWN, first, {"x": "x" * (room - len('{"x": ""}') - 1)}, last)

    info = next(info for info in store.sessions(cwd) if info.session_id == UNKNOWN)

    assert info.size == size
    assert (info.summary.first_prompt, info.summary.tag) == ("begin", "end")


def test_a_transcript_is_loaded_whole(store, cwd, directory):
    by_project = store.load(PARALLEL, cwd=cwd)
    anywhere = store.load(PARALLEL)

    assert by_project.session_id == anywhere.session_id == PARALLEL
    assert len(by_project.messages()) == len(anywhere.messages()) == 11


def test_sub_agents_are_read_by_their_id(store, directory):
    ((agent_id, transcript),) = store.subagents(WITH_AGENT).items()

    assert agent_id == "a88d5a1f81d46c429"
    assert transcript.messages()[0].message.content == "SUBPROMPT please"


def test_a_session_without_sub_agents_has_none(store, directory):
    assert store.subagents(PARALLEL) == {}


def test_an_unknown_session_is_an_error_that_tells_where_it_looked(store, cwd, directory):
    with pytest.raises(TranscriptNotFoundError, match=f"no transcript of session {UNKNOWN}") as e:
        store.load(UNKNOWN, cwd=cwd)

    assert str(directory) in e.value.searched
    assert e.value.code == "transcript_not_found"


@pytest.mark.parametrize(
    "name", ["", "../secrets", "*", f"{PARALLEL}\n", f"../{PARALLEL}", "x" * 99]
)
def test_what_is_no_session_id_is_never_made_a_path(store, directory, name):
    with pytest.raises(TranscriptNotFoundError, match="is not the id of a session"):
        store.load(name)


def test_the_store_of_an_environment_is_where_its_cli_writes(tmp_path, directory, cwd):
    home = tmp_path / "home"
    (home / ".claude").parent.mkdir()
    (tmp_path / "config").rename(home / ".claude")

    by_home = TranscriptStore.of({"HOME": str(home)})
    by_variable = TranscriptStore.of({"HOME": "/nowhere", "CLAUDE_CONFIG_DIR": f"{home}/.claude"})

    assert len(by_home.sessions(cwd)) == len(by_variable.sessions(cwd)) == 3


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" , ", " : ")])
@pytest.mark.parametrize("text", ["hello", "half a \ud800 pair"])
def test_a_session_in_which_something_was_said_is_there(store, directory, separators, text):
    line = json.dumps(prompt(text), separators=separators)
    (directory / f"{UNKNOWN}.jsonl").write_text('{"type":"mode","mode":"user"}\n' + line + "\n")
    assert store.has(UNKNOWN) is True


def test_a_session_in_which_nothing_was_said_is_not_there(store, directory):
    write(directory, UNKNOWN, {"type": "mode", "mode": "user"}, {"x": '"type":"user"'})
    with (directory / f"{UNKNOWN}.jsonl").open("a") as file:
        file.write('{"type":"user"')
    assert store.has(UNKNOWN) is False
    assert store.has(UNKNOWN.replace("0", "9")) is False


def test_a_session_of_the_simulator_is_there(simulator, tmp_path):
    installed = simulator(Scenario())
    with System(configuration={}) as system:
        config = tmp_path / "config"
        session = system.session(
            executable=installed.path, cwd=tmp_path, api_key="not-real", config_dir=config
        )
        session.ask("hello").result(10)
        assert TranscriptStore(config).has(session.session_id) is True
