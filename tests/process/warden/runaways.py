"""Processes that get away from the agent that starts them: a shell command for each way."""

from __future__ import annotations

from tests.process.proc import running

WAYS = {
    "own_session": "setsid sleep 600.{} &",
    "forked_twice": "(setsid sh -c 'sleep 600.{} & exec sleep 600.{}' &) ;",
    "no_environment": "env -i setsid /bin/sleep 600.{} &",
    "deaf": "setsid sh -c \"trap '' TERM HUP INT; while :; do sleep 600.{}; done\" &",
    "stopped": "setsid sh -c 'kill -STOP $$; : 600.{}' &",
}
EVERY_WAY = "\n".join(WAYS.values())


def sleepers(token):
    """Those of them that sleep."""
    return running(f"sleep\x00600.{token}")
