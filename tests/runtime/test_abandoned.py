"""Threads that outlive their actors are counted (G2)."""

from __future__ import annotations

import threading

from structlog.testing import capture_logs

from greenroom.runtime.abandoned import AbandonedThreads


def test_g2_more_abandoned_threads_than_are_bearable_are_an_error(manual):
    go_on = threading.Event()
    threads = [threading.Thread(target=go_on.wait, daemon=True) for _ in range(3)]
    abandoned = AbandonedThreads(patience_seconds=0.0, limit=2)
    with capture_logs() as logs:
        for thread in threads:
            thread.start()
            abandoned.add(thread)
        manual.run_until(lambda: len(logs) == 4)
    assert [entry["event"] for entry in logs] == [
        *["thread_abandoned"] * 3,
        "too_many_threads_abandoned",
    ]
    assert logs[-1]["abandoned"] == 3
    go_on.set()
    for thread in threads:
        thread.join(5)
    assert abandoned.names() == ()


def test_g2_a_thread_that_ends_in_time_does_not_count(manual):
    abandoned = AbandonedThreads(patience_seconds=30)
    go_on = threading.Event()
    thread = threading.Thread(target=go_on.wait, daemon=True)
    thread.start()
    abandoned.add(thread)
    looker = abandoned._looker
    with capture_logs() as logs:
        go_on.set()
        looker.join(5)
    assert (looker.is_alive(), logs, abandoned.names()) == (False, [], ())
