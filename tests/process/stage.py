"""A manual dispatcher with children on it."""

from __future__ import annotations

import resource

from greenroom.runtime.process import BRUTAL_KILL, LocalSpawner
from tests.process.owner import Owner
from tests.process.proc import descriptors


class Stage:
    """Children on a manual dispatcher: real processes, virtual time."""

    def __init__(self, dispatcher, launcher):
        self.dispatcher = dispatcher
        self.spawner = LocalSpawner(dispatcher, launcher, patience=0)
        self.advance = dispatcher.advance
        self.run_until = dispatcher.run_until

    def spawn(self, spec):
        owner = Owner(self.dispatcher)
        owner.child = self.spawner.spawn(spec, owner)
        return owner

    def spawn_with_free_descriptors(self, free, spec):
        """Spawn while only `free` descriptors may be opened."""
        used = {fd for fd, _ in descriptors()}
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        limit = next(n for n in range(soft) if n - len([fd for fd in used if fd < n]) == free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        try:
            return self.spawn(spec)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def run_until_heard(self, owner, event):
        self.run_until(lambda: event in owner.heard)
        return owner

    def end(self):
        for child in tuple(self.spawner._children):
            child.stop(BRUTAL_KILL)
        self.run_until(lambda: all(child.status for child in self.spawner._children))
        self.advance(1)
        assert not self.spawner._children
