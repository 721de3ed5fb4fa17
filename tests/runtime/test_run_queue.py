from __future__ import annotations

import pytest

from greenroom.runtime import DispatcherClosed
from greenroom.runtime.dispatcher.run_queue import RunQueue


def test_calls_come_out_in_the_order_in_which_they_went_in():
    queue = RunQueue(lambda: None)
    for call in (first := object(), second := object()):
        queue.put(call)
    assert [queue.take(), queue.take(), queue.take()] == [first, second, None]


def test_a_put_wakes_after_the_call_is_there():
    seen = []
    queue = RunQueue(lambda: seen.append(len(queue.items)))
    queue.put(print)
    assert seen == [1]


def test_a_put_after_the_end_is_refused():
    queue = RunQueue(lambda: None)
    queue.closed = True
    with pytest.raises(DispatcherClosed, match="closed"):
        queue.put(print)
    assert queue.take() is None


def test_a_put_that_races_with_the_end_and_came_too_late_is_refused():
    queue = RunQueue(lambda: setattr(queue, "closed", True))
    with pytest.raises(DispatcherClosed):
        queue.put(print)
    assert queue.take() is None


def test_a_put_that_races_with_the_end_and_was_still_served_is_accepted():
    def close_and_run_out():
        queue.closed = True
        served.append(queue.take())

    served = []
    queue = RunQueue(close_and_run_out)
    queue.put(print)
    assert served == [print]
