"""A binary is asked for its version once, and the version compared with what is supported."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from structlog.testing import capture_logs

from greenroom.backends.claude.version import (
    TESTED,
    check_version,
    probe_version,
    version_warning,
)
from greenroom.values.errors import CliNotFoundError
from greenroom.values.outcomes import StartFailed


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


def test_an_unsupported_version_is_logged_once(tmp_path):
    binary = script(tmp_path / "claude", "print('1.0.0 (Claude Code)')")
    with capture_logs() as logs:
        for _ in range(3):
            probe_version(binary, os.environ)
    assert [log["event"] for log in logs] == ["cli_version_unsupported"]


def test_a_version_too_old_to_work_is_refused_and_a_newer_one_may_be_tried():
    with pytest.raises(StartFailed, match=r"2\.1\.247.*2\.1\.248") as caught:
        check_version("/bin/claude", "2.1.247")
    assert caught.value.code == "cli_too_old"
    for version in ("2.1.248", TESTED, "3.0.0", "x"):
        check_version("/bin/claude", version)


def test_the_binary_that_is_asked_sees_no_credential(tmp_path):
    body = (
        "import os; print('2.1.300' if 'PATH' in os.environ"
        " and not any('KEY' in name for name in os.environ) else 'none')"
    )
    binary = script(tmp_path / "claude", body)
    assert probe_version(binary, {**os.environ, "ANTHROPIC_API_KEY": "sk-not-real"}) == "2.1.300"


def test_a_binary_that_does_not_answer_keeps_nobody_from_asking_another(tmp_path):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    stuck = script(tmp_path / "stuck", f"open({str(gate)!r}).read(); print('2.1.301')")
    quick = script(tmp_path / "quick", "print('2.1.302')")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(probe_version, stuck, os.environ)
        with gate.open("w"):  # returns once the stuck one runs and reads
            assert probe_version(quick, os.environ) == "2.1.302"
            assert not waiting.done()
        assert waiting.result(10) == "2.1.301"


def test_many_who_ask_at_once_share_one_answer(tmp_path):
    note = tmp_path / "asked"
    binary = script(tmp_path / "claude", f"open({str(note)!r}, 'a').write('x'); print('2.1.303')")
    together = Barrier(8)

    def ask(_):
        together.wait(10)
        return probe_version(binary, os.environ)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"2.1.303"}
    assert note.read_text() == "x"


def test_a_failure_is_not_remembered(tmp_path):
    note = tmp_path / "asked"
    body = f"import os; print('2.1.304' if os.path.exists({str(note)!r}) else 'none')"
    binary = script(tmp_path / "claude", body)
    with pytest.raises(CliNotFoundError):
        probe_version(binary, os.environ)
    note.touch()
    assert probe_version(binary, os.environ) == "2.1.304"
