"""X10, X11: links lead nowhere, and a path that somebody else wrote down is never opened."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.backends.claude.confined import is_file_within, open_within
from greenroom.backends.claude.transcripts import TranscriptNotFoundError, TranscriptStore
from greenroom.testing import Scenario
from greenroom.testing.scenario import Ask, Frame, Permission, Text, ToolUse

SESSION = "8f0e1d52-5a52-4f3e-9a57-111111111111"
LINE = b'{"type":"user","message":{"role":"user","content":"my secret diary"},"uuid":"u"}\n'


@pytest.fixture(name="projects")
def _projects(tmp_path):
    """A CLI's directory with one project, and beside it what is none of its business."""
    projects = tmp_path / "config" / "projects"
    (projects / "-work").mkdir(parents=True)
    for outside in ("outside", "config/projects-evil"):
        (tmp_path / outside).mkdir()
        (tmp_path / outside / f"{SESSION}.jsonl").write_bytes(LINE)
    return projects


@pytest.fixture(name="store")
def _store(tmp_path):
    return TranscriptStore(tmp_path / "config")


def link_to_the_file(projects, outside):
    (projects / "-work" / f"{SESSION}.jsonl").symlink_to(outside / f"{SESSION}.jsonl")


def link_to_the_directory(projects, outside):
    (projects / "-linked").symlink_to(outside)


def a_twin_of_the_prefix(projects, outside):
    (projects / "-linked").symlink_to(projects.parent / "projects-evil")


def a_pipe(projects, outside):
    os.mkfifo(projects / "-work" / f"{SESSION}.jsonl")


TRICKS = [link_to_the_file, link_to_the_directory, a_twin_of_the_prefix, a_pipe]


@pytest.mark.parametrize("trick", TRICKS)
def test_no_transcript_is_read_that_lies_elsewhere(projects, store, tmp_path, trick):
    trick(projects, tmp_path / "outside")
    assert store.has(SESSION) is False
    assert store.sessions("/work") == []
    with pytest.raises(TranscriptNotFoundError):
        store.load(SESSION)


def test_no_sub_agent_is_read_that_lies_elsewhere(projects, store, tmp_path):
    (projects / "-work" / f"{SESSION}.jsonl").write_bytes(LINE)
    agents = projects / "-work" / SESSION / "subagents"
    agents.mkdir(parents=True)
    (agents / "agent-good.jsonl").write_bytes(LINE)
    (agents / "agent-evil.jsonl").symlink_to(tmp_path / "outside" / f"{SESSION}.jsonl")
    os.mkfifo(agents / "agent-pipe.jsonl")
    assert set(store.subagents(SESSION)) == {"good"}


def test_links_of_people_are_followed_where_they_stay_inside(projects, tmp_path):
    """A home of dotfiles that are links, and a project that was renamed."""
    (projects / "-work" / f"{SESSION}.jsonl").write_bytes(LINE)
    (projects / "-renamed").symlink_to("-work")
    (tmp_path / "dotfiles").symlink_to(tmp_path / "config")
    store = TranscriptStore(tmp_path / "dotfiles")
    assert store.load(SESSION, cwd="/renamed").entries
    assert store.has(SESSION)


@pytest.mark.parametrize("name", ["..", "../outside", "/etc", "a/../../outside", ".", ""])
@pytest.mark.parametrize("ask", ["load", "has", "subagents"])
def test_an_id_is_no_path(projects, store, name, ask):
    for session_id in (f"{name}/{SESSION}", f"{SESSION}/{name}", name, f"{SESSION}\0"):
        if ask == "has":
            assert store.has(session_id) is False
        else:
            with pytest.raises(TranscriptNotFoundError):
                getattr(store, ask)(session_id)


def test_a_link_that_is_swapped_between_look_and_open_leads_nowhere(projects, tmp_path):
    path = projects / "-work" / "file"
    path.write_bytes(b"inside")
    assert is_file_within(projects, path)
    path.unlink()
    path.symlink_to(tmp_path / "outside" / f"{SESSION}.jsonl")
    with pytest.raises(OSError, match="symbolic links"):
        open_within(projects, path)


def test_nothing_is_left_open_of_what_was_refused(projects, tmp_path):
    before = len(list(Path("/dev/fd").iterdir()))
    for trick in (link_to_the_file, link_to_the_directory):
        trick(projects, tmp_path / "outside")
    for path in projects.rglob("*.jsonl"):
        assert not is_file_within(projects, path)
    assert len(list(Path("/dev/fd").iterdir())) == before


NAMED = (
    "/etc/passwd",
    "/etc/../etc/shadow",
    "~/.ssh/id_rsa",
    "file:///etc/passwd",
    "\\\\evil\\share\\x",
    "//evil/share/x",
    "../../../etc/passwd",
)
WATCH = """
import json, os, sys
from pathlib import Path
from greenroom import System
from greenroom.testing import Scenario, Simulator

top = Path(sys.argv[1])
cli = Simulator.install(top / "cli", Scenario.load(sys.argv[2])).path
with System(configuration={}) as system:
    with system.session(executable=cli, cwd=top, api_key="not-real") as session:
        session.ask("warm up").outcome(20)
        told = []
        sys.addaudithook(lambda event, details: told.append((event, details)))
        turn = session.ask("hello")
        frames = [frame for batch in turn.read() for frame in batch.frames]
        outcome = turn.outcome(20)
        seen = list(told)
        assert outcome.ok and len(frames) > 5, (outcome, frames)
touching = ("open", "os.listdir", "os.scandir", "os.readlink", "os.remove", "os.mkdir", "os.rename")
print(json.dumps([str(details[0]) for event, details in seen if event in touching]))
print(json.dumps([event for event, _ in seen if event.startswith(("socket.", "urllib."))]))
"""


def test_frames_that_name_paths_and_addresses_open_nothing(tmp_path):
    """The whole process is watched while such frames pass through it, by an audit hook."""
    steps = [step for name in NAMED for step in naming(name)]
    scenario = tmp_path / "scenario.json"
    scenario.write_bytes(
        Scenario(turns=[[Permission(), Text("ready")], [*steps, Text("done")]]).dump()
    )
    done = subprocess.run(
        [sys.executable, "-c", WATCH, tmp_path / "top", scenario],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    opened, connected = done.stdout.splitlines()
    assert [path for path in json.loads(opened) if not is_ours(path)] == []
    assert connected == "[]"


def naming(path):
    yield ToolUse("Read", {"file_path": path})
    yield Frame({"type": "system", "subtype": "status", "cwd": path, "transcript_path": path})
    yield Frame(
        {
            "type": "user",
            "message": {
                "role": "user",
                "content": [
                    {"type": "image", "source": {"type": "url", "url": path}},
                    {"type": "document", "source": {"type": "file", "file_id": path}},
                ],
            },
            "tool_use_result": {"filePath": path, "gitDiff": {"filename": path}},
        }
    )
    yield Ask({"subtype": "can_use_tool", "tool_name": "Edit", "input": {}, "blocked_path": path})
    yield Frame({"type": "transcript_mirror", "path": path, "entries": [path]})


def is_ours(path):
    """What the interpreter and the system's own bookkeeping open."""
    return path.endswith((".py", ".pyc", ".so")) or path.startswith(
        ("/proc/self", "/proc/", "/sys/")
    )
