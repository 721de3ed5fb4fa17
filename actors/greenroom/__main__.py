"""``python -m greenroom``: the command of the same name."""

from greenroom.cli import main

main()
