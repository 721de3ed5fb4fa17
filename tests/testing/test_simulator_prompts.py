"""Several prompts at once, and prompts that are commands."""

import pytest

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Scenario
from greenroom_protocol.claude import (
    Assistant,
    ConversationReset,
    Result,
    SessionStateChanged,
    User,
)


def prompts(client, *uuids, **members):
    message = {"role": "user", "content": "hi"}
    client.send(*({"type": "user", "message": message, "uuid": u, **members} for u in uuids))


def test_waiting_prompts_merge_into_one_turn(play):
    client = play(Scenario())
    prompts(client, "a", "b", "c", "d")
    client.finish()
    assert [each.user_message_uuids for each in client.results()] == [("a",), ("b", "c", "d")]


def test_serial_queueing_gives_each_prompt_its_turn(play):
    client = play(Scenario(queueing="serial"))
    prompts(client, "a", "b", "c")
    client.finish()
    assert [each.user_message_uuids for each in client.results()] == [("a",), ("b",), ("c",)]


TOOL_LOOP = [s.ToolUse("Bash"), s.WaitForPrompt(), s.ToolResult("ok"), s.Text("Done")]


def test_a_prompt_during_a_tool_folds_into_the_turn(play):
    client = play(Scenario(turns=[TOOL_LOOP]))
    client.prompt(uuid="a")
    client.expect(Assistant)
    client.prompt(uuid="b")
    client.finish()
    [result] = client.results()
    assert result.user_message_uuids == ("a", "b")
    states = [f.state for f in client.frames if getattr(f, "command_uuid", None) == "b"]
    assert states == ["queued", "started", "completed"]


def test_a_later_prompt_waits_for_its_own_turn(play):
    client = play(Scenario(turns=[TOOL_LOOP, [s.Text("second")]]))
    prompts(client, "a")
    prompts(client, "b", priority="later")
    client.finish()
    assert [each.user_message_uuids for each in client.results()] == [("a",), ("b",)]


def test_a_prompt_of_priority_now_cuts_the_turn_after_its_tool(play):
    client = play(Scenario(turns=[TOOL_LOOP, [s.Text("second")]]))
    prompts(client, "a")
    prompts(client, "b", priority="now")
    client.finish()
    cut, second = client.results()
    assert (cut.subtype, cut.terminal_reason, cut.result) == ("success", "aborted_tools", "")
    assert (second.user_message_uuids, second.result) == (("b",), "second")


def test_a_used_uuid_is_dropped_silently(play):
    client = play(Scenario())
    prompts(client, "a")
    client.expect(SessionStateChanged, state="idle")
    prompts(client, "a")
    client.finish()
    assert len(client.results()) == 1


def test_a_prompt_that_asks_nothing_is_only_appended(play):
    client = play(Scenario(turns=[[s.Text("$history")]]), "--replay-user-messages")
    prompts(client, "a", shouldQuery=False)
    assert client.expect(User).is_replay is True
    assert client.expect(Result).num_turns == 0
    prompts(client, "b")
    assert client.expect(Result).result == "1"
    assert client.finish() == 0


def test_clear_begins_a_new_conversation(play):
    client = play(Scenario(turns=[[s.Text("$history")]]))
    client.prompt()
    first = client.expect(Result)
    client.prompt("/clear", uuid="c")
    assert client.expect(ConversationReset).session_id == first.session_id
    cleared = client.expect(Result)
    assert (cleared.local_command, cleared.num_turns, cleared.total_cost_usd) == ("clear", 0, 0)
    assert cleared.session_id != first.session_id
    client.prompt()
    assert client.expect(Result).result == "0"


@pytest.mark.parametrize("argv", [(), ("--disable-slash-commands",)])
def test_clear_as_verbatim_text_or_without_commands_forgets_nothing(play, argv):
    client = play(Scenario(turns=[[s.Text("$history")]]), *argv)
    client.prompt()
    client.prompt("/clear", client_composed=not argv)
    client.prompt()
    client.finish()
    assert client.results()[-1].session_id == client.results()[0].session_id
    assert not [frame for frame in client.frames if isinstance(frame, ConversationReset)]
