"""The recorded conversations, and small helpers around the decoder."""

import json
from pathlib import Path

import pytest

from greenroom_protocol.claude import FrameDecoder

CAPTURES = Path(__file__).parent.parent / "captures" / "claude"


@pytest.fixture(scope="session", name="captures")
def _captures():
    return {path.stem: path.read_bytes() for path in sorted(CAPTURES.glob("*.ndjson"))}


@pytest.fixture(scope="session", name="capture_index")
def _capture_index():
    return json.loads((CAPTURES / "index.json").read_bytes())


@pytest.fixture(name="decoder")
def _decoder():
    return FrameDecoder()


@pytest.fixture(scope="session", name="projects")
def _projects():
    return CAPTURES / "projects"
