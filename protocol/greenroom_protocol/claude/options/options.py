"""Checked options: what a session or a query runs with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import TYPE_CHECKING, Any

from greenroom_protocol.claude.inputs import UserMessage
from greenroom_protocol.claude.options import render
from greenroom_protocol.claude.options.credentials import Credentials, credentials
from greenroom_protocol.claude.options.cross import EXCLUSIVE, check_together
from greenroom_protocol.claude.options.extra_args import check_extra_args
from greenroom_protocol.claude.options.row import NOT_SET
from greenroom_protocol.claude.options.runtime import check_consent, check_scope, control_requests
from greenroom_protocol.claude.options.table import TABLE
from greenroom_protocol.claude.options.types import BypassPermissions
from greenroom_protocol.claude.options.validate import valid_layer
from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenroom_protocol.claude.control.initialize import Initialize
    from greenroom_protocol.claude.control.settings import (
        SetMaxThinkingTokens,
        SetModel,
        SetPermissionMode,
    )
    from greenroom_protocol.claude.options.file import OptionFile
    from greenroom_protocol.claude.options.types import OptionsDict
    from greenroom_protocol.secret import Secret

__all__ = ["OptionOrigin", "Options", "check_options", "merge_options"]


class OptionOrigin(Enum):
    """Who gave an option; later members win over earlier ones."""

    DEFAULT = "default"
    CONFIGURATION = "configuration"
    SESSION = "session"
    QUERY = "query"


class Options(Mapping[str, Any]):
    """A set of options that fits together, defaults included.

    Made by `check_options` and `merge_options` only, so whoever holds one need not check again.
    A mapping from names to values; it is not to be changed and may be shared between threads.
    No repr shows a credential or what else is kept secret.
    """

    __slots__ = ("_argv", "_environment", "_origins", "_values")
    _values: dict[str, Any]
    _origins: dict[str, OptionOrigin]
    _argv: tuple[str, ...]
    _environment: dict[str, str | Secret]

    def __init__(self, values: dict[str, Any], origins: dict[str, OptionOrigin]) -> None:
        given = {name: values[name] for name in values if origins[name] is not OptionOrigin.DEFAULT}
        check_together(values, given)
        check_extra_args(values.get("extra_args", {}))
        self._values, self._origins = values, origins
        self._argv = tuple(render.render_argv(values))
        self._environment = render.render_environment(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return an option, or `default`; that of a `Mapping` raises inside for each it misses."""
        return self._values.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        given = [
            f"{name}={'***' if TABLE[name].secret else shown(value)}"
            for name, value in self._values.items()
            if self._origins[name] is not OptionOrigin.DEFAULT
        ]
        return f"Options({', '.join(given)})"

    def origin_of(self, name: str) -> OptionOrigin | None:
        """Return who gave the option, None if nothing is said about it."""
        return self._origins.get(name)

    def argv(self) -> list[str]:
        """Return the command line behind the executable; every value is bound: `--flag=value`.

        It holds no secret and nothing of a user's size. `OptionFile.argument` adds the tokens of
        `files()`.
        """
        return list(self._argv)

    def files(self) -> list[OptionFile]:
        """Return the values that must be written to private files before the start."""
        return render.render_files(self._values)

    def environment(self) -> dict[str, str | Secret]:
        """Return the variables that the options set in the child.

        Which variables of the host reach the child is not said here; see `removed_environment`
        for those that must not, and `credentials` for those that pay.
        """
        return dict(self._environment)

    def removed_environment(self) -> frozenset[str]:
        """Return the variables that the child must not have, whoever sets them."""
        additions: Mapping[str, Any] = self.get("env", {})
        return frozenset(name for name, value in additions.items() if value is None)

    def credentials(self, host: Mapping[str, str]) -> Credentials:
        """Return what the child gets to pay with; `host` is the environment of the host.

        Raises:
            OptionError: the host names several accounts, or none where it should.
        """
        return credentials(self, host)

    def initialize(self) -> Initialize:
        """Return the handshake; `msgspec.structs.replace` adds hooks to it."""
        return render.render_initialize(self._values)

    def prompt(
        self, content: str | Sequence[Mapping[str, Any]], *, uuid: str | None = None
    ) -> UserMessage:
        """Return `content` as the message that these options make of it."""
        return UserMessage(
            content,
            uuid=uuid,
            client_composed=self["verbatim"],
            priority=self.get("priority"),
        )

    def for_query(self, query: OptionsDict) -> Options:
        """Return the options of one query in the running process of these.

        Raises:
            OptionError: an option is wrong, or it is fixed once the process runs.
        """
        layer = valid_layer(query)
        if not layer:
            return self
        check_scope(self, layer)
        self._keep_consent(layer, layer)
        return _overlaid(self, layer, OptionOrigin.QUERY)

    def changed(self, changes: Mapping[str, Any]) -> Options:
        """Return these options with changes that the running process of these was told.

        Of an option that is None the default holds again.

        Raises:
            OptionError: an option is wrong, or permissions may not be bypassed.
        """
        layer = valid_layer(changes)
        check_consent(self, layer)
        self._keep_consent(layer, changes)
        changed = _overlaid(self, layer, OptionOrigin.SESSION)
        gone = changes.keys() - layer.keys()
        return changed if not gone else _without(changed, gone)

    def _keep_consent(self, layer: dict[str, Any], changes: Mapping[str, Any]) -> None:
        """Have consent that was given with the mode outlast the mode, as it does in the process."""
        if "permission_mode" not in changes:
            return
        for name in ("permission_mode", "dangerously_skip_permissions"):
            if isinstance(self.get(name), BypassPermissions):
                layer.setdefault("allow_dangerously_skip_permissions", self[name])

    def control_requests(
        self, since: Options
    ) -> tuple[SetModel | SetPermissionMode | SetMaxThinkingTokens, ...]:
        """Return the requests that bring a process from the options `since` to these."""
        return control_requests(since, self)


def check_options(options: OptionsDict) -> Options:
    """Check the options of a session.

    Raises:
        OptionError: one is unknown, has a wrong type or content, or does not go with another;
            the error names it, its value, and what to write instead.
    """
    return merge_options(session=options)


def merge_options(
    configuration: OptionsDict | None = None,
    session: OptionsDict | None = None,
    query: OptionsDict | None = None,
) -> Options:
    """Lay options over each other: query over session over configuration over defaults.

    An option replaces the one below as a whole, `env` and dictionaries too. One that excludes
    others (`resume` and `continue_conversation`) hides them in the layers below. None counts as
    not given.

    Raises:
        OptionError: as for `check_options`.
    """
    layers = {
        OptionOrigin.DEFAULT: {
            option.name: option.default
            for option in TABLE.values()
            if option.default is not NOT_SET
        },
        OptionOrigin.CONFIGURATION: valid_layer(configuration or {}),
        OptionOrigin.SESSION: valid_layer(session or {}),
        OptionOrigin.QUERY: valid_layer(query or {}),
    }
    values: dict[str, Any] = {}
    origins: dict[str, OptionOrigin] = {}
    for origin, layer in layers.items():
        _lay(values, origins, layer, origin)
    return Options(values, origins)


def _overlaid(options: Options, layer: Mapping[str, Any], origin: OptionOrigin) -> Options:
    values = dict(options)
    origins = {name: options.origin_of(name) or OptionOrigin.DEFAULT for name in values}
    _lay(values, origins, layer, origin)
    return Options(values, origins)


def _without(options: Options, names: AbstractSet[str]) -> Options:
    defaults = {name: TABLE[name].default for name in names if TABLE[name].default is not NOT_SET}
    values = {name: options[name] for name in options if name not in names} | defaults
    origins = {name: options.origin_of(name) or OptionOrigin.DEFAULT for name in values}
    return Options(values, origins | dict.fromkeys(defaults, OptionOrigin.DEFAULT))


def _lay(
    values: dict[str, Any],
    origins: dict[str, OptionOrigin],
    layer: Mapping[str, Any],
    origin: OptionOrigin,
) -> None:
    for group in EXCLUSIVE:
        if any(layer.get(name, False) is not False for name in group):
            for hidden in set(group) - set(layer):
                values.pop(hidden, None)
                origins.pop(hidden, None)
    values |= layer
    origins |= dict.fromkeys(layer, origin)
