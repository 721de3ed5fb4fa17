"""Where the prompt comes from: the command line, stdin, or both."""

from __future__ import annotations

import sys

import click

__all__ = ["read_prompt"]

STDIN = "-"


def read_prompt(words: tuple[str, ...]) -> str:
    """Return the prompt that `words` of the command line ask for.

    Stdin is read where a word is ``-``, or when there are no words and it is not a terminal; it
    stands in a paragraph of its own.

    Raises:
        click.UsageError: there is no prompt, or stdin is not text.
    """
    if not words:
        if sys.stdin is None or sys.stdin.isatty():
            raise click.UsageError("no prompt: give one, or pipe it in")
        words = (STDIN,)
    if words.count(STDIN) > 1:
        raise click.UsageError("stdin can be read once; give '-' once")
    prompt = _joined(words)
    if not prompt.strip():
        raise click.UsageError("the prompt is empty")
    return prompt


def _joined(words: tuple[str, ...]) -> str:
    if STDIN not in words:
        return " ".join(words)
    at = words.index(STDIN)
    parts = (" ".join(words[:at]), _stdin(), " ".join(words[at + 1 :]))
    return "\n\n".join(part for part in parts if part)


def _stdin() -> str:
    if sys.stdin is None:
        raise click.UsageError("stdin is closed: there is no prompt to read")
    data = sys.stdin.buffer.read()
    try:
        return data.decode().rstrip("\n")
    except UnicodeDecodeError as error:
        raise click.UsageError(
            f"stdin is not UTF-8 text (byte {data[error.start]:#04x} at {error.start})"
        ) from None
