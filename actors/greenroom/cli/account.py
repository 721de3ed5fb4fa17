"""The account a run is charged to, and the secrets that come with it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from greenroom.backends.claude.secrets import secrets_in, secrets_of
from greenroom.logging import Redactor
from greenroom.values.errors import ConfigurationError
from greenroom_protocol.claude.options import OptionError

if TYPE_CHECKING:
    from greenroom_protocol.claude.options import Credentials, Options

__all__ = ["AmbiguousAccountError", "choose_account", "redactor_for"]


class AmbiguousAccountError(ConfigurationError):
    """The environment names several accounts, or none where one was asked for."""

    code = "credential_conflict"


def choose_account(options: Options) -> Credentials:
    """Return what a session with these options pays with.

    Raises:
        AmbiguousAccountError: that would be a guess.
    """
    try:
        return options.credentials(os.environ)
    except OptionError as error:
        raise AmbiguousAccountError(f"{error.option} {error.problem}") from None


def redactor_for(options: Options | None = None) -> Redactor:
    """Return what takes out of texts the secrets of this process's environment and of `options`."""
    given = () if options is None else secrets_of(options)
    return Redactor([*secrets_in(os.environ), *given])
