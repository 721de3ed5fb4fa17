"""The bare limit: start, write, read, decode typed, reap. One thread, one `select`."""

from __future__ import annotations

import os
import selectors
from typing import TYPE_CHECKING, Any

from benchmarks.barest import decoding
from benchmarks.fanout.tally import WARM_UP, Tally
from benchmarks.wire import open_lines, user_line
from greenroom_protocol.claude import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["measure"]

_READ_BYTES = 64 * 1024
_STANDARD = (0, 1, 2)


def measure(*, cli: str, count: int, width: int, environment: dict[str, str]) -> dict[str, Any]:
    """Start `width` at a time until all have answered and are reaped."""
    queries = _Queries(cli, os.environ | environment)
    queries.run([WARM_UP], width, lambda _: None)
    tally = Tally()
    with tally:
        queries.run((f"question {number}" for number in range(count)), width, tally.answer)
    return tally.reading()


class _Queries:
    def __init__(self, cli: str, environment: dict[str, str]) -> None:
        self._cli = cli
        self._environment = environment
        self._select = selectors.DefaultSelector()
        self._nowhere = os.open(os.devnull, os.O_WRONLY)

    def run(
        self, prompts: Iterable[str], width: int, answer: Callable[[str | None], object]
    ) -> None:
        ahead, live = iter(prompts), 0
        for _, prompt in zip(range(width), ahead, strict=False):
            self._begin(prompt)
            live += 1
        while live:
            for key, _ in self._select.select():
                if key.data(answer):
                    continue
                live -= 1
                for prompt in ahead:
                    self._begin(prompt)
                    live += 1
                    break

    def _begin(self, prompt: str) -> None:
        its_stdin, stdin = os.pipe()
        stdout, its_stdout = os.pipe()
        streams = (its_stdin, its_stdout, self._nowhere)
        pid = os.posix_spawn(
            self._cli,
            (self._cli,),
            self._environment,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, *pair) for pair in zip(streams, _STANDARD, strict=True)
            ],
        )
        os.close(its_stdin)
        os.close(its_stdout)
        os.write(stdin, open_lines() + user_line(prompt))
        decode = decoding()

        def more(answer: Callable[[str | None], object]) -> bool:
            """Return whether there is more to come."""
            chunk = os.read(stdout, _READ_BYTES)
            for frame in decode(chunk) if chunk else ():
                if type(frame) is Result:
                    answer(frame.result)
                    os.close(stdin)
            if not chunk:
                self._select.unregister(stdout)
                os.close(stdout)
                os.waitpid(pid, 0)
            return bool(chunk)

        self._select.register(stdout, selectors.EVENT_READ, more)
