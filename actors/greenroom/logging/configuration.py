"""One logging setup for a program: structlog and the standard library in one stream."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO, TypeAlias

import msgspec
import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name

from greenroom.runtime.process import plain_text
from greenroom.values.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping, Sequence

    from structlog.typing import Processor

    from greenroom_protocol import Secret

__all__ = ["Format", "Level", "configure"]

Format: TypeAlias = Literal["auto", "console", "json"]
Level: TypeAlias = Literal["debug", "info", "warning", "error"]

_MANY_LINES: Final = frozenset({"exception", "stack"})
"""Texts that the console shows line by line, below their record."""


def configure(
    format: Format = "auto",  # noqa: A002 - what it is; the builtin is of no use here
    *,
    level: Level = "warning",
    stream: TextIO | None = None,
    colors: bool | None = None,
    secrets: Iterable[str | Secret] = (),
) -> None:
    """Send the log of structlog and of the standard library to one stream.

    Records are single lines, except for tracebacks on a terminal. Texts are freed from terminal
    escapes and from secrets; tracebacks never show local variables. Calling it again replaces the
    setup of the call before. For the main program alone; libraries do not call it.

    Args:
        format: ``console`` for people, ``json`` for machines (one object per line: ``timestamp`` in
            UTC, ``level``, ``logger``, ``event`` and the keys), ``auto``: by whether `stream` is a
            terminal.
        level: the lowest level that is shown.
        stream: stderr by default.
        colors: of the console; by default on a terminal.
        secrets: values to be masked wherever they appear; keys that sound like a secret always are.
    """
    target = sys.stderr if stream is None else stream
    terminal = target.isatty()
    readable = terminal if format == "auto" else format == "console"
    shared: list[Processor] = [
        add_log_level,
        add_logger_name,
        TimeStamper(fmt="iso", utc=True),
        format_exc_info,
    ]
    _install_handler(
        logging.StreamHandler(target),
        level,
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                _cleaner(Redactor(secrets), escape_newlines=readable),
                _console(colors=terminal if colors is None else colors) if readable else _json(),
            ],
        ),
    )
    _install_structlog(shared, level)


def _install_structlog(shared: Sequence[Processor], level: Level) -> None:
    structlog.configure(
        processors=[*shared, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


class _Handler:
    """Remembers the handler of the last `configure`, which the next one replaces."""

    current: logging.Handler | None = None


def _install_handler(handler: logging.Handler, level: Level, formatter: logging.Formatter) -> None:
    handler.setFormatter(formatter)
    root = logging.getLogger()
    if _Handler.current is not None:
        root.removeHandler(_Handler.current)
    _Handler.current = handler
    root.addHandler(handler)
    root.setLevel(level.upper())


def _console(*, colors: bool) -> Processor:
    return ConsoleRenderer(colors=colors, exception_formatter=plain_traceback)


def _json() -> Processor:
    return JSONRenderer(serializer=_dumps)


def _dumps(event: MutableMapping[str, Any], default: Callable[[Any], Any]) -> str:
    return msgspec.json.encode(event, enc_hook=default).decode()


def _cleaner(redactor: Redactor, *, escape_newlines: bool) -> Processor:
    """Return the processor that makes every text of a record safe to show."""

    def clean(value: Any, *, keep_lines: bool = not escape_newlines) -> Any:
        if isinstance(value, str):
            text = plain_text(value)
            return text if keep_lines else text.replace("\n", "\\n")
        if isinstance(value, dict):
            return {clean(key): clean(item) for key, item in value.items()}
        if isinstance(value, list):
            return [clean(item) for item in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        shown = repr(value)
        safe = plain_text(shown)
        return value if safe == shown else safe

    def process(
        logger: Any, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        del logger, method
        cleaned = {
            key: clean(
                redactor.value(value, name=key),
                keep_lines=not escape_newlines or key in _MANY_LINES,
            )
            for key, value in event.items()
        }
        # once more: what was cleaned away may have stood in the middle of a secret
        return {key: redactor.value(value, name=key) for key, value in cleaned.items()}

    return process
