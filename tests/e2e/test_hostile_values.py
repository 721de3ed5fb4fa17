"""X4, X9 against the real CLI: values stay values, and what it writes is for its owner alone."""

import os

import pytest

from greenroom.testing.fake_anthropic import ToolUse
from greenroom_protocol.claude import SystemInit

FLAG = "--dangerously-skip-permissions"


def begin(turn):
    """The init frame of a turn, once the turn is over."""
    frames = [frame for batch in turn.read() for frame in batch.frames]
    assert turn.outcome(20).ok
    return next(frame for frame in frames if isinstance(frame, SystemInit))


@pytest.mark.parametrize("flag", [FLAG, "--permission-mode=bypassPermissions"])
def test_text_that_looks_like_a_flag_is_the_value_of_its_option(open_session, api, flag):
    session = open_session(model=flag, name=flag, add_dirs=[flag])
    init = begin(session.ask("hello"))
    assert (init.permission_mode, init.model) == ("default", flag)


def test_a_rule_with_a_flag_in_it_allows_nothing_else(api, open_session, project):
    api.on("work", ToolUse("Bash", {"command": "touch made", "description": "write"}))
    rules = [f"Bash(echo {FLAG} *)"]
    session = open_session(tools=["Bash"], allowed_tools=rules, max_turns=1)
    session.ask("work").collect(20)
    assert not (project / "made").exists()


def test_what_the_cli_writes_is_for_its_owner_alone(open_session, home):
    before = os.umask(0)
    try:
        with open_session() as session:
            session.ask("hello").result(20)
    finally:
        os.umask(before)
    written = [path for path in home.rglob("*") if not path.is_symlink()]
    assert any(path.suffix == ".jsonl" for path in written)
    assert [str(path) for path in written if path.stat().st_mode & 0o077] == []
