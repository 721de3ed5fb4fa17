"""Option defaults from configuration files: the user's, and the project's on top.

* user: ``config.toml`` in ``$GREENROOM_HOME``, else in the platform's configuration directory
  (``~/.config/greenroom`` on Linux)
* project: ``greenroom.toml`` in the working directory, else ``[tool.greenroom]`` of its
  ``pyproject.toml``

Both hold a table ``options``. A project file belongs to whoever wrote the repository, so it may set
only what cannot run code, spend another account or widen a permission; and where the user set a
limit, it can only make it stricter.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from greenroom.values.errors import ConfigurationError
from greenroom_protocol.claude.options.error import OptionError
from greenroom_protocol.claude.options.table import TABLE
from greenroom_protocol.claude.options.validate import valid_layer
from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["PROJECT_MAY_SET", "load_configuration", "user_configuration_path"]

PROJECT_MAY_SET: Final = frozenset(
    {
        "append_system_prompt",
        "disallowed_tools",
        "effort",
        "fallback_model",
        "include_partial_messages",
        "max_budget_usd",
        "max_thinking_tokens",
        "max_turns",
        "model",
        "no_session_persistence",
        "system_prompt",
        "thinking",
    }
)
"""Options a project's file may set."""

_UNLIMITED_TURNS: Final = 0


def _fewer_turns(user: int, project: int) -> int:
    limits = [turns for turns in (user, project) if turns != _UNLIMITED_TURNS]
    return min(limits, default=_UNLIMITED_TURNS)


def _all_of_both(user: list[str], project: list[str]) -> list[str]:
    return list(dict.fromkeys((*user, *project)))


_STRICTER: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "disallowed_tools": _all_of_both,
    "max_budget_usd": min,
    "max_thinking_tokens": min,
    "max_turns": _fewer_turns,
    "no_session_persistence": lambda user, project: user or project,
}
"""Limits, and what applies where the user and the project both set one."""


def load_configuration(
    *, directory: Path | None = None, env: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the option defaults that apply in `directory`; missing files are no error.

    Where both files set an option the project's wins, but of a limit the stricter one, and what
    either disallows is disallowed.

    Args:
        directory: the project; the working directory by default.
        env: for ``GREENROOM_HOME``; the host's environment by default.

    Raises:
        ConfigurationError: a file cannot be read or parsed, has an unknown table or option, a wrong
            value, or is a project's and sets what only the user may set. It names the file.
    """
    user_path = user_configuration_path(env)
    user = _checked(user_path, _options_of(user_path, ()))
    project = _project_options(Path.cwd() if directory is None else directory, user_path)
    limits = {
        name: stricter(user[name], project[name])
        for name, stricter in _STRICTER.items()
        if name in user and name in project
    }
    return {**user, **project, **limits}


def user_configuration_path(env: Mapping[str, str] | None = None) -> Path:
    """Return where the user's file is, whether it exists or not."""
    home = (os.environ if env is None else env).get("GREENROOM_HOME")
    if home:
        return Path(home) / "config.toml"
    import platformdirs  # noqa: PLC0415 - 30 ms that a host with GREENROOM_HOME does not pay

    return platformdirs.user_config_path("greenroom") / "config.toml"


def _project_options(directory: Path, user_path: Path) -> dict[str, Any]:
    own = directory / "greenroom.toml"
    path, table = (
        (own, ()) if own.is_file() else (directory / "pyproject.toml", ("tool", "greenroom"))
    )
    options = _options_of(path, table)
    for name in sorted((options.keys() & TABLE.keys()) - PROJECT_MAY_SET):
        raise ConfigurationError(
            f"{path} sets {name!r}, which a project file may not: move it to {user_path} or pass "
            "it to the session"
        )
    return _checked(path, options)


def _checked(path: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options in their one form; a misspelt one is answered with the closest right."""
    try:
        return valid_layer(options)
    except OptionError as error:
        raise ConfigurationError(f"{path}: {error}") from error


def _options_of(path: Path, tables: tuple[str, ...]) -> dict[str, Any]:
    data = _read(path)
    for name in tables:
        data = _table(path, data, name)
    unknown = sorted(data.keys() - {"options"})
    if unknown:
        raise ConfigurationError(
            f"{path} has {unknown[0]!r}; greenroom knows the table 'options' alone"
        )
    return _table(path, data, "options")


def _table(path: Path, data: dict[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise ConfigurationError(f"{path}: {name!r} must be a table, not {shown(table)}")
    return table


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    import tomllib  # noqa: PLC0415 - most programs have no file to read

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
