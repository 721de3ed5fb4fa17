"""Where the runtime reports what it contained instead of letting it spread.

structlog is imported with the first report, not with the package: it is three
times as heavy as pykka, and a run in which nothing fails needs none of it.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["logs_events", "report_error", "report_event", "report_text", "report_warning"]


def report_error(
    logger: str,
    event: str,
    error: BaseException,
    mask: Callable[[str], str] = str,
    **keys: object,
) -> None:
    """Log `error` at level error as `event`, with `keys`; never raises.

    The traceback travels as text under `stack`, not as `exc_info`: renderers
    print the local variables of the latter's frames, and those may be secrets.
    `mask` takes further ones out of the text.
    """
    try:
        stack = mask("".join(traceback.format_exception(error)))
        _logger(logger).error(event, error=mask(repr(error)), stack=stack, **keys)
    except BaseException:  # noqa: BLE001 - a broken logging setup must not stop a dispatcher
        with suppress(Exception):
            sys.stderr.write(mask("".join(traceback.format_exception(error))))


def report_text(logger: str, event: str, **keys: object) -> None:
    """Log `event` at level error with texts that were made before; never raises."""
    with suppress(BaseException):  # a broken logging setup must not stop a dispatcher
        _logger(logger).error(event, **keys)


def report_warning(logger: str, event: str, **keys: object) -> None:
    """Log `event` at level warning, with `keys`; raises only what a logging setup raises."""
    _logger(logger).warning(event, **keys)


def report_event(logger: str, event: str, *, grave: bool, **keys: object) -> None:
    """Log what happened in the life of something; never raises.

    What is `grave` is a warning, all else is an info; see `logs_events`.
    """
    with suppress(BaseException):  # as above
        log = _logger(logger)
        (log.warning if grave else log.info)(event, **keys)


def logs_events() -> bool:
    """Whether events that are not grave are logged: this program has configured structlog."""
    structlog = sys.modules.get("structlog")
    return structlog is not None and bool(structlog.is_configured())


def _logger(name: str) -> Any:
    import structlog  # noqa: PLC0415 - lazily, for the reason in the module's docstring

    if structlog.is_configured():
        return structlog.get_logger(name)
    # Nobody has said where to: structlog would take stdout, where a program's own output goes.
    return structlog.wrap_logger(structlog.PrintLogger(sys.stderr))
