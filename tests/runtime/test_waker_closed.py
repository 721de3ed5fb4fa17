"""A wake-up that meets the closing of its dispatcher is no error of whoever wanted it."""

from __future__ import annotations

import os

import pytest

from greenroom.runtime import LoopDispatcher


@pytest.mark.parametrize("error", [ValueError("closed"), OSError(9, os.strerror(9))], ids=repr)
def test_a_call_that_is_put_while_the_dispatcher_closes_does_not_fail(error):
    with LoopDispatcher() as dispatcher:
        wake = dispatcher._waker.wake

        def closed_just_now():
            dispatcher._waker.wake = wake
            raise error

        dispatcher._waker.wake = closed_just_now
        dispatcher._awake = False
        dispatcher._wake()
        dispatcher._awake = False
        dispatcher._wake()
