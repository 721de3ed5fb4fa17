"""A program that ends in the middle of a turn, however it ends, leaves no agent behind."""

import json
import os
import signal
import subprocess
import sys

import pytest

from greenroom.testing.fake_anthropic import Stall

PROGRAM = """
import json, sys
import greenroom

turn = greenroom.ask("count", **json.loads(sys.argv[1]))
how = sys.stdin.readline().strip()
if how == "exception":
    raise ArithmeticError("enough")
if how == "ctrl-c":
    turn.result()
"""


@pytest.mark.parametrize(
    ("how", "code"), [("end", 0), ("exception", 1), ("ctrl-c", -signal.SIGINT)]
)
def test_a_program_that_ends_in_the_middle_of_a_turn_takes_the_process_along(
    api, options, how, code
):
    api.on("count", Stall())
    given = json.dumps(options(), default=os.fspath)
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, given], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        api.wait_for_stall(timeout=20)
        program.stdin.write(f"{how}\n".encode())
        program.stdin.flush()
        if how == "ctrl-c":
            program.send_signal(signal.SIGINT)
        said = program.stderr.read()  # to its end: nothing that lives on holds it open
        assert program.wait(10) == code
    assert b"ignored" not in said
