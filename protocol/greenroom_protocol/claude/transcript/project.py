"""The name of a project's directory below `projects/`."""

import string

__all__ = ["project_key"]

_MAX_KEY = 200
_KEPT = frozenset(string.ascii_letters + string.digits)
_DIGITS = string.digits + string.ascii_lowercase


def project_key(path: str) -> str:
    """Return the directory name under which the CLI keeps the transcripts of `path`.

    `path` is the real, absolute working directory. Everything but ASCII letters and digits becomes
    `-`, once per UTF-16 unit; a name over 200 characters is cut there and ends in a hash of the
    whole path. Different paths can have the same key. Source: CLI 2.1.329.
    """
    data = path.encode("utf-16-le", "surrogatepass")
    units = [low | high << 8 for low, high in zip(data[::2], data[1::2], strict=True)]
    key = "".join(chr(unit) if chr(unit) in _KEPT else "-" for unit in units)
    return key if len(key) <= _MAX_KEY else f"{key[:_MAX_KEY]}-{_hash(units)}"


def _hash(units: list[int]) -> str:
    value = 0
    for unit in units:
        value = (value * 31 + unit) & 0xFFFFFFFF
    value = min(value, 0x100000000 - value)  # the absolute value of a signed 32-bit number
    digits = ""
    while value or not digits:
        value, digit = divmod(value, 36)
        digits = _DIGITS[digit] + digits
    return digits
