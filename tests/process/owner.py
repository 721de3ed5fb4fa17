"""An owner of children that remembers what it heard."""

from __future__ import annotations

import threading

from tests.patience import PATIENCE_SECONDS


class Owner:
    """A `ChildHandler` that writes down what it hears."""

    def __init__(self, dispatcher):
        self.dispatcher = dispatcher
        self.heard = []
        self.stdout = bytearray()
        self.child = None
        self.error = None
        self._changed = threading.Condition()

    def _hear(self, event):
        with self._changed:
            self.heard.append(event)
            self._changed.notify_all()

    def on_spawned(self, child):
        self.child = child
        self._hear("spawned")

    def on_spawn_failed(self, error):
        self.error = error
        self._hear("spawn_failed")

    def on_stdout(self, data):
        with self._changed:
            self.stdout += data
            if self.heard[-1] != "stdout":
                self.heard.append("stdout")
            self._changed.notify_all()

    def on_stdout_end(self):
        self._hear("stdout_end")

    def on_stdin_broken(self):
        self._hear("stdin_broken")

    def on_exit(self, status):
        self.status = status
        self._hear("exit")

    def on_closed(self):
        self._hear("closed")

    def on_unkillable(self, error):
        self.error = error
        self._hear("unkillable")

    # --- for tests -----------------------------------------------------------------------

    def wait_until(self, predicate):
        """Wait until `predicate()`, which is looked at with everything that is heard."""
        with self._changed:
            assert self._changed.wait_for(predicate, PATIENCE_SECONDS), (self.heard, self.error)
        return self

    def wait_for(self, event):
        return self.wait_until(lambda: event in self.heard)

    def wait_for_stdout(self, text):
        return self.wait_until(lambda: text in self.stdout)

    def do(self, name, *args, **kwargs):
        """Call a method of the child on the dispatcher; return or raise what it does."""
        return self.run(lambda: getattr(self.child, name)(*args, **kwargs))

    def run(self, call):
        """Call it on the dispatcher; return or raise what it does."""
        return run_on(self.dispatcher, call)


def run_on(dispatcher, call):
    done = threading.Event()
    outcome = []

    def run():
        try:
            outcome.append((call(), None))
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            outcome.append((None, error))
        done.set()

    dispatcher.call_soon(run)
    assert done.wait(PATIENCE_SECONDS)
    result, error = outcome[0]
    if error is not None:
        raise error
    return result
