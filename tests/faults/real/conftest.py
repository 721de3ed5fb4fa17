"""Torture of the real CLI: set up as in ``tests/e2e``, whose fixtures these are."""

from __future__ import annotations

import importlib.util
import uuid
from pathlib import Path

import pytest

from greenroom.testing import ledger_processes

_spec = importlib.util.spec_from_file_location(
    "e2e_fixtures", Path(__file__).parents[2] / "e2e" / "conftest.py"
)
_e2e = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_e2e)

api, system, home, project = _e2e._api, _e2e._system, _e2e._home, _e2e._project
options, open_session, eventually = _e2e._options, _e2e._open_session, _e2e._eventually

MARK = "GREENROOM_TORTURE"


class Tree:
    """The processes of one agent and all they started, however they hide: found by their mark."""

    def __init__(self):
        self.variables = {MARK: uuid.uuid4().hex}
        self._mark = f"{MARK}={self.variables[MARK]}"

    def all(self):
        """Every one, as text by its process id."""
        pids = ledger_processes.carries_mark(ledger_processes.all_pids(), [self._mark])
        texts = {pid: ledger_processes.describe(pid) for pid in pids}
        return {pid: text for pid, text in texts.items() if text is not None}

    def running(self, word):
        """Those whose command line holds a word."""
        return {pid: text for pid, text in self.all().items() if word in text}


@pytest.fixture(name="tree")
def _tree():
    return Tree()
