"""Entry of the warden: ``python -I -S <this file> <socket> <pid of the host> <prefix of groups>``.

The packages around the program are made importable without running their ``__init__``: those load
what only a host needs, five times the memory of the whole warden.
"""

from __future__ import annotations

import sys
from os.path import abspath, dirname
from types import ModuleType


def _enter_packages() -> None:
    runtime = dirname(dirname(abspath(__file__)))
    for name, path in (
        ("greenroom", dirname(runtime)),
        ("greenroom.runtime", runtime),
        ("greenroom.runtime.process", f"{runtime}/process"),
        ("greenroom.runtime.warden", f"{runtime}/warden"),
    ):
        package = ModuleType(name)
        package.__path__ = [path]
        sys.modules[name] = package


if __name__ == "__main__":
    _enter_packages()
    from greenroom.runtime.warden.program import run

    run(host_socket=int(sys.argv[1]), host=int(sys.argv[2]), groups=sys.argv[3])
