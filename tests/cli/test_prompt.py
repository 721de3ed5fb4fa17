"""Where the prompt of ``greenroom ask`` comes from."""

import io
import sys

import click
import pytest

from greenroom.cli.ask.prompt import read_prompt


@pytest.fixture(name="pipe_in")
def _pipe_in(monkeypatch):
    def pipe_in(data):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return pipe_in


@pytest.mark.parametrize(
    ("words", "stdin", "prompt"),
    [
        (("hello", "world"), b"not read", "hello world"),
        ((), b"from a pipe\n", "from a pipe"),
        (("-",), b"from a pipe\n", "from a pipe"),
        (("Review", "this:", "-"), b"a\nb\n", "Review this:\n\na\nb"),
        (("-", "Is that so?"), "grün".encode(), "grün\n\nIs that so?"),
        (("Say it", "-"), b"", "Say it"),
    ],
)
def test_a_dash_or_no_words_at_all_read_stdin(pipe_in, words, stdin, prompt):
    pipe_in(stdin)
    assert read_prompt(words) == prompt


@pytest.mark.parametrize(
    ("words", "stdin", "complaint"),
    [
        ((), b" \n", "the prompt is empty"),
        (("  ",), b"", "the prompt is empty"),
        (("-", "-"), b"x", "stdin can be read once"),
        (("-",), b"caf\xe9", r"stdin is not UTF-8 text \(byte 0xe9 at 3\)"),
    ],
)
def test_a_prompt_that_is_none_is_a_usage_error(pipe_in, words, stdin, complaint):
    pipe_in(stdin)
    with pytest.raises(click.UsageError, match=complaint):
        read_prompt(words)


def test_a_closed_stdin_holds_no_prompt(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    for words in ((), ("-",)):
        with pytest.raises(click.UsageError):
            read_prompt(words)


def test_without_words_on_a_terminal_a_prompt_is_asked_for(on_terminal):
    code, said = on_terminal("ask").end()
    assert code == 2
    assert "no prompt: give one, or pipe it in" in said


def test_what_is_piped_in_is_asked(run_greenroom, simulator):
    done = run_greenroom("ask", "--executable", simulator().path, "Repeat:", "-", input="grün\n")
    assert done.out == "You said: Repeat:\n\ngrün\n"
