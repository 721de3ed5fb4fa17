"""The light agent: a shell script that speaks the wire, starts in 2 ms and takes 1 MiB.

What it does stands in the prompt:

- ``clean`` answers. ``crash`` exits with 3 before the result. ``hang`` says hello and then nothing,
  until it is interrupted or its stdin ends.
- ``die`` starts three grandchildren that hold its pipes, one in its own process group, one in a
  session of its own and one of these deaf to SIGTERM, tells their pids, and kills itself.
- ``work`` starts such grandchildren, and then heeds neither stdin nor SIGTERM.
"""

from __future__ import annotations

import shutil
import sys
from shlex import quote
from typing import TYPE_CHECKING

from benchmarks.soak import streaming
from greenroom.testing.factories import (
    assistant_text,
    result_error,
    result_success,
    system_init,
    wire_all,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["GRANDCHILDREN", "GRANDCHILD_SECONDS", "install_agent", "install_streamer"]

GRANDCHILDREN = 3
"""How many each agent has that has any."""

GRANDCHILD_SECONDS = 97
"""How long one lives that nobody ends."""

_PROMPT, _TEXT = "@prompt@", "@text@"

_SCRIPT = """\
#!/bin/sh
# benchmarks.soak.agent
case $1 in -v | --version) echo '2.1.329 (Claude Code)'; exit ;; esac
between() {{ rest=${{line#*\\""$1"\\":\\"}}; found=${{rest%%\\"*}}; }}
put() {{ # frames, with the prompt's id and a text in their places
    out=
    rest=$1
    while :; do
        case $rest in
            *{prompt}*) out=$out${{rest%%{prompt}*}}$id; rest=${{rest#*{prompt}}} ;;
            *) break ;;
        esac
    done
    out=$out$rest
    case $out in *{text}*) out=${{out%%{text}*}}$text${{out#*{text}}} ;; esac
    printf '%s\\n' "$out"
}}
brood() {{
    sleep {seconds} &
    first=$!
    setsid sleep {seconds} &
    second=$!
    (trap '' TERM; exec setsid sleep {seconds}) &
    text="$first $second $!"
}}
while IFS= read -r line; do
    case $line in
        *'"type":"control_request"'*)
            between request_id
            printf '{{"type":"control_response","response":{{"subtype":"success",'
            printf '"request_id":"%s","response":{{}}}}}}\\n' "$found"
            case $line in *'"subtype":"interrupt"'*) put {aborted} ;; esac ;;
        *'"type":"user"'*)
            between uuid
            id=$found text=hello
            case $line in
                *'"clean"'*) put {head}; put {tail} ;;
                *'"crash"'*) put {head}; exit 3 ;;
                *'"hang"'*) put {head} ;;
                *'"die"'*) brood; put {head}; kill -KILL $$ ;;
                *'"work"'*) brood; trap '' TERM; put {head}; exec sleep {seconds} ;;
            esac ;;
    esac
done
"""


def install_agent(directory: Path) -> str:
    """Write the executable; return its path."""
    init, said = system_init(prompts=[_PROMPT]), assistant_text(_TEXT)
    frames = {
        "head": wire_all([init, said]),
        "tail": wire_all([result_success("hello", prompt=_PROMPT)]),
        "aborted": wire_all([result_error(prompt=_PROMPT)]),
    }
    script = _SCRIPT.format(
        prompt=_PROMPT,
        text=_TEXT,
        seconds=GRANDCHILD_SECONDS,
        **{name: quote(lines.decode().rstrip("\n")) for name, lines in frames.items()},
    )
    return _executable(directory / "agent", script)


def install_streamer(directory: Path) -> str:
    """Write the executable that streams (see `streaming`); return its path."""
    script = directory / "streaming.py"
    shutil.copy(streaming.__file__, script)
    command = f'exec {quote(sys.executable)} -S -E {quote(str(script))} "$@"'
    return _executable(directory / "streamer", f"#!/bin/sh\n{command}\n")


def _executable(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)
