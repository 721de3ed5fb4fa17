"""Logging for programs that use Greenroom: `configure` once, in ``main``.

Greenroom logs through structlog and configures nothing by itself; a host with a logging setup of
its own does not need this package.
"""

from greenroom.logging.configure import Format, Level, configure
from greenroom.logging.redaction import MASK, Redactor, is_sensitive

__all__ = ["MASK", "Format", "Level", "Redactor", "configure", "is_sensitive"]
