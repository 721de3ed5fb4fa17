"""Sessions that are attacked, and ways to look for what must not be found."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from greenroom.testing import Scenario
from tests.patience import QUICK


@pytest.fixture(name="play")
def _play(simulator, system, project):
    """A function that opens a session with a simulated CLI: ``play(scenario, **options)``."""

    def play(scenario=None, deadlines=QUICK, **options):
        installed = simulator(scenario or Scenario())
        session = system.session(
            executable=installed.path, deadlines=deadlines, **{"cwd": project, **options}
        )
        session.simulator = installed
        return session

    return play


@pytest.fixture(name="find")
def _find():
    """A function that returns which secrets a text shows, in whatever coding."""

    def find(text, secrets):
        if isinstance(text, bytes):
            text = text.decode("utf-8", "backslashreplace")
        return [secret for secret in secrets if any(form in text for form in forms(secret))]

    return find


@pytest.fixture(name="find_below")
def _find_below(find):
    """A function that returns the files below some directories that hold a secret."""

    def find_below(secrets, *directories):
        files = [path for top in directories for path in Path(top).rglob("*") if path.is_file()]
        return [path for path in files if find(_bytes(path), secrets)]

    return find_below


def forms(secret):
    """A secret, and what it looks like in base64 and in addresses."""
    data = secret.encode()
    return (
        secret,
        quote(secret, safe=""),
        base64.b64encode(data).decode().rstrip("="),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
    )


def _bytes(path):
    try:
        return path.read_bytes()
    except OSError:  # it is gone, or nobody's business
        return b""
