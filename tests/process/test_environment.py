"""A child's environment is an allow-list."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.runtime.process import ALWAYS_PASSED, child_environment
from greenroom_protocol.secret import Secret


def test_only_what_is_listed_passes():
    host = {"HOME": "/h", "PATH": "/bin", "AWS_SECRET": "x", "LD_PRELOAD": "y", "LC_TIME": "C"}
    assert child_environment(host) == {"HOME": "/h", "PATH": "/bin", "LC_TIME": "C"}


def test_names_and_prefixes_can_be_passed_on_top():
    host = {"ANTHROPIC_MODEL": "m", "ANTHROPICA": "n", "DEBUG": "1", "OTHER": "2"}
    environment = child_environment(host, passing=("ANTHROPIC_*", "DEBUG"))
    assert environment == {"ANTHROPIC_MODEL": "m", "DEBUG": "1"}


def test_what_is_set_for_the_child_wins_and_secrets_arrive():
    environment = child_environment({"HOME": "/h"}, extra={"HOME": "/own", "KEY": Secret("s")})
    assert environment == {"HOME": "/own", "KEY": "s"}


def test_exported_shell_functions_stay_behind():
    assert child_environment({"TERM": "() { :; }; evil"}) == {}


def test_a_child_is_never_told_that_it_runs_inside_an_agent():
    host = {"CLAUDECODE": "1"}
    assert child_environment(host, passing=("CLAUDE*",), extra={"CLAUDECODE": "1"}) == {}


@given(st.dictionaries(st.text(), st.text()))
@settings(deadline=None)
def test_nothing_unlisted_ever_passes(host):
    exact = set(ALWAYS_PASSED)
    assert all(name in exact or name.startswith("LC_") for name in child_environment(host))
