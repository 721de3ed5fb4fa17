"""Agents that are declared in a file.

    [defaults.options]              # of every agent that does not say otherwise
    model = "sonnet"

    [agents.reviewer]
    policy = "reviewer-policy.toml"
    options = { cwd = "../project" }
    upkeep = { idle_seconds = "30m", memory_limit = "2GiB" }

A file is data: nothing in it can name code of this program to be imported. Agents with hooks, tools
or handlers are declared in Python, as `AgentSpec`.
"""

from __future__ import annotations

import difflib
import os
import stat
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from greenroom.agents.declaration import AgentSpec
from greenroom.agents.quantities import read_bytes, read_seconds
from greenroom.agents.upkeep import Upkeep
from greenroom.values.deadlines import Deadlines
from greenroom.values.errors import ConfigurationError
from greenroom_protocol.claude.options import (
    CREDENTIAL_VARIABLES,
    OptionError,
    OptionOrigin,
    merge_options,
)
from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from greenroom_protocol.claude.options import OptionsDict

__all__ = ["PATHS", "load_agents"]

PATHS: Final = frozenset(
    {
        "add_dirs",
        "append_system_prompt_file",
        "config_dir",
        "cwd",
        "debug_file",
        "executable",
        "mcp_config",
        "plugins",
        "settings",
        "system_prompt_file",
    }
)
"""Options whose texts are paths; relative ones start from the directory of the file."""

NEVER: Final = "never"
"""What a file writes where Python has None."""

_OPTIONAL: Final = {
    "health_interval",
    "idle_seconds",
    "memory_limit",
    "recycle_memory",
    "recycle_seconds",
    "recycle_turns",
    "total",
}

_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(Deadlines.__struct_fields__, read_seconds),
    "health_interval": read_seconds,
    "health_seconds": read_seconds,
    "idle_seconds": read_seconds,
    "memory_interval": read_seconds,
    "memory_limit": read_bytes,
    "period": read_seconds,
    "recycle_memory": read_bytes,
    "recycle_seconds": read_seconds,
}
"""Fields of `Upkeep` and `Deadlines` that may be written as times or sizes."""

_TABLES: Final = ("deadlines", "options", "upkeep")
_KEYS: Final = (*_TABLES, "idempotent", "policy")


def load_agents(path: str | os.PathLike[str]) -> tuple[AgentSpec, ...]:
    """Return the agents that a file declares, in its order.

    The working directory of an agent that names none is that of the file: conversations are stored
    per directory, so it must be the same whoever starts the host.

    Raises:
        ConfigurationError: the file cannot be read, or any user may write to it, or it holds a
            credential that any user may read; it declares no agent; a key is unknown, a value
            wrong, or options contradict each other. It names the file, the table and the value.
    """
    file = Path(path).expanduser().absolute()
    data = _read(file)
    _check_keys(str(file), data, ("agents", "defaults"))
    defaults = _Part.of(f"{file}: defaults", _table(str(file), data, "defaults"))
    agents = _table(str(file), data, "agents")
    if not agents:
        raise ConfigurationError(f"{file} declares no agents: give it a table [agents.NAME]")
    return tuple(
        _agent(file, name, defaults, _table(f"{file}: agents", agents, name)) for name in agents
    )


class _Part(NamedTuple):
    """The table of one agent, or of the defaults."""

    where: str
    options: dict[str, Any]
    upkeep: dict[str, Any]
    deadlines: dict[str, Any]
    single: dict[str, Any]

    @classmethod
    def of(cls, where: str, data: dict[str, Any]) -> _Part:
        _check_keys(where, data, _KEYS)
        return cls(
            where=where,
            options=_table(where, data, "options"),
            upkeep=_fields(f"{where}.upkeep", _table(where, data, "upkeep"), Upkeep),
            deadlines=_fields(f"{where}.deadlines", _table(where, data, "deadlines"), Deadlines),
            single={key: value for key, value in data.items() if key not in _TABLES},
        )


def _agent(file: Path, name: str, defaults: _Part, data: dict[str, Any]) -> AgentSpec:
    own = _Part.of(f"{file}: agents.{name}", data)
    single = defaults.single | own.single
    try:
        return AgentSpec(
            name=name,
            options=_options(file.parent, defaults.options, own.options),
            upkeep=Upkeep(**(defaults.upkeep | own.upkeep)),
            deadlines=Deadlines(**(defaults.deadlines | own.deadlines)),
            idempotent=single.get("idempotent", False),
            permissions=_policy(file.parent, single.get("policy")),
        )
    except (TypeError, ValueError, OptionError) as error:
        raise ConfigurationError(f"{own.where}: {error}") from error


# --- values ---------------------------------------------------------------------------------------


def _options(base: Path, defaults: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return the options of an agent in their one form; its own hide what they exclude."""
    under, over = ({"cwd": "."} | _from(base, defaults)), _from(base, own)
    under["cwd"] = _path(base, under["cwd"])
    merged = merge_options(cast("OptionsDict", under), cast("OptionsDict", over))
    return {
        name: merged[name] for name in merged if merged.origin_of(name) is not OptionOrigin.DEFAULT
    }


def _from(base: Path, options: dict[str, Any]) -> dict[str, Any]:
    return {name: _path(base, value) if name in PATHS else value for name, value in options.items()}


def _path(base: Path, value: Any) -> Any:
    if isinstance(value, list):
        return [_path(base, one) for one in value]
    if not isinstance(value, str) or not value.strip() or value.lstrip().startswith("{"):
        return value  # for the check of options to refuse
    return os.path.normpath(base / Path(value).expanduser())


def _policy(base: Path, value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"policy must be the path of a file with [[rules]], not {shown(value)}")
    from greenroom.permissions import Policy  # noqa: PLC0415 - few files name one

    return Policy.from_toml(_path(base, value))


def _fields(where: str, data: dict[str, Any], kind: type) -> dict[str, Any]:
    """Return the fields of `kind` that a table gives, times and sizes read."""
    _check_keys(where, data, kind.__struct_fields__)  # type: ignore[attr-defined]  # a Struct's
    return {name: _field(where, name, value) for name, value in data.items()}


def _field(where: str, name: str, value: Any) -> Any:
    if value == NEVER and name in _OPTIONAL:
        return None
    read = _READERS.get(name)
    try:
        return value if read is None else read(value)
    except ValueError as error:
        raise ConfigurationError(f"{where}.{name} {error}") from None


# --- the file -------------------------------------------------------------------------------------


def _table(where: str, data: dict[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise ConfigurationError(f"{where}: {name!r} must be a table, not {shown(table)}")
    return table


def _check_keys(where: str, data: dict[str, Any], known: Iterable[str]) -> None:
    for key in data:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1, cutoff=0.4)
            meant = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
            raise ConfigurationError(f"{where} has {key!r:.100}, which is unknown; {meant}")


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            status = os.fstat(stream.fileno())
            _check_writers(file, status.st_mode)
            data = tomllib.load(stream)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from error
    if status.st_mode & stat.S_IROTH:
        _check_secrets(file, data)
    return data


def _check_writers(file: Path, mode: int) -> None:
    if mode & stat.S_IWOTH:
        raise ConfigurationError(
            f"{file} can be changed by every user of this machine, who could have agents do "
            "anything as you: take that permission away (chmod o-w)"
        )
    directory = file.resolve().parent
    parent = directory.stat().st_mode
    if parent & stat.S_IWOTH and not parent & stat.S_ISVTX:
        raise ConfigurationError(
            f"{file} can be replaced by every user of this machine, who may all write to "
            f"{directory}: take that permission away (chmod o-w)"
        )


def _check_secrets(file: Path, data: dict[str, Any]) -> None:
    agents = data.get("agents")
    parts = [data.get("defaults"), *(agents.values() if isinstance(agents, dict) else ())]
    for part in parts:
        options = part.get("options") if isinstance(part, dict) else None
        for name in CREDENTIAL_VARIABLES.keys() & (options if isinstance(options, dict) else {}):
            raise ConfigurationError(
                f"{file} holds {name!r} and can be read by every user of this machine: take that "
                "permission away (chmod 600), or leave the credential to the environment"
            )
