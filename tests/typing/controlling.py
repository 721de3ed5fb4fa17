"""What the types of structured output and run-time control promise; mypy checks this file."""

from typing import Any, assert_type

import msgspec

import greenroom
from greenroom import BypassPermissions, Completed, Session, System, Turn
from greenroom.runtime import Future
from greenroom_protocol.claude.answers import (
    ContextUsage,
    InterruptReceipt,
    McpServers,
    McpSetServersResult,
    RewindResult,
    SetModelResult,
    SetPermissionModeResult,
    TaskOutput,
)


class Weather(msgspec.Struct):
    city: str
    degrees: float


def what_was_asked_for_is_what_is_returned(session: Session, system: System) -> None:
    assert_type(session.ask("how is it?", returns=Weather), Turn[Weather])
    assert_type(session.ask("how is it?", returns=Weather).result(), Completed[Weather])
    assert_type(session.ask("how is it?", returns=Weather).result().value, Weather)
    assert_type(session.ask("all of them", returns=list[Weather]).result().value, list[Weather])
    assert_type(system.ask("how is it?", returns=Weather, repairs=2).result().value, Weather)
    assert_type(greenroom.ask("how is it?", returns=Weather).result().value, Weather)


def by_a_schema_it_may_be_anything(session: Session) -> None:
    assert_type(session.ask("?", returns={"type": "object"}).result().value, Any)
    assert_type(session.ask("?").result().value, Any)


async def what_is_awaited_is_what_was_asked_for(session: Session) -> None:
    done = await session.ask("how is it?", returns=Weather)
    assert_type(done.value, Weather)


def orders_return_futures_of_their_answers(session: Session, turn: Turn[Any]) -> None:
    assert_type(session.set_model("haiku"), Future[SetModelResult | None])
    assert_type(session.set_model(None).get(timeout=1), SetModelResult | None)
    assert_type(session.set_permission_mode("plan"), Future[SetPermissionModeResult | None])
    session.set_permission_mode(BypassPermissions(reason="a sandbox"))
    assert_type(session.set_max_thinking_tokens(None), Future[None])
    assert_type(session.interrupt(), Future[InterruptReceipt | None])
    assert_type(session.mcp_status().get(timeout=1), McpServers)
    assert_type(session.mcp_reconnect("shop"), Future[None])
    assert_type(session.mcp_toggle("shop", enabled=False), Future[None])
    assert_type(session.set_mcp_servers({}), Future[McpSetServersResult | None])
    assert_type(session.rewind_files(turn, dry_run=True).get(timeout=1), RewindResult)
    assert_type(session.stop_task("t"), Future[None])
    assert_type(session.task_output("t").get(timeout=1), TaskOutput)
    assert_type(session.background_tasks(), Future[None])
    assert_type(session.context_usage("full").get(timeout=1), ContextUsage)
    assert_type(session.control("get_status", a=1), Future[Any])


async def orders_can_be_awaited(session: Session) -> None:
    assert_type(await session.context_usage(), ContextUsage)


def wrong_orders_are_seen_by_the_type_checker(session: Session) -> None:
    session.set_model(7)  # type: ignore[arg-type]
    session.set_permission_mode("bypassPermissions")  # type: ignore[arg-type]
    session.context_usage("everything")  # type: ignore[arg-type]
    session.mcp_toggle("shop", False)  # type: ignore[call-arg]
