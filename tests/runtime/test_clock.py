from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from greenroom.runtime import HostClock, VirtualClock


def test_the_clock_of_a_host_that_was_never_paused_is_the_machines():
    before = time.monotonic()
    assert before <= HostClock().now() <= time.monotonic()


def test_a_virtual_clock_stands_still():
    clock = VirtualClock(start=7.0)
    assert clock.now() == clock.now() == 7.0


@given(st.lists(st.floats(min_value=-1e9, max_value=1e9)))
def test_a_virtual_clock_never_goes_back(moments):
    clock = VirtualClock()
    readings = [clock.now()]
    for moment in moments:
        clock.advance_to(moment)
        readings.append(clock.now())
    assert readings == sorted(readings)
