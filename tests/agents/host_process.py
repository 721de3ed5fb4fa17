"""`greenroom up` as a process, and the commands an operator gives beside it."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 20.0


class Host:
    """A host under way."""

    def __init__(self, process, file, environment):
        self.process = process
        self.file = file
        self.environment = environment

    def wait_until_up(self):
        said = b""
        while b"agents up" not in said:
            line = self.process.stderr.readline()
            assert line, f"it ended: {said.decode()}"
            said += line

    def run(self, *arguments, input=None, **env):  # noqa: A002 - subprocess calls it so
        return subprocess.run(
            [sys.executable, "-m", "greenroom", *map(str, arguments)],
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            text=True,
            cwd=self.file.parent,
            env={**self.environment, **env},
            timeout=PATIENCE_SECONDS * 2,
            check=False,
        )

    def end(self):
        """Wait for its end; return its exit code and what it said, but for mere news."""
        _, said = self.process.communicate(timeout=PATIENCE_SECONDS)
        lines = said.decode().splitlines(keepends=True)
        return self.process.returncode, "".join(line for line in lines if not _is_news(line))


def _is_news(line):
    return line.startswith("{") and json.loads(line)["level"] == "info"
