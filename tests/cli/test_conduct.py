"""What a command's work raises becomes a complaint and an exit code."""

import pytest

from greenroom.cli.conduct import conduct
from greenroom.cli.manners import Manners
from greenroom.values.errors import ConfigurationError, GreenroomError
from greenroom_protocol.claude.options import OptionError

pytestmark = pytest.mark.usefixtures("run_here")  # it restores the log


def _raising(error):
    def work(_console):
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConfigurationError("it is wrong"), 78, "error: it is wrong\n"),
        (GreenroomError("it failed\nin detail"), 1, "error: it failed\n"),
        (
            OptionError("tools", "is odd", "4", "try 5"),
            2,
            "error: option tools: is odd, got 4\nhint: try 5\n",
        ),
        (OSError(28, "No space left on device"), 1, "error: No space left on device\n"),
        (FileNotFoundError(2, "Not there", "x"), 1, "error: Not there: x\n"),
        (BrokenPipeError(), 141, ""),
        (KeyError("oops"), 70, "internal error: 'oops'\nhint: please report it"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_an_error_is_told_and_has_a_code(capsys, error, code, said):
    assert conduct(Manners(), _raising(error)) == code
    assert capsys.readouterr().err.startswith(said)


def test_the_traceback_of_a_bug_is_shown_at_vv_without_secrets(capsys, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary")
    assert conduct(Manners(verbosity=2), _raising(KeyError("sk-canary"))) == 70
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "KeyError: '***'" in said


def test_work_that_succeeds_decides_the_code_itself():
    assert conduct(Manners(), lambda _console: 7) == 7
