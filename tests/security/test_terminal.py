"""X12: what a model, a tool or a process says changes nothing of a terminal but the text on it.

A terminal emulator is the judge: after hostile text it is in the state that plain text leaves.
"""

import io
import logging
import os
import pty
import subprocess
import sys
import unicodedata

import pyte
import pytest
import structlog
from hypothesis import example, given, settings
from hypothesis import strategies as st

from greenroom.logging import configure
from greenroom.runtime.process import plain_text
from greenroom.testing import Scenario
from greenroom.testing.scenario import ApiError, Deltas, Exit, Stderr, Text, ToolUse

PARTS = [
    *"\x1b\x9b\x9d\x90\x98\x9e\x9f\x9c\x07\x08\x0e\x0f\x7f\r\n\t\0",
    *"[]PX^_\\?;:0123456789mhHJKlnrcqABZ@~ ()#%>=<MDE78",
    "\x1b[2J",
    "\x1b[31;1m",
    "\x1b[?1049h",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]8;;http://evil\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1b_payload\x1b\\",
    "\x1b^payload\x1b\\",
    "\x1bXpayload\x1b\\",
    "\x1b#8",
    "\x1b(0",
    "\x1bc",
    "\x1b[6n",
    "\x1b[c",
    "\x1b[5;10r",
    "plain",
    "漢字 é 🎉",
    "\u202e\u2066\u200b\u200e\U000e0041\ud800",
]
HOSTILE = st.lists(st.sampled_from(PARTS) | st.characters(), max_size=40).map("".join)
ATTACKS = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;owned\x07",
    "\x1b]52;c;ZXZpbA==\x1b\\",
    "\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\\x1b_x\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\",
    "\x9b2J\x9d0;owned\x9c",
    "\x1b[?1049h\x1b[6n\x1b[c",
    "safe\rEVIL\x08\x08",
    "rm -rf \u202e\u2066\u200b\U000e0041 /",
]


class Terminal(pyte.Screen):
    """A screen that remembers what it would have answered: reports are an attack, too."""

    def __init__(self):
        self.answered = ""
        super().__init__(80, 24)

    def write_process_input(self, data):
        self.answered += data

    @property
    def state(self):
        """Everything that is not text."""
        cells = [cell for line in self.buffer.values() for cell in line.values()]
        looks = {cell._replace(data=" ") for cell in cells}
        return (
            self.answered,
            self.title,
            self.icon_name,
            frozenset(self.mode),
            self.margins,
            self.charset,
            (self.g0_charset, self.g1_charset),
            self.cursor.attrs,
            self.cursor.hidden,
            looks <= {self.default_char._replace(data=" ")},
            list(self.savepoints),
        )


def after(*texts):
    screen = Terminal()
    stream = pyte.Stream(screen)
    for text in texts:
        stream.feed(text.replace("\n", "\r\n"))
    return screen


UNTOUCHED = after("plain").state


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
@example("\x1b\x1b[2J")
@example("\x1b[\x1b[31m31m")
@example("\x1b]\x1b]0;t\x070;t\x07")
@example("\x9b\x1b[1m")
def test_after_hostile_text_the_terminal_is_as_after_plain_text(text):
    assert after(plain_text(text)).state == UNTOUCHED


@settings(max_examples=300, deadline=None)
@given(st.lists(HOSTILE, max_size=6))
def test_pieces_that_are_cleaned_one_by_one_are_as_harmless(pieces):
    assert after(*map(plain_text, pieces)).state == UNTOUCHED


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_no_byte_below_space_is_left_but_tab_and_newline(text):
    data = plain_text(text).encode()
    assert not [byte for byte in data if byte < 0x20 and byte not in (9, 10)]
    assert b"\x7f" not in data
    assert not [c for c in plain_text(text) if 0x80 <= ord(c) < 0xA0]


SHAPED = ("ARABIC ", "EGYPTIAN ", "KAITHI ", "MUSICAL ", "SHORTHAND ", "SYRIAC ")
"""Of the format characters these are drawn, or their scripts cannot be read without them."""


def test_no_character_is_left_that_has_no_shape_of_its_own():
    every = map(chr, range(0x110000))
    formats = [c for c in every if unicodedata.category(c) in {"Cf", "Zl", "Zp"}]
    hidden = [*formats, *"\u034f\u115f\u1160\u3164\uffa0\U000e0100\U000e01ef"]
    left = [unicodedata.name(c) for c in hidden if c in plain_text(c)]
    assert [name for name in left if not name.startswith(SHAPED)] == []


@pytest.fixture(name="screen_of")
def _screen_of(tmp_path):
    """A function that runs the command on a terminal and returns the screen at its end."""

    def screen_of(*arguments, term="xterm"):
        ours, theirs = pty.openpty()
        env = {**os.environ, "TERM": term, "NO_COLOR": "1", "ANTHROPIC_API_KEY": "sk-not-real"}
        process = subprocess.Popen(
            [sys.executable, "-m", "greenroom", *map(str, arguments)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=tmp_path,
            env=env,
        )
        os.close(theirs)
        screen = Terminal()
        stream = pyte.ByteStream(screen)
        while data := _read(ours):
            stream.feed(data)
        os.close(ours)
        process.wait(20)
        return screen

    return screen_of


def _read(fd):
    try:
        return os.read(fd, 65536)
    except OSError:  # how a terminal says that its other side was closed
        return b""


HOSTILE_SCENARIOS = {
    "text": [Text("".join(ATTACKS)), Text("all")],
    "pieces": [Deltas([part for attack in ATTACKS for part in attack]), Text("all")],
    "a tool's name": [ToolUse("Bash\x1b]0;owned\x07\x1b[31m"), Text("all")],
    "an error": [ApiError(500, text="".join(ATTACKS))],
    "stderr": [Stderr("\n".join(ATTACKS)), Exit(3)],
}


@pytest.mark.parametrize("form", ["text", "json", "stream-json"])
@pytest.mark.parametrize("said", HOSTILE_SCENARIOS)
def test_the_command_lets_none_of_it_through(said, form, screen_of, simulator):
    cli = simulator(Scenario(turns=[HOSTILE_SCENARIOS[said]])).path
    screen = screen_of("ask", "-vv", "--output", form, "--executable", cli, "hello")
    assert any(line.strip() for line in screen.display)
    assert screen.state == UNTOUCHED


def test_the_doctor_lets_none_of_it_through(screen_of, tmp_path):
    strange = tmp_path / "cli\x1b]0;owned\x07\x1b[31m"
    strange.mkdir()
    screen = screen_of("doctor", "--executable", strange / "claude", term="dumb")  # no bold
    assert screen.state == UNTOUCHED


@pytest.fixture(name="log")
def _log():
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = set(root.handlers), root.level

    def log(form):
        configure(form, level="debug", stream=stream, colors=False)
        return stream

    yield log
    structlog.reset_defaults()
    for handler in set(root.handlers) - handlers:
        root.removeHandler(handler)
    root.setLevel(level)


class Odd:
    """An object whose repr is an attack."""

    def __repr__(self):
        return "".join(ATTACKS)


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize("attack", [*ATTACKS, "one\ntwo 2026-01-01 [error] forged record"])
def test_a_log_record_is_one_harmless_line(log, form, attack):
    stream = log(form)
    structlog.get_logger("x").warning(attack, key=attack, odd=Odd(), nested={attack: [attack]})
    logging.getLogger("y").warning("%s", attack)
    written = stream.getvalue()
    assert written.count("\n") == 2
    assert after(written).state == UNTOUCHED
