"""Where the figures come from."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks import typescript

__all__ = ["caption", "describe", "moment"]

_LIBRARIES = ("greenroom", "claude-agent-sdk", "anyio", "msgspec", "pykka")
_ROOT = Path(__file__).parent.parent
_SOURCES = ("actors", "protocol")
_MIB = 1024 * 1024


def describe() -> dict[str, Any]:
    """Return what somebody needs to judge or repeat the figures, and does not change."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_mib": _memory("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
        "libraries": {name: metadata.version(name) for name in _LIBRARIES} | typescript.versions(),
    }


def moment() -> dict[str, Any]:
    """Return when it is, how busy the machine is, and a digest of the sources of Greenroom."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_average": round(os.getloadavg()[0], 2),
        "free_memory_mib": _memory("SC_AVPHYS_PAGES"),
        "sources": _sources(),
    }


def caption(where: dict[str, Any] | None = None) -> str:
    """Return what `describe` returned in one sentence."""
    where = describe() if where is None else where
    libraries = ", ".join(f"{name} {version}" for name, version in where["libraries"].items())
    host = f"{where['cpu']}, {where['cores']} cores, {where['system']}, {where['python']}"
    return f"{host}; {libraries}."


def _sources() -> str:
    digest = hashlib.sha256()
    for directory in _SOURCES:
        for path in sorted((_ROOT / directory).rglob("*.py")):
            digest.update(f"{path.relative_to(_ROOT)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _memory(pages: str) -> int | None:
    if pages not in os.sysconf_names:
        return None
    return os.sysconf(pages) * os.sysconf("SC_PAGE_SIZE") // _MIB


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
