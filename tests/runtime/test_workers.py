from __future__ import annotations

import threading

import pytest

from greenroom.runtime import DispatcherClosed
from greenroom.runtime.dispatcher.workers import Job, WorkerPool


@pytest.fixture
def pool():
    pool = WorkerPool(2, "test")
    yield pool
    assert pool.close(5.0) == []


@pytest.fixture
def gate():
    """Jobs that wait until the test lets them end."""
    event = threading.Event()
    yield event
    event.set()


def outcome_of(pool, call):
    done, outcome = threading.Event(), []

    def then(result, error):
        outcome.append((result, error))
        done.set()

    pool.submit(Job(call, then))
    assert done.wait(5)
    return outcome[0]


def ignore(_result, _error):
    """Nothing."""


def test_a_job_gets_its_result(pool):
    assert outcome_of(pool, lambda: 42) == (42, None)


@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit])
def test_whatever_a_job_raises_is_passed_on_and_the_worker_lives(pool, kind):
    def fail():
        raise kind("no")

    result, error = outcome_of(pool, fail)
    assert result is None
    assert type(error) is kind
    assert outcome_of(pool, lambda: "alive") == ("alive", None)


def test_no_thread_is_started_before_the_first_job(pool):
    assert pool._threads == []


def test_one_job_after_the_other_needs_one_thread(pool, eventually):
    for _ in range(3):
        outcome_of(pool, lambda: None)
        eventually(lambda: not pool._unfinished)  # a job is counted as finished after `then`
    assert len(pool._threads) == 1


def test_no_more_threads_than_the_limit(pool, gate):
    for _ in range(6):
        pool.submit(Job(gate.wait, ignore))
    assert len(pool._threads) == 2


def test_jobs_not_begun_when_the_pool_closes_are_refused_and_the_others_finish(gate):
    pool, outcomes, begun = WorkerPool(1, "test"), [], threading.Event()

    def work():
        begun.set()
        gate.wait(5)
        return "done"

    pool.submit(Job(work, lambda *outcome: outcomes.append(outcome)))
    assert begun.wait(5)
    pool.submit(Job(lambda: "never", lambda *outcome: outcomes.append(outcome)))
    threading.Timer(0.01, gate.set).start()
    assert pool.close(5.0) == []
    assert [type(error) for _, error in outcomes] == [DispatcherClosed, type(None)]
    assert outcomes[1][0] == "done"


def test_a_worker_that_does_not_return_is_reported(gate):
    pool, begun = WorkerPool(1, "test"), threading.Event()
    pool.submit(Job(lambda: (begun.set(), gate.wait(5)), ignore))
    assert begun.wait(5)
    (stuck,) = pool.close(0.01)
    assert stuck.name == "test-worker-1"
    gate.set()
    stuck.join(5)


def test_a_closed_pool_takes_no_jobs():
    pool = WorkerPool(1, "test")
    pool.close(1.0)
    with pytest.raises(DispatcherClosed):
        pool.submit(Job(lambda: None, ignore))


def test_a_pool_that_gets_no_thread_refuses_the_job_and_takes_the_next(pool, monkeypatch):
    def no_thread(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_thread)
    with pytest.raises(RuntimeError, match="new thread"):
        pool.submit(Job(lambda: "lost", ignore))
    monkeypatch.undo()
    assert outcome_of(pool, lambda: "done") == ("done", None)


def test_a_job_waits_for_a_busy_thread_where_there_are_no_more(pool, gate, monkeypatch):
    pool.submit(Job(gate.wait, ignore))

    def no_thread(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_thread)
    done = threading.Event()
    pool.submit(Job(done.set, ignore))
    assert not done.is_set()
    gate.set()
    assert done.wait(5)
