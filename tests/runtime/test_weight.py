from __future__ import annotations

import subprocess
import sys

import pytest

RUN = "from greenroom.runtime import *; import sys; {}; print(*sorted(sys.modules))"


def modules_after(statement):
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(statement)], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["asyncio", "structlog", "subprocess", "dataclasses"])
def test_what_an_import_does_not_need_is_not_imported(module):
    assert module not in modules_after("pass")


def test_a_run_in_which_nothing_fails_needs_no_logging():
    script = "d = LoopDispatcher(); r = Actor.start(dispatcher=d); r.stop(); d.close()"
    modules = modules_after(script)
    assert "asyncio" not in modules
    assert "structlog" not in modules
