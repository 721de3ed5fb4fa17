"""`greenroom --version`, by its entry point."""

import sys

import cost

from greenroom.cli import main

sys.argv[:] = ["greenroom", "--version"]
try:
    main()
finally:
    cost.tell()
