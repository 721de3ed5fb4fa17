"""A host of a small fleet as a process of its own: ``python -m tests.agents.hosted agents.toml``.

It is `greenroom up` but for what keeps the agents up.
"""

from __future__ import annotations

import sys

from greenroom.cli import main
from greenroom.cli.agents import up
from tests.agents.small_fleet import SmallFleet

if __name__ == "__main__":
    up._start_fleet = SmallFleet.start
    sys.argv[1:1] = ["up"]
    main()
