"""Two streams, one screen: nothing a terminal obeys, no status under an answer, no secret."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.cli.console import Console
from greenroom.cli.manners import Manners
from greenroom.logging import Redactor
from tests import hostile

UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def _able_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")


def _console(out, err, secrets=(), **manners):
    return Console(Manners(**manners), Redactor(secrets), out=out, err=err)


@given(st.lists(hostile.TEXT, max_size=6))
def test_no_text_in_any_pieces_makes_a_terminal_obey(pieces):
    out = Terminal()
    console = _console(out, io.StringIO())
    for piece in pieces:
        console.say(piece)
    assert not UNSAFE.search(out.getvalue())


def test_a_pipe_gets_the_answer_as_it_is():
    out = io.StringIO()
    _console(out, io.StringIO()).say("\x1b[31m\u202e")
    assert out.getvalue() == "\x1b[31m\u202e"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_what_an_encoding_cannot_say_is_spelled_out(encoding):
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding)
    _console(out, io.StringIO()).say("\ud800")
    assert raw.getvalue() == b"\\ud800"


def test_secrets_are_kept_out_of_what_is_told():
    err = io.StringIO()
    _console(io.StringIO(), err, ["hunter-22"]).tell("the key is hunter-22")
    assert err.getvalue() == "the key is ***\n"


def test_a_status_is_erased_before_anything_else_is_written():
    screen = Terminal()
    console = _console(screen, screen)
    console.show_status("waiting")
    console.say("answer\n")
    console.show_status("waiting")
    console.tell("told")
    written = screen.getvalue()
    assert re.sub(r"\r\x1b\[K|\x1b\[\d*m", "|", written).count("waiting") == 2
    assert re.sub(r"[^\n]*\r\x1b\[K", "", written) == "answer\ntold\n"


def test_a_status_never_covers_a_line_of_the_answer():
    screen = Terminal()
    console = _console(screen, screen)
    console.say("half a line")
    console.show_status("waiting")
    assert screen.getvalue() == "half a line"


def test_what_is_told_begins_a_line_of_its_own():
    screen = Terminal()
    console = _console(screen, screen)
    console.say("half a line")
    console.tell("told")
    assert screen.getvalue() == "half a line\ntold\n"


def test_a_status_fits_into_its_line():
    screen = Terminal()
    _console(io.StringIO(), screen).show_status("x" * 500 + "\n\x1b[2J")
    assert len(re.sub(r"\r\x1b\[K|\x1b\[\d*m", "", screen.getvalue())) == 79


@pytest.mark.parametrize(("err", "quiet"), [(io.StringIO(), False), (Terminal(), True)])
def test_no_status_in_a_pipe_and_none_when_quiet(err, quiet):
    console = _console(io.StringIO(), err, quiet=quiet)
    console.show_status("waiting")
    console.note("noted")
    assert err.getvalue() == ("" if quiet else "noted\n")


def test_log_records_go_between_status_lines():
    screen = Terminal()
    console = _console(io.StringIO(), screen)
    console.show_status("waiting")
    console.log_stream.write("a record\n")
    assert screen.getvalue().endswith("\r\x1b[Ka record\n")


def test_a_console_without_streams_swallows_everything(monkeypatch):
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    console = _console(None, None)
    console.say("x")
    console.tell("x")
    console.say_bytes(b"x")
