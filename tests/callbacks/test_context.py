"""Callbacks run as if their caller had called them."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest
import structlog

from greenroom.callbacks import Caller

TENANT = ContextVar("tenant", default="nobody")


def caller_of(tenant):
    """A caller with that tenant, who forgets it at once."""
    token = TENANT.set(tenant)
    structlog.contextvars.bind_contextvars(tenant=tenant)
    try:
        return Caller.here()
    finally:
        structlog.contextvars.unbind_contextvars("tenant")
        TENANT.reset(token)


def seen():
    return TENANT.get(), structlog.contextvars.get_contextvars().get("tenant")


async def seen_later(_call):
    await asyncio.sleep(0)
    return seen()


@pytest.mark.parametrize("callback", [lambda _call: seen(), seen_later], ids=["sync", "async"])
def test_a_callback_sees_the_context_of_its_caller_as_it_was(bench, callback):
    ours, theirs = caller_of("ours"), caller_of("theirs")
    for caller, tenant in ((ours, "ours"), (theirs, "theirs"), (ours, "ours")):
        assert bench.run(callback, caller).value == (tenant, tenant)
    assert bench.run(callback).value == ("nobody", None)


def test_a_coroutine_on_its_callers_loop_sees_the_context_of_its_caller(bench, home):
    caller = caller_of("ours")._replace(loop=home.loop)
    assert bench.run(seen_later, caller).value == ("ours", "ours")


@pytest.mark.parametrize("later", [False, True], ids=["sync", "async"])
def test_what_a_callback_changes_is_seen_by_no_other(bench, later):
    caller = caller_of("ours")

    def change(_call):
        TENANT.set("changed")
        structlog.contextvars.bind_contextvars(tenant="changed")
        return seen()

    async def change_later(call):
        return change(call)

    assert bench.run(change_later if later else change, caller).value == ("changed", "changed")
    assert bench.run(lambda _call: seen(), caller).value == ("ours", "ours")
    assert caller.context[TENANT] == "ours"
    assert seen() == ("nobody", None)


def test_callbacks_beside_each_other_do_not_share_a_context(bench):
    callers = [caller_of(f"tenant {number}") for number in range(100)]
    runs = [bench.start(seen_later, caller) for caller in callers]
    tenants = [run.result.wait().value for run in runs]
    assert tenants == [(f"tenant {number}",) * 2 for number in range(100)]


def test_a_caller_on_no_loop_has_none():
    assert Caller.here().loop is None


def test_a_caller_on_a_loop_has_it():
    async def here():
        return Caller.here().loop is asyncio.get_running_loop()

    assert asyncio.run(here())
