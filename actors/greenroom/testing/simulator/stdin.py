"""Standard input of the simulated CLI: lines in, and what each of them sets off."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.testing.simulator.prompt import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.testing.simulator.asks import Questions
    from greenroom.testing.simulator.control import Control
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.turns import Turns

__all__ = ["Stdin"]

_READ_SIZE = 1 << 18
_TYPE = re.compile(rb'"type"\s*:\s*"(\w+)"')


class FatalInputError(Exception):
    """A line the CLI does not survive: the text goes to stderr, the exit code is 1."""


class Stdin:
    """Reads lines and acts on each before the next.

    Attributes:
        ended: whether the client closed it.
    """

    def __init__(
        self, stage: Stage, *, turns: Turns, control: Control, questions: Questions
    ) -> None:
        self._stage = stage
        self._turns = turns
        self._control = control
        self._questions = questions
        self._rest = b""
        self.ended = False
        self._table: dict[str, Callable[[dict[str, Any]], None]] = {
            "user": self._user,
            "control_request": self._control_request,
            "control_response": lambda frame: questions.answered(frame.get("response") or {}),
        }

    def read(self) -> None:
        """Read once and act on the whole lines there are; after the end, on the last one too."""
        data = os.read(0, _READ_SIZE)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data:
            lines, self._rest, self.ended = [self._rest], b"", True
            self._stage.reading = False
        for line in lines:
            line = line.removeprefix(b"\xef\xbb\xbf").strip()  # noqa: PLW2901 - the same line, bare
            if line and self._stage.exit_code is None:
                self._take(line)

    def _take(self, line: bytes) -> None:
        self._stage.recorder.note_line(line)
        try:
            frame = _decode(line)
            if isinstance(frame, dict):
                act = self._table.get(str(frame.get("type")))
                if act is not None:
                    act(frame)
        except FatalInputError as error:
            self._stage.complain(str(error))
            self._stage.leave(1)

    def _user(self, frame: dict[str, Any]) -> None:
        message = frame.get("message")
        role = message.get("role") if isinstance(message, dict) else None
        if role != "user":
            raise FatalInputError(f"Error: Expected message role 'user', got '{role}'")
        content = frame["message"].get("content")
        if content is None or isinstance(content, str | list):
            self._turns.submit(Prompt.read(frame))

    def _control_request(self, frame: dict[str, Any]) -> None:
        request = frame.get("request")
        if not isinstance(request, dict):
            raise FatalInputError("Error: Missing request on control_request")
        self._control.receive(frame.get("request_id"), request)


def _decode(line: bytes) -> Any:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        value = _decode_patiently(line)
    if value is None:
        raise FatalInputError(_cannot_parse(line, "TypeError"))
    return value


def _decode_patiently(line: bytes) -> Any:
    import json  # noqa: PLC0415 - costs start-up time and is hardly ever needed

    try:
        return json.loads(line.decode("utf-8", "replace"))
    except ValueError as error:
        raise FatalInputError(_cannot_parse(line, "SyntaxError")) from error


def _cannot_parse(line: bytes, reason: str) -> str:
    found = _TYPE.search(line)
    kind = found[1].decode() if found else "unknown"
    chars = len(line.decode("utf-8", "replace"))
    return f"Error parsing streaming input line (type={kind}, {chars} chars): {reason}"
