"""A binary is asked for its version once, and the version compared with what is supported."""

import os
import sys

import pytest

from greenroom.backends.claude.version import TESTED, probe_version, version_warning
from greenroom.values.errors import CliNotFoundError


def script(path, body):
    path.write_text(f"#!{sys.executable}\n{body}\n")
    path.chmod(0o755)
    return path


def test_a_binary_is_asked_once_and_again_only_when_it_was_replaced(tmp_path):
    note = tmp_path / "asked"
    body = f"open({str(note)!r}, 'a').write('x'); print('2.1.300 (Claude Code)')"
    binary = script(tmp_path / "claude", body)
    assert [probe_version(binary, os.environ) for _ in range(3)] == ["2.1.300"] * 3
    assert note.read_text() == "x"
    other = script(tmp_path / "new", body.replace("2.1.300", "2.1.301"))
    other.replace(binary)
    assert probe_version(binary, os.environ) == "2.1.301"


@pytest.mark.parametrize(
    "body", ["print('hello')", "raise SystemExit(3)"], ids=["no version", "fails"]
)
def test_what_reports_no_version_is_not_the_cli(tmp_path, body):
    with pytest.raises(CliNotFoundError, match="reports no version"):
        probe_version(script(tmp_path / "claude", body), os.environ)


def test_what_does_not_run_is_said_so(tmp_path):
    binary = tmp_path / "claude"
    binary.write_text("#!/no/such/interpreter\n")
    binary.chmod(0o755)
    with pytest.raises(CliNotFoundError, match="does not run"):
        probe_version(binary, os.environ)


@pytest.mark.parametrize(
    ("version", "word"),
    [(TESTED, None), ("2.1.248", None), ("2.0.9", "older"), ("3.0.0", "newer"), ("x", "compared")],
)
def test_a_version_outside_the_supported_range_is_warned_about(version, word):
    warning = version_warning(version)
    assert warning is None if word is None else word in warning


def test_an_unsupported_version_is_logged_once(tmp_path, capsys):
    binary = script(tmp_path / "claude", "print('1.0.0 (Claude Code)')")
    for _ in range(3):
        probe_version(binary, os.environ)
    logged = capsys.readouterr().out
    assert logged.count("cli_version_unsupported") == 1
