"""The options the configuration files set, checked before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from greenroom.values.configuration import load_configuration
from greenroom.values.errors import ConfigurationError
from greenroom_protocol.claude.options import OptionError, check_options

if TYPE_CHECKING:
    from greenroom_protocol.claude.options import OptionsDict

__all__ = ["configured_options"]


def configured_options() -> OptionsDict:
    """Return the options the configuration files set.

    Raises:
        ConfigurationError: a file cannot be read, or sets an option that is none.
    """
    options = cast("OptionsDict", load_configuration())
    try:
        check_options(options)
    except OptionError as error:
        raise ConfigurationError(f"the configuration is wrong: {error}") from None
    return options
