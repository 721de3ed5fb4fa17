"""The file that figures are kept in: what `--json` writes and the plots are drawn from."""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from benchmarks import machine

if TYPE_CHECKING:
    from benchmarks.result import Result

__all__ = ["FORMAT", "Record", "RecordError"]

FORMAT = 1
"""Of the file. A file of another one is not read."""

_DIGITS = 6
_PLACES = {
    str(Path(__file__).parent.parent): ".",
    sys.base_prefix: "<python>",
    tempfile.gettempdir(): "<tmp>",
}
"""Directories of this machine that texts may name, and what stands for them in a file."""


class RecordError(Exception):
    """A file cannot be read, or must not be added to; the text says why and what to do."""


class Record:
    """The figures of one machine, by benchmark.

    Benchmarks that are run again take the place of what was there, all others stay. Each says by
    itself when and how it was run. Figures of two machines, or of other versions, never get into
    one file.

    Attributes:
        machine: where the figures come from.
        benchmarks: what each found: `run`, `figures`, `readings`, `bars`.
    """

    def __init__(self, where: dict[str, Any], benchmarks: dict[str, Any]) -> None:
        self.machine = where
        self.benchmarks = benchmarks

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file.

        Raises:
            RecordError: there is none, or it is something else.
        """
        try:
            content = json.loads(path.read_bytes())
            if content["format"] != FORMAT:
                raise RecordError(f"{path} has format {content['format']}, not {FORMAT}")
            return cls(content["machine"], content["benchmarks"])
        except OSError as error:
            raise RecordError(f"{path} cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError):
            raise RecordError(f"{path} was not written by this suite") from None

    @classmethod
    def to_add_to(cls, path: Path) -> Self:
        """Read a file that is to get more figures of this machine; an empty record if it is new.

        Raises:
            RecordError: it is something else, or its figures are of another machine.
        """
        here = machine.describe()
        if not path.exists():
            return cls(here, {})
        record = cls.read(path)
        there = record.machine
        if other := [name for name in here | there if here.get(name) != there.get(name)]:
            what = ", ".join(f"{each}: {there.get(each)}, not {here.get(each)}" for each in other)
            raise RecordError(f"{path} has figures from elsewhere ({what}); name another file")
        return record

    def add(self, name: str, run: dict[str, Any], result: Result) -> None:
        """Put in what a benchmark found, and how it was run."""
        found = _plain(dataclasses.asdict(result))
        self.benchmarks[name] = {"run": _plain(run), **found}

    def write(self, path: Path) -> None:
        """Write the file, or write it anew."""
        content = {"format": FORMAT, "machine": self.machine, "benchmarks": self.benchmarks}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(content) + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    """Return what JSON can hold, floats with as many digits as they may deserve."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, str):
        for place, name in _PLACES.items():
            value = value.replace(place, name)
        return value
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def _text(value: Any, margin: str = "") -> str:
    """Return JSON that is short and can be read: what holds single values takes one line."""
    parts = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list) or not any(isinstance(e, dict | list) for e in parts):
        return json.dumps(value, ensure_ascii=False)
    inner = margin + " "
    if isinstance(value, dict):
        lines = [f"{json.dumps(name)}: {_text(each, inner)}" for name, each in value.items()]
        return "{\n" + ",\n".join(inner + line for line in lines) + f"\n{margin}}}"
    return "[\n" + ",\n".join(inner + _text(each, inner) for each in value) + f"\n{margin}]"
