"""The ``greenroom`` command. It parses and delegates: what it can do, the library can do.

Importing this package imports click and little else; a command imports what it runs when it runs.
"""

from greenroom.cli.application import main

__all__ = ["main"]
