"""Control requests, interrupts and the end of input."""

import json
import signal

import pytest

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Reply, Scenario, Turn
from greenroom_protocol.claude import (
    Assistant,
    BackgroundTasksChanged,
    CommandLifecycle,
    ContentBlockDelta,
    ContentBlockStop,
    ControlError,
    ControlResponse,
    MessageStop,
    Result,
    SessionStateChanged,
    Status,
    StreamEvent,
    SystemInit,
    TextDelta,
    User,
)

SILENT = Scenario(turns=[[s.Text("so far"), s.Wait()], [s.Text("next")]])


def ask(client, subtype, **members):
    client.request(subtype, **members)
    return client.expect(ControlResponse).response


def test_initialize_is_answered_like_the_cli_does(play):
    client = play(Scenario(cli_version="2.1.400"), "--permission-mode=plan")
    response = ask(client, "initialize", hooks={"Stop": [{"hookCallbackIds": ["h"]}]}).response
    assert response["claude_code_version"] == "2.1.400"
    assert response["current_permission_mode"] == "plan"
    assert response["pid"] == client.process.pid
    assert response["hooks_applied"] is True
    assert len(response) >= 17
    assert b'"pending_permission_requests":[]' in client.raw


def test_a_second_initialize_tells_the_background_tasks(play):
    client = play(Scenario())
    ask(client, "initialize")
    client.request("initialize")
    assert client.expect(BackgroundTasksChanged).tasks == ()
    client.expect(ControlResponse)


def test_the_model_can_be_set_and_reset(play):
    client = play(Scenario(), "--model=opus")
    assert ask(client, "set_model", model="sonnet").response == {"model": "sonnet"}
    assert isinstance(ask(client, "set_model", model=""), ControlError)
    assert ask(client, "set_model").response == {"model": "opus"}
    assert [frame.is_replay for frame in client.frames if isinstance(frame, User)] == [True, True]


def test_the_permission_mode_can_be_set_to_one_that_exists(play):
    client = play(Scenario())
    client.request("set_permission_mode", mode="acceptEdits")
    assert client.expect(Status).permission_mode == "acceptEdits"
    client.expect(ControlResponse)
    assert ask(client, "set_permission_mode", mode="zzz").error_code == "invalid_mode"
    client.prompt()
    assert client.expect(SystemInit).permission_mode == "acceptEdits"


def test_other_requests_are_answered_or_refused_by_name(play):
    client = play(Scenario())
    assert ask(client, "mcp_status").response == {"mcpServers": []}
    assert ask(client, "set_max_thinking_tokens", max_thinking_tokens=1).response is None
    refused = ask(client, "no_such_thing")
    assert refused.error == "Unsupported control request subtype: no_such_thing"
    assert refused.error_code == "unsupported_request"


def test_requests_are_served_while_a_turn_is_silent(play):
    client = play(SILENT)
    client.prompt()
    client.expect(Assistant)
    assert ask(client, "mcp_status").response == {"mcpServers": []}


@pytest.mark.parametrize("subtype", ["initialize", "set_model", "made_up"])
def test_a_reply_can_be_changed_delayed_refused_or_withheld(play, subtype):
    changed = Reply(before=[s.Gate("go")], response={"extra": 1})
    client = play(Scenario(requests={subtype: changed, "mcp_status": Reply(error="not now")}))
    client.request(subtype, model="m")
    assert ask(client, "mcp_status").error == "not now"
    client.simulator.open_gate("go")
    assert client.expect(ControlResponse).response.response["extra"] == 1


def test_a_reply_can_be_withheld(play):
    client = play(Scenario(requests={"initialize": Reply(ignore=True)}))
    client.request("initialize")
    client.prompt()
    client.expect(Result)
    assert not [frame for frame in client.frames if isinstance(frame, ControlResponse)]


def test_end_session_answers_and_exits(play):
    client = play(Scenario())
    ask(client, "end_session")
    assert client.rest() == []
    assert client.wait() == 0


# --- interrupts ---


def test_an_interrupt_aborts_the_turn_and_spares_the_session(play):
    client = play(SILENT)
    client.prompt(uuid="a")
    client.expect(Assistant)
    assert ask(client, "interrupt").response == {"still_queued": []}
    [note] = client.expect(User).message.blocks
    assert note.text == "[Request interrupted by user]"
    result = client.expect(Result)
    assert (result.subtype, result.terminal_reason) == (
        "error_during_execution",
        "aborted_streaming",
    )
    assert result.usage.input_tokens == 0
    assert client.expect(CommandLifecycle, command_uuid="a").state == "cancelled"
    client.expect(SessionStateChanged, state="idle")
    client.prompt(uuid="b")
    assert client.expect(Result).result == "next"
    assert client.finish() == 0


def test_an_interrupt_in_a_tool_rejects_its_call(play):
    client = play(Scenario(turns=[[s.ToolUse("Bash", id="t-1"), s.Wait()]]))
    client.prompt()
    client.expect(Assistant)
    client.request("interrupt")
    [rejected] = client.expect(User).message.blocks
    assert (rejected.tool_use_id, rejected.is_error) == ("t-1", True)
    [note] = client.expect(User).message.blocks
    assert note.text.endswith("for tool use]")
    assert client.expect(Result).terminal_reason == "aborted_tools"


def test_an_interrupt_in_a_stream_keeps_the_text_and_abandons_the_block(play):
    turn = [s.Text("whole"), s.Deltas(["kept ", "never"], pause_seconds=60)]
    client = play(Scenario(turns=[turn]), "--include-partial-messages")
    client.prompt()
    client.expect(Assistant)
    while client.expect(StreamEvent).event != ContentBlockDelta(
        index=1, delta=TextDelta(text="kept ")
    ):
        pass
    client.request("interrupt")
    aborted = client.expect(Assistant, aborted=True)
    assert aborted.message.content[0].text == "kept "
    assert isinstance(client.expect(StreamEvent).event, ContentBlockStop)
    assert isinstance(client.expect(StreamEvent).event, MessageStop)
    assert b'"abandoned_blocks":{"api_message_id":"msg_' in client.raw
    assert client.expect(Result).terminal_reason == "aborted_streaming"


def test_an_interrupt_right_behind_a_prompt_aborts_it(play):
    client = play(Scenario())
    message = {"role": "user", "content": "hi"}
    request = {"subtype": "interrupt"}
    client.send(
        {"type": "user", "uuid": "a", "message": message},
        {"type": "control_request", "request_id": "r", "request": request},
    )
    assert client.expect(ControlResponse).response.response == {"still_queued": ["a"]}
    client.expect(SystemInit)
    assert client.expect(Result).is_error


def test_queued_prompts_survive_an_interrupt(play):
    client = play(SILENT)
    client.prompt(uuid="a")
    client.expect(Assistant)
    client.prompt(uuid="b")
    assert ask(client, "interrupt").response == {"still_queued": ["b"]}
    client.finish()
    assert [each.is_error for each in client.results()] == [True, False]


def test_queued_prompts_can_be_cancelled_with_the_turn(play):
    client = play(SILENT)
    client.prompt(uuid="a")
    client.expect(Assistant)
    client.prompt(uuid="b")
    response = ask(client, "interrupt", cancel_queued=True).response
    assert response == {"still_queued": [], "cancelled": ["b"]}
    client.finish()
    assert len(client.results()) == 1


def test_one_queued_prompt_can_be_cancelled(play):
    client = play(SILENT)
    client.prompt(uuid="a")
    client.expect(Assistant)
    client.prompt(uuid="b")
    cancelled = ask(client, "cancel_async_message", message_uuid="b").response
    assert cancelled == {"cancelled": True, "message_uuid": "b"}
    again = ask(client, "cancel_async_message", message_uuid="b").response
    assert again == {"cancelled": False}


def test_an_idle_interrupt_does_no_harm(play):
    client = play(Scenario())
    assert ask(client, "interrupt").response == {"still_queued": []}
    client.prompt()
    assert client.expect(Result).is_error is False


def test_an_interrupt_can_be_ignored(play):
    client = play(Scenario(turns=[[s.WaitForPrompt(), s.Text("on")]], on_interrupt="ignore"))
    client.prompt(uuid="a")
    client.request("interrupt")
    client.prompt(uuid="b", priority="later")
    assert client.expect(Result).result == "on"
    assert not [frame for frame in client.frames if isinstance(frame, ControlResponse)]


def test_an_interrupt_can_be_acknowledged_and_not_obeyed(play):
    turn = [s.Text("x"), s.Gate("go"), s.Text("on")]
    client = play(Scenario(turns=[turn], on_interrupt="acknowledge"))
    client.prompt()
    client.expect(Assistant)
    assert ask(client, "interrupt").response == {"still_queued": []}
    client.simulator.open_gate("go")
    assert client.expect(Result).result == "on"


def test_an_interrupt_can_play_steps_of_its_own(play):
    reaction = [s.Result(fields={"terminal_reason": "completed"})]
    client = play(Scenario(turns=[[s.Text("won"), s.Wait()]], on_interrupt=reaction))
    client.prompt()
    client.expect(Assistant)
    client.request("interrupt")
    assert client.expect(Result).result == "won"
    assert client.finish() == 0


def test_a_turn_can_wait_for_the_interrupt_itself(play):
    turn = [s.Text("x"), s.WaitForInterrupt(), s.Text("finished just before")]
    client = play(Scenario(turns=[turn]))
    client.prompt(uuid="a")
    client.expect(Assistant)
    ask(client, "interrupt")
    assert client.expect(Result).result == "finished just before"
    assert client.expect(CommandLifecycle, state="completed").command_uuid == "a"


# --- end of input and signals ---


def test_at_the_end_of_input_what_is_queued_is_finished_first(play):
    client = play(
        Scenario(turns=[[s.Deltas(["slow", "ly"], pause_seconds=0.05)]], queueing="serial")
    )
    for number in range(3):
        client.prompt(uuid=f"p-{number}")
    assert client.finish() == 0
    assert len(client.results()) == 3


def test_the_end_of_input_can_be_ignored(play):
    client = play(Scenario(on_eof="ignore"))
    client.process.stdin.close()
    client.simulator.wait_for(lambda record: record.saw_eof)
    assert client.process.poll() is None
    client.process.terminate()
    assert client.wait() == 143


def test_the_end_of_input_can_play_steps(play):
    client = play(Scenario(on_eof=[s.Stderr("bye\n"), s.Exit(5)]))
    assert client.finish() == 5
    assert client.stderr() == b"bye\n"


@pytest.mark.parametrize("turn", [[s.Text("x"), s.Wait()], [s.Text("x"), s.Hang()]])
def test_sigterm_ends_it_with_143_and_no_result(play, turn):
    client = play(Scenario(turns=[turn]))
    client.prompt()
    client.expect(Assistant)
    client.process.send_signal(signal.SIGTERM)
    assert client.wait() == 143
    assert client.rest() == []
    assert client.simulator.record().signals == ("SIGTERM",)


def test_sighup_ends_it_with_129(play):
    client = play(SILENT)
    client.prompt()
    client.expect(Assistant)
    client.process.send_signal(signal.SIGHUP)
    assert client.wait() == 129


def test_sigint_aborts_the_turn_and_exits_with_0(play):
    client = play(SILENT)
    client.prompt()
    client.expect(Assistant)
    client.process.send_signal(signal.SIGINT)
    assert client.expect(Result).is_error
    client.rest()
    assert client.wait() == 0


def test_sigterm_can_be_ignored(play):
    client = play(Scenario(on_sigterm="ignore"))
    client.prompt()
    client.expect(Result)
    client.process.send_signal(signal.SIGTERM)
    client.prompt()
    client.expect(Result)
    client.process.kill()
    assert client.wait() == -signal.SIGKILL


def test_sigterm_can_play_steps(play):
    client = play(Scenario(on_sigterm=[s.Text("wait"), s.Exit(9)]))
    client.prompt()
    client.expect(Result)
    client.process.send_signal(signal.SIGTERM)
    client.expect(Assistant)
    assert client.wait() == 9


def test_it_never_outlives_its_lifetime(play):
    client = play(Scenario(on_eof="ignore", on_sigterm="ignore", lifetime_seconds=0.3))
    assert client.wait() == -signal.SIGALRM


# --- stdin ---


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"this is not json", "(type=unknown, 16 chars): SyntaxError"),
        (b'{"type":"user",', "(type=user, 15 chars): SyntaxError"),
        (b"null", "(type=unknown, 4 chars): TypeError"),
        (b'{"type":"user"}', "Expected message role 'user', got 'None'"),
        (b'{"type":"user","message":{"role":"assistant"}}', "got 'assistant'"),
        (b'{"type":"control_request","request_id":"1"}', "Missing request on control_request"),
    ],
)
def test_a_bad_line_ends_it_with_a_word_on_stderr(play, line, complaint):
    client = play(Scenario())
    client.write(line + b"\n")
    assert client.rest() == []
    assert client.wait() == 1
    assert complaint in client.stderr().decode()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[1]",
        b"{}",
        b'{"type":"keep_alive"}',
        b'{"type":"from_the_future"}',
        b'{"type":"control_response","response":{"request_id":"nobody"}}',
        b'{"type":"user","message":{"role":"user","content":5}}',
    ],
)
def test_a_line_it_does_not_care_for_changes_nothing(play, line):
    client = play(Scenario())
    client.write(line + b"\r\n")
    client.prompt()
    assert client.finish() == 0
    assert len(client.results()) == 1


def test_odd_encodings_are_read(play):
    client = play(Scenario(turns=[[s.Text("$prompt")]]))
    prompt = b'{"type":"user","message":{"role":"user","content":"%s"}}'
    client.write(b"\xef\xbb\xbf" + prompt % b"bom" + b"\r\n")
    client.expect(Result)
    client.write(prompt % b"\xff" + b"\n")
    client.expect(Result)
    client.write(prompt % rb"\ud800")
    assert client.finish() == 0
    texts = [json.loads(line)["result"] for line in client.raw.splitlines() if b'"result"' in line]
    assert texts == ["bom", "\N{REPLACEMENT CHARACTER}", "\ud800"]


def test_empty_content_is_a_prompt(play):
    client = play(Scenario(turns=[Turn()]))
    client.prompt(None)
    client.prompt("")
    client.finish()
    assert [each.result for each in client.results()] == ["You said: ", "You said: "]
