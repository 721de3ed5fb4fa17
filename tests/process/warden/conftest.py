"""Wardens of their own, and agents whose processes get away from them."""

from __future__ import annotations

import os
import signal
import sys
import uuid
from contextlib import suppress

import pytest

from greenroom.runtime.process import LocalSpawner
from greenroom.runtime.process.warden_launcher import WardenLauncher
from tests.process.proc import running
from tests.process.warden.runaways import EVERY_WAY, sleepers


@pytest.fixture(autouse=True)
def _where_a_warden_can_be():
    if sys.platform != "linux":
        pytest.skip("a warden needs Linux")


@pytest.fixture
def token():
    token = str(uuid.uuid4().int)[:12]
    yield token
    for pid in running(token):  # only after a failure
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture(params=["groups", "no_groups"])
def warden(request):
    warden = WardenLauncher(groups=request.param == "groups")
    yield warden
    warden.close()


@pytest.fixture
def spawner(dispatcher, warden):
    spawner = LocalSpawner(dispatcher, warden)
    yield spawner
    spawner.close()


@pytest.fixture
def runaway(start, shell, token, eventually):
    """Start an agent that leaves a process behind in each of several ways, and wait for them."""

    def start_one(escapes=EVERY_WAY, *, then="read line; exit 0"):
        before = len(sleepers(token))
        owner = start(shell(f"{escapes.replace('{}', token)}\n{then}"))
        eventually(lambda: len(sleepers(token)) >= before + escapes.count("sleep 600."))
        return owner

    return start_one
