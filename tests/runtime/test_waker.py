"""Interrupting a thread that waits for descriptors."""

import threading

import pytest

from greenroom.runtime.dispatcher.waker import Waker


@pytest.fixture(name="waker")
def _waker():
    waker = Waker()
    yield waker
    waker.close()


def test_a_wake_up_is_seen_until_it_is_cleared(waker):
    assert not waker.wait(0)
    waker.wake()
    waker.wake()
    assert waker.wait(0)
    waker.clear()
    assert not waker.wait(0)
    waker.clear()  # of nothing


def test_a_thread_that_waits_is_woken(waker):
    woken = []
    thread = threading.Thread(target=lambda: woken.append(waker.wait(10_000)))
    thread.start()
    waker.wake()
    thread.join(10)
    assert woken == [True]


def test_waking_what_is_closed_is_an_error_and_touches_no_other_descriptor(waker):
    waker.close()
    with pytest.raises(ValueError, match="closed"):
        waker.wake()
