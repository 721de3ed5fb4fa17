"""Why an output does not fit."""

from __future__ import annotations

from typing import Final

__all__ = ["ShapeError", "json_path"]

_LONGEST: Final = 200


class ShapeError(ValueError):
    """An output does not have the shape that was asked for.

    Says where and why in at most a few hundred characters, on one line; the output itself is not
    quoted, but for names of members that should not be there.

    Attributes:
        path: the place, as in ``$.items[0].price``; ``$`` is the whole output.
        problem: what is wrong there.
    """

    def __init__(self, path: str, problem: str) -> None:
        path, problem = _short(path), _short(problem)
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return f"at {self.path}: {self.problem}"


def json_path(steps: list[str | int] | tuple[str | int, ...], root: str = "$") -> str:
    """Return `steps` from `root` as a path: ``$.items[0]``."""
    return root + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _short(text: str) -> str:
    """Return `text` on one line, its middle left out if it is long."""
    line = " ".join(text[: 20 * _LONGEST].split())
    line = line.encode("utf-8", "replace").decode()  # it goes on the wire
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 41]} … {line[-38:]}"
