"""A registry holds tools, tells of them, and counts their calls, for many sessions at once."""

import threading

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from greenroom.callbacks import Call, CallbackFailure, CallbackFault, CancelSignal
from greenroom.tools import (
    ToolAnnotations,
    ToolDescription,
    ToolError,
    ToolRegistry,
    ToolResult,
    ToolUsage,
    tool,
)
from tests.patience import PATIENCE_SECONDS
from tests.tools.client import Client, settled


@tool
def price(item: str) -> str:
    """What an item costs."""
    return item


@tool(annotations=ToolAnnotations(read_only=True), timeout=2)
async def stock(item: str) -> int:
    return len(item)


def test_tools_are_found_by_name_in_the_order_they_came():
    registry = ToolRegistry("shop", [price, stock])
    assert list(registry) == [price, stock]
    assert len(registry) == 2
    assert "price" in registry
    assert "cost" not in registry
    assert registry.lookup("stock") is stock
    assert repr(registry) == "<ToolRegistry 'shop' of 2 tools>"


def test_registering_works_as_a_decorator():
    registry = ToolRegistry("shop")

    @registry.register
    def close(day: str) -> None: ...

    assert registry.lookup("close") is close


def test_a_second_tool_of_a_name_is_refused():
    with pytest.raises(ValueError, match=r"'shop' already has a tool 'price'.*name="):
        ToolRegistry("shop", [price, price])


def test_a_deregistered_tool_is_gone():
    registry = ToolRegistry("shop", [price])
    assert registry.deregister("price") is price
    assert "price" not in registry
    registry.register(price)
    assert list(registry) == [price]


@pytest.mark.parametrize("method", ["lookup", "deregister", "usage"])
def test_an_unknown_name_is_an_error_that_names_the_close_one(method):
    registry = ToolRegistry("shop", [price])
    with pytest.raises(KeyError, match="no tool 'prise': did you mean 'price'"):
        getattr(registry, method)("prise")


def test_tools_are_described_without_being_called():
    described = ToolRegistry("shop", [stock]).describe()
    assert described == [
        ToolDescription(
            name="stock",
            description="",
            input_schema=stock.input_schema,
            annotations=ToolAnnotations(read_only=True),
            timeout=2,
            max_result_chars=None,
            is_async=True,
        )
    ]


# --- changes ------------------------------------------------------------------------------------


def test_listeners_hear_of_every_change_until_they_let_go():
    registry, heard = ToolRegistry("shop"), []
    forget = registry.on_change(lambda: heard.append(len(registry)))
    registry.register(price)
    registry.deregister("price")
    forget()
    registry.register(price)
    assert heard == [1, 0]


def test_a_listener_that_raises_harms_nobody(capsys):
    registry, heard = ToolRegistry("shop"), []

    def raises():
        raise RuntimeError("not now")

    registry.on_change(raises)
    registry.on_change(lambda: heard.append(1))
    registry.register(price)
    assert heard == [1]
    assert "tool_listener_failed" in capsys.readouterr().err


def test_a_refused_change_is_not_announced():
    registry, heard = ToolRegistry("shop", [price]), []
    registry.on_change(lambda: heard.append(1))
    with pytest.raises(ValueError, match="already"):
        registry.register(price)
    with pytest.raises(KeyError):
        registry.deregister("cost")
    assert not heard


def test_a_session_that_was_introduced_is_told_of_changes_until_it_ends():
    registry, told = ToolRegistry("shop", [price]), []
    client = Client.of(registry, notify=lambda server, message: told.append((server, message)))
    registry.register(stock)
    assert not told
    client.request("initialize", protocolVersion="2025-11-25")
    registry.deregister("stock")
    assert told == [
        ("shop", {"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}),
    ]
    client.connection.close()
    registry.register(stock)
    assert len(told) == 1


# --- usage --------------------------------------------------------------------------------------


def outcomes():
    @tool
    def act(how: str) -> object:
        match how:
            case "tool error":
                raise ToolError("sold out")
            case "error result":
                return ToolResult(content="no", is_error=True)
            case "raises":
                raise LookupError("nowhere")
            case "unsendable":
                return object()
        return how

    return ToolRegistry("shop", [act])


def test_a_tool_that_was_never_called_has_no_usage():
    usage = outcomes().usage("act")
    assert usage == ToolUsage()
    assert usage.mean_seconds == 0


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("well", None),
        ("tool error", "sold out"),
        ("error result", "no"),
        ("raises", "The tool 'act' failed: LookupError: nowhere"),
        ("unsendable", "a value of the type object"),
    ],
)
def test_each_call_is_counted_once(how, error):
    registry = outcomes()
    Client.of(registry).call("act", how=how)
    usage = registry.usage("act")
    assert (usage.calls, usage.running, usage.cancelled) == (1, 0, 0)
    assert usage.failures == (error is not None)
    assert (error or "") in (usage.last_error or "")
    assert 0 < usage.mean_seconds == usage.max_seconds == usage.total_seconds


def test_wrong_arguments_count_as_a_failure():
    registry = outcomes()
    Client.of(registry).call("act", hwo=1)
    assert registry.usage("act").failures == 1


def test_all_sessions_count_together_and_removal_keeps_the_count():
    registry = outcomes()
    Client.of(registry).call("act", how="well")
    Client.of(registry).call("act", how="well")
    registry.deregister("act")
    assert registry.usage("act").calls == 2


def closed(errand, fault, message="why"):
    return errand.closed(CallbackFailure(callback=errand.name, fault=fault, message=message))


@pytest.mark.parametrize("signalled", [False, True])
def test_an_overdue_call_is_a_failure_though_it_was_cancelled_for_it(signalled):
    begun, go_on, signal = threading.Event(), threading.Event(), CancelSignal()

    def wait(how: str) -> None:
        begun.set()
        go_on.wait(PATIENCE_SECONDS)

    registry = ToolRegistry("shop", [tool(name="act")(wait)])
    errand = Client.of(registry).start_call("act", how="well")
    slow = threading.Thread(target=errand.call, args=(Call(signal=signal),))
    slow.start()
    assert begun.wait(PATIENCE_SECONDS)
    if signalled:
        signal.cancel("it did not answer within 2 s")
    closed(errand, CallbackFault.OVERDUE, "it did not answer within 2 s")
    go_on.set()
    slow.join()
    usage = registry.usage("act")
    assert (usage.calls, usage.running, usage.failures, usage.cancelled) == (1, 0, 1, 0)
    assert "within 2 s" in usage.last_error


def test_a_call_whose_turn_ended_is_cancelled_and_no_failure():
    registry = outcomes()
    closed(Client.of(registry).start_call("act", how="well"), CallbackFault.CANCELLED)
    usage = registry.usage("act")
    assert (usage.calls, usage.running, usage.failures, usage.cancelled) == (1, 0, 0, 1)


def test_one_registry_serves_many_threads():
    registry, rounds, workers = ToolRegistry("shop", [price]), 50, 8
    begun = threading.Barrier(workers)

    def work(number):
        client = Client.of(registry)
        begun.wait()
        for turn in range(rounds):
            name = f"tool_{number}_{turn}"
            registry.register(tool(name=name)(lambda: None))
            assert name in {
                tool["name"] for tool in client.request("tools/list")["result"]["tools"]
            }
            settled(client.start_call("price", item="tea").call(Call(signal=CancelSignal())))
            registry.deregister(name)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(registry) == [price]
    usage = registry.usage("price")
    assert (usage.calls, usage.running, usage.failures) == (rounds * workers, 0, 0)


class Registering(RuleBasedStateMachine):
    """A registry beside a dict that should hold the same."""

    names = st.sampled_from(["a", "b", "c d", "x" * 80])

    def __init__(self):
        super().__init__()
        self.registry = ToolRegistry("shop")
        self.model = {}
        self.changes = 0
        self.heard = 0
        self.registry.on_change(self._hear)

    def _hear(self):
        self.heard += 1

    @rule(name=names)
    def register(self, name):
        made = tool(name=name)(lambda: None)
        if name in self.model:
            with pytest.raises(ValueError, match="already"):
                self.registry.register(made)
        else:
            assert self.registry.register(made) is made
            self.model[name] = made
            self.changes += 1

    @rule(name=names)
    def deregister(self, name):
        if name in self.model:
            assert self.registry.deregister(name) is self.model.pop(name)
            self.changes += 1
        else:
            with pytest.raises(KeyError):
                self.registry.deregister(name)

    @invariant()
    def both_hold_the_same(self):
        assert list(self.registry) == list(self.model.values())
        assert [described.name for described in self.registry.describe()] == list(self.model)
        assert self.heard == self.changes


TestRegistering = Registering.TestCase
