"""What plays are told with."""

from __future__ import annotations

from tests.supervision.play import Role

STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"]
ABNORMAL = ["crash"]
CLEAN = ["normal", "shutdown", "shutdown_with"]

FAILED = [("start", "a"), ("start_error", "a")]


def roles(ids, **fields):
    """Return the specs of children that differ in nothing but their ids."""
    return [Role(id=id_, **fields) for id_ in ids]


def down(name, reason="shutdown"):
    """Return the log of an end."""
    return ("down", name, reason)


def stopped(*names):
    """Return the log of lives that were stopped, one after the other."""
    return [entry for name in names for entry in (("stop", name), down(name))]


def started(*names):
    """Return the log of lives that came up, one after the other."""
    return [entry for name in names for entry in (("start", name[0]), ("up", name))]
