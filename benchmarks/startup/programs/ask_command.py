"""`greenroom ask`, by its entry point."""

import sys

import cost

from greenroom.cli import main

sys.argv[:] = ["greenroom", "ask", "--executable", sys.argv[1], "hello"]
try:
    main()
finally:
    cost.tell()
