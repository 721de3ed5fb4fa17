"""Where the figures come from."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks import typescript

__all__ = ["caption", "describe"]

_LIBRARIES = ("greenroom", "claude-agent-sdk", "anyio", "msgspec", "pykka")


def describe() -> dict[str, Any]:
    """Return what somebody needs to judge or repeat the figures."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
        "libraries": {name: metadata.version(name) for name in _LIBRARIES} | typescript.versions(),
    }


def caption() -> str:
    """Return the same in one sentence."""
    where = describe()
    libraries = ", ".join(f"{name} {version}" for name, version in where["libraries"].items())
    host = f"{where['cpu']}, {where['cores']} cores, {where['system']}, {where['python']}"
    return f"{host}; {libraries}."


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
