"""Times and sizes as people write them in files: ``"90s"``, ``"1h30m"``, ``"512MiB"``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_bytes", "read_seconds"]

_SECONDS: Final[Mapping[str, float]] = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}

_BYTES: Final[Mapping[str, int]] = {
    "B": 1,
    "kB": 1000,
    "KB": 1000,
    "MB": 1000**2,
    "GB": 1000**3,
    "TB": 1000**4,
    "KiB": 1024,
    "MiB": 1024**2,
    "GiB": 1024**3,
    "TiB": 1024**4,
}

_TIME_PART: Final = r"(\d{1,12}(?:\.\d{1,9})?) ?(ms|[smhd])"
_TIME: Final = re.compile(rf"{_TIME_PART}(?: ?{_TIME_PART})*")
_SIZE: Final = re.compile(r"(\d{1,18}(?:\.\d{1,9})?) ?([kKMGT]?i?B)")


def read_seconds(value: Any) -> float | int:
    """Return the seconds that a text such as ``"10m"`` says; a number is seconds already.

    Raises:
        ValueError: it says no time.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or _TIME.fullmatch(value.strip()) is None:
        raise ValueError(
            f"must be a time such as 30, '30s', '10m', '1h30m' or '7d', not {shown(value)}"
        )
    parts = re.findall(_TIME_PART, value)
    return float(sum(float(number) * _SECONDS[unit] for number, unit in parts))


def read_bytes(value: Any) -> int:
    """Return the bytes that a text such as ``"512MiB"`` says; an integer is bytes already.

    Raises:
        ValueError: it says no size.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or found[2] not in _BYTES:
        raise ValueError(f"must be a size such as '512MiB' or '2GB', not {shown(value)}")
    return int(float(found[1]) * _BYTES[found[2]])
