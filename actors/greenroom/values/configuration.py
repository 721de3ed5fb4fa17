"""Option defaults from configuration files: the user's, and the project's on top.

* user: ``config.toml`` in ``$GREENROOM_HOME``, else in the platform's configuration directory
  (``~/.config/greenroom`` on Linux)
* project: ``greenroom.toml`` in the working directory, else ``[tool.greenroom]`` of its
  ``pyproject.toml``

Both hold a table ``options``. A project file belongs to whoever wrote the repository, so it may set
only what cannot run code, spend another account or widen a permission.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from greenroom.values.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def load_configuration(
    *, directory: Path | None = None, env: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the option defaults that apply in `directory`; missing files are no error.

    Args:
        directory: the project; the working directory by default.
        env: for ``GREENROOM_HOME``; the host's environment by default.

    Raises:
        ConfigurationError: a file cannot be read or parsed, has an unknown table, or is a project's
            and sets what only the user may set.
    """
    options = _options_of(user_configuration_path(env), ())
    project = _project_options(Path.cwd() if directory is None else directory)
    return {**options, **project}


def user_configuration_path(env: Mapping[str, str] | None = None) -> Path:
    """Return where the user's file is, whether it exists or not."""
    home = (os.environ if env is None else env).get("GREENROOM_HOME")
    if home:
        return Path(home) / "config.toml"
    import platformdirs  # noqa: PLC0415 - 30 ms that a host with GREENROOM_HOME does not pay

    return platformdirs.user_config_path("greenroom") / "config.toml"


def _project_options(directory: Path) -> dict[str, Any]:
    own = directory / "greenroom.toml"
    path, table = (
        (own, ()) if own.is_file() else (directory / "pyproject.toml", ("tool", "greenroom"))
    )
    options = _options_of(path, table)
    for name in sorted(options.keys() - PROJECT_MAY_SET):
        raise ConfigurationError(
            f"{path} sets {name!r}, which a project file may not: move it to "
            f"{user_configuration_path()} or pass it to the session"
        )
    return options


def _options_of(path: Path, table: tuple[str, ...]) -> dict[str, Any]:
    data: Any = _read(path)
    for name in table:
        data = data.get(name, {})
    unknown = sorted(data.keys() - {"options"}) if isinstance(data, dict) else ["…"]
    if unknown:
        raise ConfigurationError(
            f"{path} has {unknown[0]!r}; greenroom knows the table 'options' alone"
        )
    options = data.get("options", {})
    if not isinstance(options, dict):
        raise ConfigurationError(f"{path}: 'options' must be a table, not {options!r}")
    return options


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
