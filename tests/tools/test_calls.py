"""Calls run beside each other, and each can be taken back."""

import asyncio
import threading

import pytest

from greenroom.callbacks import Call, CallbackFault, CancelSignal, Errand
from greenroom.tools import ToolContext, ToolRegistry, tool
from tests.patience import PATIENCE_SECONDS
from tests.tools.client import Client, failure, finish, reply_to


@tool
def echo(item: int) -> int:
    return item


class Held:
    """A tool that waits until its call is cancelled; calls are run on threads."""

    def __init__(self):
        self.begun = threading.Event()
        self.registry = ToolRegistry("shop", [tool(name="hold")(self.hold), echo])
        self.client = Client.of(self.registry)
        self.reply = None

    def hold(self, context: ToolContext) -> str:
        self.begun.set()
        assert context.signal.wait(PATIENCE_SECONDS)
        return context.signal.reason

    def start(self):
        errand = self.client.start_call("hold")
        self.signal = CancelSignal()
        self.thread = threading.Thread(target=self._run, args=(errand,))
        self.thread.start()
        assert self.begun.wait(PATIENCE_SECONDS)
        return errand

    def _run(self, errand):
        self.reply = reply_to(errand, self.signal)

    def join(self):
        self.thread.join(PATIENCE_SECONDS)
        assert not self.thread.is_alive()


@pytest.fixture(name="held")
def _held():
    return Held()


def cancel(client, request_id, **params):
    client.tell("notifications/cancelled", requestId=request_id, **params)


def test_of_fifty_calls_that_run_at_once_one_never_returns():
    held = Held()
    held.start()
    errands = [held.client.start_call("echo", item=number) for number in range(49)]
    replies = [None] * 49
    together = threading.Barrier(49)

    def run(number):
        together.wait(PATIENCE_SECONDS)
        replies[number] = reply_to(errands[number])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(49)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reply["id"] for reply in replies] == list(range(1, 50))
    texts = [reply["result"]["content"][0]["text"] for reply in replies]
    assert texts == [str(number) for number in range(49)]
    assert held.reply is None
    assert held.registry.usage("hold").running == 1
    held.client.connection.close()
    held.join()


def test_the_cli_takes_back_the_call_with_the_id_zero(held):
    held.start()
    cancel(held.client, 0, reason="AbortError")
    held.join()
    assert held.signal.reason == "AbortError"
    assert held.reply["id"] == 0
    usage = held.registry.usage("hold")
    assert (usage.calls, usage.running, usage.cancelled, usage.failures) == (1, 0, 1, 0)


@pytest.mark.parametrize("request_id", [1, "0", None, True, 0.5, [], {}])
def test_another_id_takes_nothing_back(held, request_id):
    held.start()
    cancel(held.client, request_id)
    assert not held.signal.cancelled
    held.client.connection.close()
    held.join()


def test_ids_mean_something_in_one_connection_alone(held):
    held.start()
    cancel(Client.of(held.registry), 0)
    assert not held.signal.cancelled
    held.client.connection.close()
    held.join()


def test_a_call_taken_back_before_it_runs_is_not_made(held):
    errand = held.client.start_call("hold")
    cancel(held.client, 0)
    signal = CancelSignal()
    result = reply_to(errand, signal)["result"]
    assert result["isError"]
    assert "cancelled: the CLI withdrew it" in result["content"][0]["text"]
    assert signal.cancelled
    assert not held.begun.is_set()
    assert held.registry.usage("hold").cancelled == 1


def test_a_call_that_was_cancelled_otherwise_is_not_made(held):
    signal = CancelSignal()
    signal.cancel("the turn is over")
    result = reply_to(held.client.start_call("hold"), signal)["result"]
    assert "the turn is over" in result["content"][0]["text"]
    assert not held.begun.is_set()


def test_the_end_of_the_process_cancels_what_runs(held):
    held.start()
    held.client.connection.close()
    held.join()
    assert held.signal.reason == "the agent is gone"


def test_an_id_is_free_again_once_its_call_has_ended(held):
    message = {"jsonrpc": "2.0", "id": 7, "method": "tools/call"}
    message["params"] = {"name": "echo", "arguments": {"item": 1}}
    first = held.client.send(message)
    second = held.client.send(message)
    assert reply_to(second)["error"]["code"] == -32600
    assert reply_to(first)["result"]["content"]
    assert isinstance(held.client.send(message), Errand)


def test_a_cancelled_id_is_free_again_though_its_function_runs_on():
    begun, go_on = threading.Event(), threading.Event()

    @tool
    def deaf() -> None:
        begun.set()
        go_on.wait(PATIENCE_SECONDS)

    client = Client.of([deaf])
    errand = client.start_call("deaf")
    thread = threading.Thread(target=reply_to, args=(errand,))
    thread.start()
    assert begun.wait(PATIENCE_SECONDS)
    cancel(client, 0)
    again = {"jsonrpc": "2.0", "id": 0, "method": "tools/call", "params": {"name": "deaf"}}
    assert isinstance(client.send(again), Errand)
    go_on.set()
    thread.join()


@pytest.mark.parametrize("early", [False, True])
def test_a_coroutine_is_cancelled_and_the_call_answered(early):
    ended = []

    @tool
    async def wait() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(1)

    client = Client.of([wait])
    errand = client.start_call("wait")
    begun = asyncio.Event()

    async def session():
        task = asyncio.ensure_future(errand.call(Call(signal=CancelSignal())))
        if not early:
            await begun.wait()
        cancel(client, 0, reason="stop")
        return await task

    result = asyncio.run(session())
    assert "cancelled: stop" in result["content"][0]["text"]
    assert ended == ([] if early else [1])


def test_a_coroutine_that_is_cancelled_by_its_runner_stays_cancelled():
    @tool
    async def wait() -> None:
        await asyncio.Event().wait()

    registry = ToolRegistry("shop", [wait])
    errand = Client.of(registry).start_call("wait")
    signal = CancelSignal()

    async def session():
        task = asyncio.ensure_future(errand.call(Call(signal=signal)))
        await asyncio.sleep(0)
        signal.cancel("the turn is over")
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(session())
    usage = registry.usage("wait")
    assert (usage.running, usage.cancelled, usage.failures) == (0, 1, 0)


def test_a_function_may_return_what_is_to_be_awaited():
    async def later():
        return "tea"

    def promise() -> object:
        return later()

    assert Client.of([promise]).text("promise") == "tea"


@pytest.mark.parametrize("is_async", [False, True])
def test_an_exception_reaches_the_runner_and_the_model_learns_its_class(is_async):
    def fail() -> None:
        raise LookupError("nowhere")

    async def fail_async() -> None:
        raise LookupError("nowhere")

    errand = Client.of([tool(name="fail")(fail_async if is_async else fail)]).start_call("fail")
    result = reply_to(errand)["result"]
    assert result == {
        "content": [{"type": "text", "text": "The tool 'fail' failed: LookupError: nowhere"}],
        "isError": True,
    }


@pytest.mark.parametrize("fault", CallbackFault)
def test_whatever_becomes_of_a_call_it_has_a_sound_answer(fault):
    errand = Client.of([echo]).start_call("echo", item=1)
    reply = reply_to(errand.closed(failure(errand, fault, TimeoutError("too late"))))
    assert reply["id"] == 0
    assert reply["result"]["isError"]
    assert "too late" in reply["result"]["content"][0]["text"]


def test_an_unsendable_result_counts_as_a_bad_answer():
    @tool
    def give() -> object:
        return object()

    errand = Client.of([give]).start_call("give")
    with pytest.raises(Exception, match="type object"):
        errand.then(errand.call(Call(signal=CancelSignal())))
    assert finish(Client.of([give]).start_call("give"), Call(signal=CancelSignal()))
