"""Looking at everything a session depends on, without starting one."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from greenroom import __version__
from greenroom.backends.claude.backend import PASSED_BY_NAME, ClaudeBackend
from greenroom.backends.claude.discovery import INSTALL_HINT, Candidate, candidates
from greenroom.backends.claude.version import SUPPORTED, TESTED, check_version
from greenroom.cli.account import AmbiguousAccountError, choose_account
from greenroom.cli.complaint import hint_for
from greenroom.cli.configured import configured_options
from greenroom.cli.doctor.findings import Finding, Section
from greenroom.cli.exit_codes import ExitCode
from greenroom.runtime.process import (
    BestLauncher,
    Containment,
    UnsupportedPlatform,
    check_platform,
    child_environment,
)
from greenroom.values.configuration import user_configuration_path
from greenroom.values.errors import CliNotFoundError, ConfigurationError
from greenroom.values.outcomes import StartFailed
from greenroom_protocol.claude.options import CREDENTIAL_VARIABLES, Options, check_options

if TYPE_CHECKING:
    from greenroom.backends.base import Installation

__all__ = ["examine"]

_LIBRARIES: Final = ("click", "msgspec", "platformdirs", "pykka", "structlog")
_PAYING: Final = (
    *CREDENTIAL_VARIABLES.values(),
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_USE_FOUNDRY",
    "CLAUDE_CODE_USE_VERTEX",
)
_OWN_LOGIN: Final = "the CLI's own login"


def examine(executable: str | None) -> tuple[Section, ...]:
    """Return all there is to know. Asks the binary for its version, and nothing else of anybody.

    Args:
        executable: the binary to look at instead of the one that would be found.
    """
    options, configuration = _configuration()
    return (
        _claude(executable or options.get("executable"), options),
        _account(options),
        configuration,
        _platform(),
        _versions(),
    )


# --- configuration -------------------------------------------------------------------------------


def _configuration() -> tuple[Options, Section]:
    try:
        given = configured_options()
    except ConfigurationError as error:
        finding = Finding(
            "options", None, problem=str(error), code=ExitCode.CONFIGURATION, hint=hint_for(error)
        )
        return check_options({}), Section("configuration", (finding, *_files()))
    names = Finding("options", sorted(given))
    return check_options(given), Section("configuration", (names, *_files()))


def _files() -> tuple[Finding, ...]:
    here = Path.cwd()
    return (
        _path("user file", user_configuration_path()),
        _path("project file", here / "greenroom.toml"),
        _path("pyproject.toml", here / "pyproject.toml"),
        Finding("working directory", str(here)),
        Finding("temporary files", tempfile.gettempdir()),
    )


def _path(name: str, path: Path) -> Finding:
    there = path.exists()
    return Finding(name, {"path": str(path), "exists": there}, note="" if there else "not there")


# --- the CLI -------------------------------------------------------------------------------------


def _claude(executable: str | os.PathLike[str] | None, options: Options) -> Section:
    env = child_environment(os.environ, passing=PASSED_BY_NAME, extra=options.environment())
    try:
        found = ClaudeBackend().install(executable, env)
    except CliNotFoundError as error:
        missing = Finding(
            "binary",
            None,
            problem=str(error).split("; ")[0].split("\n")[0],
            code=ExitCode.UNAVAILABLE,
            hint=INSTALL_HINT,
        )
        return Section("claude", (missing, Finding("searched", list(error.searched))))
    places = dict.fromkeys(_seen(place, found) for place in candidates(executable, os.environ))
    binary = Finding("binary", found.path, note=found.source)
    digest = Finding("sha256", found.sha256())
    return Section("claude", (binary, _version(found), digest, Finding("searched", list(places))))


def _seen(place: Candidate, found: Installation) -> str:
    used = str(place.path.resolve()) == found.path
    state = "used" if used else "there, too" if place.path.exists() else "not there"
    return f"{place.path} ({place.source}): {state}"


def _version(found: Installation) -> Finding:
    lowest, ceiling = (".".join(map(str, number)) for number in SUPPORTED)
    try:
        check_version(found.path, found.version)
    except StartFailed as error:
        return Finding(
            "version",
            found.version,
            problem=error.message,
            code=ExitCode.UNAVAILABLE,
            hint=INSTALL_HINT,
        )
    return Finding(
        "version",
        found.version,
        note=f"supported: from {lowest} to below {ceiling}; tested with {TESTED}",
        doubt=found.warning,
        hint=None if found.warning is None else INSTALL_HINT,
    )


# --- the account ---------------------------------------------------------------------------------


def _account(options: Options) -> Section:
    home = Path(
        options.get("config_dir") or os.environ.get("CLAUDE_CONFIG_DIR") or "~/.claude"
    ).expanduser()
    directory = _path("config directory", home)
    variables = Finding("variables", [name for name in _PAYING if os.environ.get(name)])
    try:
        source = choose_account(options).source
    except AmbiguousAccountError as error:
        finding = Finding(
            "pays", None, problem=str(error), code=ExitCode.CONFIGURATION, hint=hint_for(error)
        )
        return Section("account", (finding, variables, directory))
    pays = Finding("pays", source)
    login = (_login(home),) if source == _OWN_LOGIN else ()
    return Section("account", (pays, *login, variables, directory))


def _login(home: Path) -> Finding:
    """Say whether somebody logged in; on macOS that is in the keychain, which is not opened."""
    if sys.platform == "darwin":
        return Finding("login", "keychain", note="not looked at")
    file = home / ".credentials.json"
    if file.exists():
        return Finding("login", str(file))
    return Finding(
        "login",
        None,
        problem=f"nobody is logged in: {file} is not there, and no credential is set",
        code=ExitCode.UNAVAILABLE,
        hint="run `claude` once and log in, or set ANTHROPIC_API_KEY",
    )


# --- the machine ---------------------------------------------------------------------------------


def _platform() -> Section:
    system = f"{platform.system()} {platform.release()} ({platform.machine()})"
    try:
        check_platform()
    except UnsupportedPlatform as error:
        finding = Finding("system", system, problem=str(error), code=ExitCode.UNAVAILABLE)
        return Section("platform", (finding,))
    return Section(
        "platform",
        (
            Finding("system", system),
            _containment(),
        ),
    )


_REACH: Final = {
    Containment.GROUP: "what leaves its group (setsid) survives its agent",
    Containment.SWEEP: "what an agent leaves behind is looked for, but not when the host is killed",
    Containment.WARDEN: "nothing outlives its agent or the host",
    Containment.CGROUP: "nothing outlives its agent or the host",
}


def _containment() -> Finding:
    """Try what can be had, as the first process of a system would."""
    launcher = BestLauncher()
    try:
        launcher.start()
    except OSError as error:
        return Finding(
            "containment",
            None,
            problem=f"no process can be started: {error}",
            code=ExitCode.UNAVAILABLE,
        )
    finally:
        launcher.close()
    level = launcher.containment
    return Finding("containment", level.value, note=_REACH[level])


def _versions() -> Section:
    libraries = (Finding(name, _version_of(name)) for name in _LIBRARIES)
    python = Finding("python", platform.python_version(), note=sys.executable)
    return Section("versions", (Finding("greenroom", __version__), python, *libraries))


def _version_of(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
