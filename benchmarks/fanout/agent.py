"""The trivial agent: a shell script that answers one prompt after the other.

It starts in a millisecond and its lines lie ready in it, so that it is the host that is measured.
It reads what any client writes, with and without blanks in its JSON.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from shlex import quote
from typing import TYPE_CHECKING, Any

from benchmarks.captures import lines_by_kind
from benchmarks.executable import VERSION

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ANSWER", "QUESTION", "Held", "install"]

ANSWER = "done"
"""What every prompt is answered."""

QUESTION = "question"
"""Stands in the prompts whose answers may be held back."""

_ID = "@prompt-id@"

_SCRIPT = """\
#!/bin/sh
case $1 in -v | --version) echo {version}; exit ;; esac
value() {{ rest=${{line#*\\""$1"\\"*:*\\"}}; found=${{rest%%\\"*}}; }}
while IFS= read -r line; do
    case $line in
        *'"control_request"'*)
            value request_id
            printf '{{"type":"control_response","response":{{"subtype":"success",'
            printf '"request_id":"%s","response":{{}}}}}}\\n' "$found" ;;
        *'"user"'*)
            value uuid
            {hold}
            printf '%s%s%s\\n' {turn} ;;
    esac
done
"""


class Held:
    """Agents that leave a byte in a file when they were asked, and answer once they are released.

    So any number of them can be alive at the same time.

    Args:
        directory: where they leave word.
    """

    def __init__(self, directory: Path) -> None:
        self._arrived = directory / "arrived"
        self._arrived.write_bytes(b"")
        self._gate = directory / "gate"
        os.mkfifo(self._gate)

    def count(self) -> int:
        """Return how many wait."""
        return self._arrived.stat().st_size

    def release(self) -> None:
        """Let all go, those that come from now on, too."""
        with suppress(FileNotFoundError):
            gate = os.open(self._gate, os.O_RDWR)  # wakes up who opens it to read
            self._gate.unlink()
            os.close(gate)

    def commands(self) -> str:
        """Return what such an agent does before its answer, in the shell's language."""
        arrived, gate = quote(str(self._arrived)), quote(str(self._gate))
        wait = f"[ ! -p {gate} ] || {{ printf . >>{arrived}; read -r _ <{gate}; }}"
        return f"case $line in *{QUESTION}*) {wait} ;; esac"


def install(directory: Path, held: Held | None = None) -> str:
    """Write the executable; return its path."""
    path = directory / "claude"
    hold = ":" if held is None else held.commands()
    script = _SCRIPT.format(version=quote(VERSION), hold=hold, turn=_turn())
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def _turn() -> str:
    """Return the three lines of a turn as words of the shell, the prompt's id between them."""
    said, end = _line("assistant/text"), _line("result")
    said["message"]["content"][0]["text"] = ANSWER
    end |= {"is_error": False, "subtype": "success", "result": ANSWER, "api_error_status": None}
    prompted = {"user_message_uuids": [_ID]}
    lines = [_line("system/init") | prompted, said, end | prompted]
    turn = "\n".join(json.dumps(line, separators=(",", ":")) for line in lines)
    first, second, third = map(quote, turn.split(_ID))
    return f'{first}"$found"{second} "$found" {third}'


def _line(kind: str) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(lines_by_kind()[kind][0])
    return line
