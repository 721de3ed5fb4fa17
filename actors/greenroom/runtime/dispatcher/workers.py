"""A few threads for calls that may block, started as they are needed."""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from greenroom.runtime.errors import DispatcherClosed

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Job", "WorkerPool"]


class Job:
    """One call for a worker, and who gets what became of it.

    Args:
        call: what may block.
        then: called once, on the worker's thread, with `(result, None)` or
            `(None, error)`.
    """

    __slots__ = ("_call", "_then")

    def __init__(
        self, call: Callable[[], Any], then: Callable[[Any | None, BaseException | None], object]
    ) -> None:
        self._call = call
        self._then = then

    def run(self) -> None:
        """Make the call and pass on what came of it; never raises."""
        try:
            result = self._call()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to `then`
            self._then(None, error)
        else:
            self._then(result, None)

    def refuse(self, error: BaseException) -> None:
        """Pass on `error` without having made the call."""
        self._then(None, error)


class WorkerPool:
    """At most `limit` daemon threads, each started when a job finds none free.

    A free worker waits in its queue and costs nothing.
    """

    def __init__(self, limit: int, name: str) -> None:
        self._limit = limit
        self._name = name
        self._lock = threading.Lock()
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._unfinished = 0
        self._closed = False

    def submit(self, job: Job) -> None:
        """Run `job` as soon as a worker is free. From any thread.

        Raises:
            DispatcherClosed: the pool is closed; the job is not run.
            RuntimeError: no thread can be started, and there is none that could run the job.
        """
        with self._lock:
            if self._closed:
                raise DispatcherClosed("this dispatcher is closing and takes no more work")
            self._unfinished += 1
            self._jobs.put(job)
            if len(self._threads) < min(self._unfinished, self._limit):
                self._hire()

    def owns_current_thread(self) -> bool:
        """Whether the caller runs on one of the workers."""
        return threading.current_thread() in self._threads

    def close(self, timeout_seconds: float) -> list[threading.Thread]:
        """Refuse the jobs not begun, wait for those that run, end the threads.

        Returns:
            The workers that were still busy when the time was over. They are
            daemons and end with their job.
        """
        with self._lock:
            self._closed = True
            refused = self._take_unbegun()
            for _ in self._threads:
                self._jobs.put(None)
        for job in refused:
            job.refuse(DispatcherClosed("the dispatcher closed before the work was begun"))
        deadline = time.monotonic() + timeout_seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return [thread for thread in self._threads if thread.is_alive()]

    def _hire(self) -> None:
        try:
            self._start_worker()
        except RuntimeError:  # the machine has no more threads
            if self._threads:
                return  # the job waits for one of those
            self._jobs.get_nowait()
            self._unfinished -= 1
            raise

    def _start_worker(self) -> None:
        name = f"{self._name}-worker-{len(self._threads) + 1}"
        thread = threading.Thread(target=self._work, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _take_unbegun(self) -> list[Job]:
        jobs: list[Job] = []
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return jobs
            if job is not None:
                jobs.append(job)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run()
            del job  # a waiting worker must not keep the last job's arguments alive
            with self._lock:
                self._unfinished -= 1
