"""Turns of a fixed size, and what they call in the host."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shlex import quote

import pytest

from greenroom import System
from tests import patience
from tests.cost import child
from tests.cost.census import Census

OPTIONS = {"include_partial_messages": True, "base_url": "http://127.0.0.1:9"}
CAPTURES = Path(__file__).parents[1] / "captures" / "claude"


@pytest.fixture(scope="session", name="lines")
def _lines():
    """Recorded lines by kind: `system/init`, `stream_event/text_delta`, `result`."""
    found = {}
    for path in sorted(CAPTURES.glob("*.ndjson")):
        for line in path.read_bytes().splitlines():
            try:
                frame = json.loads(line)
                found.setdefault(kind_of(frame), frame)
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # the captures hold broken lines, too
    return found


def kind_of(frame):
    event = frame.get("event", {})
    detail = event.get("delta", {}).get("type") or frame.get("subtype")
    return f"{frame['type']}/{detail}"


@pytest.fixture(name="cli")
def _cli(tmp_path, lines):
    """An executable that says a prompt's number of partial frames."""
    ours = {"user_message_uuids": [child.PROMPT_ID.decode()]}
    good = {"is_error": False, "result": "done", "api_error_status": None}
    short = {"tools": [], "slash_commands": [], "agents": [], "skills": [], "plugins": []}
    for name, frame in (
        ("head", lines["system/init"] | short | ours),
        ("delta", lines["stream_event/text_delta"]),
        ("tail", lines["result/success"] | good | ours),
    ):
        line = json.dumps(frame, separators=(",", ":")).encode()
        (tmp_path / name).write_bytes(line + b"\n")
    path = tmp_path / "claude"
    command = " ".join(map(quote, (sys.executable, "-S", "-E", child.__file__, str(tmp_path))))
    path.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    path.chmod(0o755)
    return str(path)


@pytest.fixture(name="census")
def _census():
    """What this thread, and those started in the test, call."""
    census = Census()
    census.install()
    yield census
    census.remove()


@pytest.fixture(name="session")
def _session(census, cli):
    """A session that has had its first turns: nothing is imported, started or made any more."""
    with (
        System(configuration={}, ladder=patience.LADDER) as system,
        system.session(executable=cli, **OPTIONS) as session,
    ):
        for _ in range(3):
            read(session, 1)
        yield session


def read(session, frames):
    """Have a turn of so many partial frames, and read it; returns how many frames there were."""
    turn, seen = session.ask(str(frames)), 0
    for _ in turn:
        seen += 1
    turn.result(timeout=20)
    return seen
