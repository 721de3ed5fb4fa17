"""Interrupts, and what becomes of the turn and the queue."""

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Scenario
from greenroom_protocol.claude import (
    Assistant,
    CommandLifecycle,
    ContentBlockDelta,
    ContentBlockStop,
    ControlResponse,
    MessageStop,
    Result,
    SessionStateChanged,
    StreamEvent,
    SystemInit,
    TextDelta,
    User,
)

SILENT = Scenario(turns=[[s.Text("so far"), s.Wait()], [s.Text("next")]])


def ask(client, subtype, **members):
    client.request(subtype, **members)
    return client.expect(ControlResponse).response


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
