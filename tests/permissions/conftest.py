"""A runner of errands for one thread: what a session does beside its actors."""

import asyncio
import inspect

import pytest

from greenroom.callbacks import Call, CallbackFailure, CallbackFault, CancelSignal, Errand
from greenroom.runtime import Future


def new_call(**fields):
    return Call(signal=CancelSignal(), **fields)


def run_errand(answer, call=None):
    """Run errands until there is an answer, and close those that fail."""
    while isinstance(answer, Errand):
        errand = answer
        try:
            result = errand.call(call or new_call())
            if isinstance(result, Future):
                result = result.get(timeout=10)
            elif inspect.isawaitable(result):
                result = asyncio.run(_awaited(result))
        except Exception as error:  # noqa: BLE001 - whatever a callback raises
            answer = errand.closed(failure(CallbackFault.RAISED, error))
            continue
        try:
            answer = errand.then(result)
        except Exception as error:  # noqa: BLE001 - as above
            answer = errand.closed(failure(CallbackFault.BAD_ANSWER, error))
    return answer


def failure(fault, error):
    return CallbackFailure(callback="it", fault=fault, message=repr(error))


async def _awaited(awaitable):
    return await awaitable


@pytest.fixture(name="run")
def _run():
    return run_errand


@pytest.fixture(name="call")
def _call():
    return new_call(session_id="s-1", turn_id="t-1")
