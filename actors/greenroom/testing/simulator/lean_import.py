"""The CLI's command line parser, without the rest of the protocol package.

``greenroom_protocol.claude`` defines two hundred classes when it is imported, which takes 45 ms; a
test suite starts hundreds of simulated CLIs, and each needs one function of it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from greenroom_protocol.claude.options.commander import Argv

__all__ = ["argv_reader"]

_PACKAGES = (
    "greenroom_protocol",
    "greenroom_protocol.claude",
    "greenroom_protocol.claude.options",
)
_MODULE = "greenroom_protocol.claude.options.commander"


def argv_reader() -> Callable[[Sequence[str]], Argv]:
    """``read_argv``; of its packages only the modules it needs are imported."""
    if any(name in sys.modules for name in _PACKAGES):
        return _read_argv(import_module(_MODULE))
    try:
        _enter_packages()
        return _read_argv(import_module(_MODULE))
    except ImportError:  # one of them needs what a package exports
        _leave_packages()
        return _read_argv(import_module(_MODULE))


def _read_argv(module: Any) -> Callable[[Sequence[str]], Argv]:
    reader: Callable[[Sequence[str]], Argv] = module.read_argv
    return reader


def _enter_packages() -> None:
    """Make the packages importable from without running their ``__init__``."""
    path = None
    for name in _PACKAGES:
        spec = PathFinder.find_spec(name, path)
        if spec is None or spec.submodule_search_locations is None:
            raise ImportError(name)
        package = ModuleType(name)
        package.__path__ = path = list(spec.submodule_search_locations)
        sys.modules[name] = package


def _leave_packages() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGES[0]]:
        del sys.modules[name]
