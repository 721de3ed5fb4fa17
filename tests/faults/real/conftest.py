"""Torture of the real CLI: set up as in ``tests/e2e``, whose fixtures these are."""

from __future__ import annotations

import uuid

import pytest

from greenroom.testing import ledger_processes
from tests.e2e import conftest as e2e

api, system, home = e2e._api, e2e._system, e2e._home
options, open_session = e2e._options, e2e._open_session

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
