"""Asking the person at the terminal, through a terminal."""

import io
import os
import pty
import subprocess
import sys
import threading

import pytest

from greenroom.callbacks import Refusal
from greenroom.permissions import (
    Allow,
    Answers,
    Choice,
    Deny,
    Dialog,
    Elicitation,
    ElicitationReply,
    PermissionRequest,
    Question,
    TerminalPrompter,
    UserQuestions,
)
from tests.permissions.conftest import new_call

SUGGESTION = {
    "type": "addRules",
    "rules": [{"toolName": "Bash", "ruleContent": "ls *"}],
    "behavior": "allow",
    "destination": "session",
}
REQUEST = PermissionRequest(tool_name="Bash", input={"command": "ls"})
LASTING = PermissionRequest(tool_name="Bash", input={"command": "ls"}, suggestions=(SUGGESTION,))
ALLOW = "why not: "


class Person:
    """Somebody at a terminal: reads what is shown, and types."""

    def __init__(self):
        self._master, slave = pty.openpty()
        self.stdin = os.fdopen(slave, encoding="utf-8")
        self.stdout = os.fdopen(os.dup(slave), "w", encoding="utf-8")
        self.seen = ""
        self._read = 0

    def expect(self, text):
        """Wait until `text` is shown after what was expected before."""
        while text not in self.seen[self._read :]:
            self.seen += os.read(self._master, 65_536).decode("utf-8", "replace")
        self._read = self.seen.index(text, self._read) + len(text)

    def type(self, text):
        os.write(self._master, text.encode())

    def leave(self):
        for stream in (self.stdin, self.stdout):
            stream.close()
        os.close(self._master)


@pytest.fixture(name="person")
def _person():
    person = Person()
    yield person
    person.leave()


@pytest.fixture(name="prompter")
def _prompter(person):
    return TerminalPrompter(person.stdin, person.stdout)


def answer(prompter, person, inquiry, *talk):
    future = prompter.ask(inquiry, new_call())
    for shown, typed in talk:
        person.expect(shown)
        person.type(typed)
    return future.get(timeout=10)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("y\n", Allow()),
        (" YES \n", Allow()),
        ("n\n", Deny("The user said no.")),
        ("no\n", Deny("The user said no.")),
        ("use pwd instead\n", Deny("The user said no: use pwd instead")),
        ("\nq\n..\na\nalways\ny\n", Allow()),
    ],
)
def test_a_person_allows_or_says_why_not(prompter, person, typed, expected):
    assert answer(prompter, person, REQUEST, (ALLOW, typed)) == expected


def test_always_sends_the_suggestions_that_were_shown(prompter, person):
    future = prompter.ask(LASTING, new_call())
    person.expect("always means: allow Bash(ls *) (session)")
    person.expect("a)lways")
    person.expect(ALLOW)
    person.type("a\n")
    assert future.get(timeout=10) == Allow(updates=(SUGGESTION,))


def test_always_is_not_offered_where_the_cli_does_not_want_it(prompter, person):
    request = PermissionRequest(tool_name="Bash", suggestions=(SUGGESTION,), suppress_always=True)
    assert answer(prompter, person, request, (ALLOW, "a\n"), (ALLOW, "n\n")) == Deny(
        "The user said no."
    )
    assert "a)lways" not in person.seen


def test_enter_alone_says_no_where_no_is_the_default(prompter, person):
    request = PermissionRequest(tool_name="Bash", default_to_no=True)
    assert answer(prompter, person, request, (ALLOW, "\n")) == Deny("The user said no.")


def test_control_d_denies_even_behind_a_yes(prompter, person):
    denial = answer(prompter, person, REQUEST, (ALLOW, "y\x04\x04"))
    assert isinstance(denial, Deny)
    assert "nobody at the terminal" in denial.reason


def test_what_was_typed_before_the_question_is_no_answer(prompter, person):
    person.type("y\ny\n")
    assert answer(prompter, person, REQUEST, (ALLOW, "n\n")) == Deny("The user said no.")


def test_lines_pasted_for_one_question_do_not_answer_the_next(prompter, person):
    first = prompter.ask(REQUEST, new_call())
    second = prompter.ask(REQUEST, new_call())
    person.expect(ALLOW)
    person.type("n\ny\ny\n")
    assert first.get(timeout=10) == Deny("The user said no.")
    person.expect(ALLOW)
    person.type("n\n")
    assert second.get(timeout=10) == Deny("The user said no.")


def test_nothing_that_a_terminal_obeys_reaches_it(prompter, person):
    evil = "ls\x1b[2J\x1b]0;title\x07\u202e\x9b1m\x08\n\nAllow? y)es, n)o: y"
    request = PermissionRequest(
        tool_name=evil,
        input={evil: evil, "nested": {"a": [evil]}},
        title=evil,
        description=evil,
        decision_reason=evil,
        blocked_path=evil,
        agent_id=evil,
        prompt=evil,
        suggestions=({"type": evil, "destination": evil}, SUGGESTION),
    )
    answer(prompter, person, request, (ALLOW, "s\n"), (ALLOW, "n\n"))
    shown = person.seen.replace("\r\n", "\n")
    assert not {c for c in shown if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0}
    assert "\u202e" not in shown
    ours = [line for line in shown.split("\n") if line.startswith("Allow?")]
    assert len(ours) == 2


def test_a_long_input_is_cut_and_shown_whole_when_asked_for(prompter, person):
    text = "\n".join(f"line {number}" for number in range(200))
    request = PermissionRequest(tool_name="Write", input={"content": text})
    future = prompter.ask(request, new_call())
    person.expect("more characters: s shows all]")
    assert "line 199" not in person.seen
    person.expect(ALLOW)
    person.type("s\n")
    person.expect("line 199")
    person.expect(ALLOW)
    person.type("y\n")
    assert future.get(timeout=10) == Allow()


def test_questions_are_shown_one_at_a_time_whoever_asks(prompter, person):
    requests = [
        PermissionRequest(tool_name="Bash", input={"command": f"number-{n}"}) for n in range(5)
    ]
    futures = {}
    threads = [
        threading.Thread(
            target=lambda one=one: futures.update(
                {one.input["command"]: prompter.ask(one, new_call())}
            )
        )
        for one in requests
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in requests:
        person.expect(ALLOW)
        assert person.seen.count(ALLOW) == person.seen.count("number-")
        person.type("y\n")
    assert [futures[one.input["command"]].get(timeout=10) for one in requests] == [Allow()] * 5


def test_a_question_that_is_withdrawn_while_it_is_shown_disappears(prompter, person):
    call = new_call()
    future = prompter.ask(REQUEST, call)
    person.expect(ALLOW)
    call.signal.cancel("the turn ended")
    person.expect("not asked any more")
    assert future.done
    assert answer(prompter, person, REQUEST, (ALLOW, "y\n")) == Allow()


def test_a_question_that_is_withdrawn_while_it_waits_is_never_shown(prompter, person):
    first = prompter.ask(REQUEST, new_call())
    call = new_call()
    prompter.ask(PermissionRequest(tool_name="NeverShown"), call)
    third = prompter.ask(REQUEST, new_call())
    person.expect(ALLOW)
    call.signal.cancel("the turn ended")
    person.type("y\n")
    assert first.get(timeout=10) == Allow()
    person.expect(ALLOW)
    person.type("y\n")
    assert third.get(timeout=10) == Allow()
    assert "NeverShown" not in person.seen


@pytest.mark.parametrize("stdin", [io.StringIO("y\n"), None], ids=["text", "none"])
def test_what_is_no_terminal_denies(stdin, monkeypatch):
    monkeypatch.setattr(sys, "stdin", stdin)
    for given in (stdin, None):
        denial = TerminalPrompter(given, io.StringIO()).ask(REQUEST, new_call()).get(timeout=10)
        assert isinstance(denial, Deny)


def test_a_terminal_whose_questions_nobody_could_see_denies(person, monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    denial = TerminalPrompter(person.stdin).ask(REQUEST, new_call()).get(timeout=10)
    assert isinstance(denial, Deny)


def test_a_terminal_that_breaks_denies(person, capsys):
    class Broken(io.StringIO):
        def write(self, text, /):
            raise RuntimeError("broken")

    denial = TerminalPrompter(person.stdin, Broken()).ask(REQUEST, new_call()).get(timeout=10)
    assert isinstance(denial, Deny)
    assert "does not work" in denial.reason


def test_an_unattended_form_is_declined_and_a_dialog_refused(person, prompter):
    nobody = TerminalPrompter(io.StringIO(), io.StringIO())
    reply = nobody.ask(Elicitation(server="el"), new_call()).get(timeout=10)
    assert reply == ElicitationReply("decline")
    refusal = prompter.ask(Dialog(dialog_kind="k"), new_call()).get(timeout=10)
    assert isinstance(refusal, Refusal)


QUESTIONS = UserQuestions(
    questions=(
        Question(question="Which?", options=(Choice(label="Red"), Choice(label="Blue"))),
        Question(
            question="Sides?", multi_select=True, options=(Choice(label="L"), Choice(label="R"))
        ),
    )
)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2\n", "1\n", {"Which?": "Blue", "Sides?": ("L",)}),
        ("\n3\n0\n1,2\n1\n", "1,3\n1, 2\n", {"Which?": "Red", "Sides?": ("L", "R")}),
        ("mauve\n", "both, please\n", {"Which?": "mauve", "Sides?": "both, please"}),
    ],
)
def test_questions_are_answered_by_number_or_in_own_words(
    prompter, person, first, second, expected
):
    talk = (("Which?", ""), ("words): ", first), ("Sides?", ""), ("words): ", second))
    assert answer(prompter, person, QUESTIONS, *talk) == Answers(expected)


FORM = Elicitation(
    server="el",
    message="Who are you?",
    order=("age", "name"),
    schema={
        "properties": {
            "name": {"type": "string", "title": "Your name", "minLength": 2},
            "age": {"type": "integer"},
            "sure": {"type": "boolean", "default": True},
            "days": {"type": "array", "items": {"enum": ["mo", "tu"]}},
            "size": {"type": "number"},
        },
        "required": ["name"],
    },
)


def test_a_form_is_filled_in_field_by_field(prompter, person):
    reply = answer(
        prompter,
        person,
        FORM,
        ("want to answer? y)es, n)o: ", "y\n"),
        ("age, optional: ", "old\n40\n"),
        ("Your name: ", "\nBob\n"),
        ("sure [Enter: true], optional: ", "\n"),
        ("days [mo, tu], optional: ", "we\nmo,tu\n"),
        ("size, optional: ", "\n"),
    )
    content = {"age": 40, "name": "Bob", "sure": True, "days": ["mo", "tu"]}
    assert reply == ElicitationReply("accept", content)


def test_a_form_that_does_not_fit_is_asked_again(prompter, person):
    schema = {"properties": {"name": {"type": "string", "minLength": 2}}, "required": ["name"]}
    reply = answer(
        prompter,
        person,
        Elicitation(server="el", schema=schema),
        ("want to answer? y)es, n)o: ", "y\n"),
        ("name: ", "B\n"),
        ("does not fit", ""),
        ("name: ", "Bob\n"),
    )
    assert reply == ElicitationReply("accept", {"name": "Bob"})


def test_a_form_can_be_declined(prompter, person):
    talk = ("y)es, n)o: ", "n\n")
    assert answer(prompter, person, FORM, talk) == ElicitationReply("decline")


def test_a_page_is_shown_and_never_opened(prompter, person):
    page = Elicitation(server="el", mode="url", url="https://example.com/\x1b[31mx")
    reply = answer(prompter, person, page, ("example.com/x", ""), ("y)es, n)o: ", "y\n"))
    assert reply == ElicitationReply("accept")


PROGRAM = """
import fcntl, os, signal, termios
from greenroom.callbacks import Call, CancelSignal
from greenroom.permissions import PermissionRequest, TerminalPrompter

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.default_int_handler)
future = TerminalPrompter().ask(PermissionRequest(tool_name="Bash"), Call(signal=CancelSignal()))
try:
    print("answer", future.get(), flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_control_c_stays_a_signal_to_the_program():
    master, slave = pty.openpty()
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    ) as process:
        os.close(slave)
        seen = ""
        while ALLOW not in seen:
            seen += os.read(master, 65_536).decode()
        os.write(master, b"\x03")
        while "interrupted" not in seen:
            seen += os.read(master, 65_536).decode()
        assert process.wait(10) == 0
    os.close(master)
