"""What is asked of a server is answered, whatever the server does."""

import asyncio
import json
import math
import os

import pytest

from greenroom.mcp import (
    McpBadAnswer,
    McpCancelled,
    McpRefused,
    McpServerDown,
    McpTimedOut,
    Progress,
    TextContent,
    UnknownContent,
)
from greenroom.runtime import MailboxFull
from greenroom.runtime.process import StopLadder
from greenroom_protocol import LocalProtocolError, Secret

SECONDS = 20


def text_of(call):
    return call.get(timeout=SECONDS).text


def test_the_handshake_tells_who_the_server_is(joined, server):
    connection = joined(server())
    connection.ping().get(timeout=SECONDS)
    info = connection.info
    assert (info.status, info.server.name, info.protocol_version) == (
        "ready",
        "scripted",
        "2025-11-25",
    )
    assert info.instructions == "Ask nicely."
    assert set(info.capabilities) == {"tools", "resources", "prompts"}
    assert info.pid is not None
    assert repr(connection) == "<McpConnection files ready>"


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18"])
def test_an_older_version_that_is_known_is_agreed_to(joined, server, version):
    connection = joined(server(f"version={version}"))
    connection.ping().get(timeout=SECONDS)
    assert connection.info.protocol_version == version


def test_a_tool_is_called(joined, server):
    result = joined(server()).call("echo", {"text": "hé\n"}).get(timeout=SECONDS)
    assert result.content == (TextContent(text="hé\n"),)
    assert (result.text, result.is_error, result.structured) == ("hé\n", False, None)


def test_a_tool_that_fails_is_a_result(joined, server):
    assert joined(server()).call("fail").get(timeout=SECONDS).is_error


def test_structured_content_is_data(joined, server):
    given = {"a": [1, {"b": None}]}
    assert joined(server()).call("data", given).get(timeout=SECONDS).structured == given


def test_blocks_of_unknown_types_are_kept_as_they_came(joined, server):
    content = joined(server()).call("strange").get(timeout=SECONDS).content
    assert content[:2] == (
        UnknownContent(raw={"type": "hologram"}),
        UnknownContent(raw={"type": "text"}),
    )
    assert content[2] == TextContent(text="x")


def test_an_error_of_the_server_carries_its_number_words_and_data(joined, server):
    with pytest.raises(McpRefused, match="unknown tool nothing") as caught:
        joined(server()).call("nothing").get(timeout=SECONDS)
    assert (caught.value.rpc_code, caught.value.message) == (-32602, "unknown tool nothing")
    assert "echo" in caught.value.data["known"]
    assert (caught.value.code, caught.value.server) == ("mcp_refused", "files")


def test_an_answer_of_a_wrong_form_is_an_error_and_counted(joined, server):
    connection = joined(server("bare"))
    with pytest.raises(McpBadAnswer, match=r"tools/call .*array"):
        connection.call("odd").get(timeout=SECONDS)
    assert connection.info.garbage == 1


def test_lists_are_read_page_by_page(joined, server):
    connection = joined(server("tools=8"))
    names = [tool.name for tool in connection.tools().get(timeout=SECONDS)]
    assert names == [f"tool{number}" for number in range(8)]


def test_pages_without_end_are_an_error_and_the_server_can_still_be_called(joined, server):
    connection = joined(server("endless"))
    with pytest.raises(McpBadAnswer, match="no end"):
        connection.tools().get(timeout=SECONDS)
    assert text_of(connection.call("echo", {"text": "x"})) == "x"


def test_a_list_is_kept_and_fetched_again_when_it_changed(joined, server):
    connection = joined(server())
    assert len(connection.tools().get(timeout=SECONDS)) == 2
    asked = json.loads(text_of(connection.call("seen")))
    assert len(connection.tools().get(timeout=SECONDS)) == 2
    again = json.loads(text_of(connection.call("seen")))
    assert [each["method"] for each in again[len(asked) :]] == ["tools/call"]
    connection.call("grow").get(timeout=SECONDS)
    assert len(connection.tools().get(timeout=SECONDS)) == 3


def test_an_entry_of_a_wrong_form_is_left_out_and_counted(joined, server):
    connection = joined(server())
    assert [each.uri for each in connection.resources().get(timeout=SECONDS)] == ["memo://one"]
    assert connection.info.garbage == 1


def test_what_a_server_cannot_do_is_an_empty_list_and_not_asked_for(joined, server):
    connection = joined(server("bare"))
    assert connection.tools().get(timeout=SECONDS) == ()
    assert connection.resources().get(timeout=SECONDS) == ()
    assert connection.prompts().get(timeout=SECONDS) == ()
    asked = json.loads(text_of(connection.call("seen")))
    assert [each["method"] for each in asked] == [
        "initialize",
        "notifications/initialized",
        "tools/call",
    ]


def test_a_list_that_a_server_has_not_got_cannot_change(joined, server):
    connection = joined(server("bare"))
    connection.call("change").get(timeout=SECONDS)
    assert connection.tools().get(timeout=SECONDS) == ()
    assert "tools/list" not in text_of(connection.call("seen"))


def test_resources_and_prompts_are_read(joined, server):
    connection = joined(server())
    [prompt] = connection.prompts().get(timeout=SECONDS)
    assert (prompt.name, prompt.arguments[0].required) == ("greet", True)
    filled = connection.prompt("greet", {"who": "you"}).get(timeout=SECONDS)
    assert filled.messages[0].content.text == "Hello you"
    first, second = connection.read("memo://one").get(timeout=SECONDS)
    assert (first.read(), second.read()) == (b"first", b"\x00\x01")


def test_calls_overlap(joined, server):
    connection = joined(server())
    waiting = connection.call("never")
    calls = [connection.call("echo", {"text": str(number)}) for number in range(200)]
    assert [text_of(call) for call in calls] == [str(number) for number in range(200)]
    assert not waiting.done


def test_a_cancelled_call_fails_and_the_server_is_told(joined, server):
    connection = joined(server())
    call = connection.call("never")
    connection.ping().get(timeout=SECONDS)
    call.cancel()
    with pytest.raises(McpCancelled):
        call.get(timeout=SECONDS)
    told = json.loads(text_of(connection.call("seen")))[-2]
    assert told["method"] == "notifications/cancelled"
    assert told["params"] == {"requestId": call.id, "reason": "mcp_cancelled"}


def test_cancelling_a_call_that_is_answered_changes_nothing(joined, server):
    call = joined(server()).call("echo", {"text": "x"})
    assert text_of(call) == "x"
    call.cancel()
    assert text_of(call) == "x"


def test_calls_can_be_awaited_and_a_cancelled_task_cancels_its_call(joined, server):
    async def main():
        async with joined(server()) as connection:
            assert (await connection.call("echo", {"text": "x"})).text == "x"
            call = connection.call("never")

            waits = asyncio.Event()

            async def wait():
                waits.set()
                await call

            task = asyncio.create_task(wait())
            await waits.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            with pytest.raises(McpCancelled):
                await call
        assert connection.info.status == "stopped"

    asyncio.run(main())


def test_the_progress_of_a_call_can_be_seen(joined, server):
    connection = joined(server())
    call = connection.call("progress")
    connection.ping().get(timeout=SECONDS)
    assert call.progress == Progress(progress=1, total=2, message="half")


@pytest.mark.parametrize("method", ["roots/list", "sampling/createMessage", "elicitation/create"])
def test_what_a_server_asks_of_us_is_refused(joined, server, method):
    connection = joined(server("bare"))
    connection.call("ask_back", {"method": method}).get(timeout=SECONDS)
    answer = json.loads(text_of(connection.call("seen")))[-2]
    assert (answer["id"], answer["error"]["code"]) == ("mine", -32601)


def test_a_ping_of_the_server_is_answered(joined, server):
    connection = joined(server("bare"))
    connection.call("ask_back", {"method": "ping"}).get(timeout=SECONDS)
    answer = json.loads(text_of(connection.call("seen")))[-2]
    assert answer == {"jsonrpc": "2.0", "id": "mine", "result": {}}


def test_garbage_is_skipped_and_counted(joined, server):
    connection = joined(server("bare"))
    assert text_of(connection.call("garbage", {"lines": 50})) == "after garbage"
    assert connection.info.garbage == 51


def test_a_flood_of_notifications_drowns_no_answer(joined, server):
    connection = joined(server("bare"))
    assert text_of(connection.call("flood", {"lines": 50_000})) == "flooded"
    assert connection.info.garbage == 0
    log = connection.log()
    assert (len(log), log[-1].level, log[-1].data) == (
        100,
        "info",
        {"number": 49_999, "token": "***"},
    )


def test_an_answer_in_single_bytes_is_an_answer(joined, server):
    assert text_of(joined(server()).call("stutter")) == "slowly é"


def test_a_large_answer_and_a_large_question_pass(joined, server):
    connection = joined(server())
    assert len(text_of(connection.call("big", {"size": 5_000_000}))) == 5_000_000
    assert len(text_of(connection.call("echo", {"text": "x" * 3_000_000}))) == 3_000_000


def test_an_answer_nobody_waits_for_is_counted(joined, server):
    connection = joined(server("bare"))
    assert text_of(connection.call("twice")) == "once"
    connection.ping().get(timeout=SECONDS)
    assert connection.info.unmatched == 1


def test_too_many_calls_at_a_time_are_refused(joined, server):
    connection = joined(server("hang"))
    calls = [connection.call("never") for _ in range(3_000)]
    with pytest.raises(MailboxFull):
        calls[-1].get(timeout=SECONDS)
    connection.stop(SECONDS)
    for call in calls:
        with pytest.raises((MailboxFull, McpServerDown)):
            call.get(timeout=SECONDS)


def test_a_server_that_reads_nothing_fails_the_calls_that_find_no_room(joined, server):
    connection = joined(server("bare"), ladder=StopLadder(eof_grace=0, term_grace=1))
    connection.call("sleep").get(timeout=SECONDS)
    calls = [connection.call("echo", {"text": "x" * 1_000_000}) for _ in range(15)]
    with pytest.raises(McpServerDown, match="does not read what it is sent") as caught:
        calls[-1].get(timeout=SECONDS)
    assert not caught.value.sent
    assert not calls[0].done


def test_arguments_that_cannot_be_sent_are_refused_at_once(joined, server):
    connection = joined(server())
    with pytest.raises(LocalProtocolError):
        connection.call("echo", {"text": object()})
    with pytest.raises(ValueError, match="timeout must be seconds above 0"):
        connection.call("echo", timeout=0)


def test_a_server_gets_an_environment_of_its_own(joined, server, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the host")
    connection = joined(server(env={"TOKEN": Secret("shh, secret")}), cwd=tmp_path)
    environment = json.loads(text_of(connection.call("environment")))
    assert environment["TOKEN"] == "shh, secret"
    assert environment["HOME"] == os.environ["HOME"]
    assert "AWS_SECRET_ACCESS_KEY" not in environment
    assert text_of(connection.call("where")) == str(tmp_path)


def test_no_secret_is_shown_where_a_server_repeats_it(joined, server):
    connection = joined(server(env={"TOKEN": Secret("shh-secret")}))
    with pytest.raises(McpServerDown) as caught:
        connection.call("die", {"words": "bad token shh-secret"}).get(timeout=SECONDS)
    assert "bad token ***" in str(caught.value)
    assert "shh-secret" not in repr((caught.value, caught.value.evidence, connection.info))


# --- on virtual time -------------------------------------------------------------------------


def test_a_call_that_is_not_answered_times_out_and_the_server_is_told(stage, server):
    connection = stage.connect(server("bare"))
    call = connection.call("never", timeout=90)
    stage.answer(connection.ping())
    stage.pass_time(89)
    assert not call.done
    stage.pass_time(2)
    with pytest.raises(McpTimedOut, match=r"has not answered tools/call in time"):
        call.get()
    told = json.loads(stage.answer(connection.call("seen")).text)[-2]
    assert told["params"] == {"requestId": call.id, "reason": "mcp_timed_out"}


def test_the_time_of_a_call_is_its_own_then_the_servers_then_the_connections(stage, server):
    connection = stage.connect(server("bare", timeout_seconds=30), call_seconds=10)
    own, servers = connection.call("never", timeout=math.inf), connection.call("never")
    stage.answer(connection.ping())
    stage.pass_time(29)
    assert not servers.done
    stage.pass_time(2)
    assert servers.done
    stage.pass_time(100_000)
    assert not own.done
    own.cancel()
    with pytest.raises(McpCancelled):
        stage.answer(own)


def test_a_call_to_a_server_that_is_not_ready_times_out_too(stage, server):
    connection = stage.connect(server("hang"), start_seconds=50)
    call = connection.call("echo", timeout=5)
    stage.pass_time(6)
    with pytest.raises(McpTimedOut, match="was not ready for"):
        call.get()
