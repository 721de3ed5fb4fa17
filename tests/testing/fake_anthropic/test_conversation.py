"""Where in a conversation a request stands, as CLI 2.1.329 writes its requests."""

import pytest

from greenroom.testing.fake_anthropic.conversation import read_conversation

REMINDER = "<system-reminder>\nTalk about <b>nothing</b>.\n</system-reminder>\n"
CLEARED = (
    "<local-command-caveat>The command below ran.</local-command-caveat>\n",
    "<command-name>/clear</command-name>\n  <command-args></command-args>\n",
    "<local-command-stdout></local-command-stdout>\n",
)
NOTIFIED = "<system-reminder>\n[SYSTEM NOTIFICATION - NOT USER INPUT]\n</system-reminder>"
ENFORCED = "[structured-output-enforce] You MUST call the StructuredOutput tool."
SUMMARY = "This session is being continued from a previous conversation.\n\nSummary: hello"


def user(*texts):
    return {"role": "user", "content": [{"type": "text", "text": text} for text in texts]}


def assistant(text="ok"):
    return {"role": "assistant", "content": [{"type": "text", "text": text}]}


def tool_result(*extra):
    blocks = [{"type": "tool_result", "tool_use_id": "t", "content": "hi"}]
    return {"role": "user", "content": [*blocks, *user(*extra)["content"]]}


def read(*messages, **body):
    return read_conversation({}, {"messages": [*messages], **body})


@pytest.mark.parametrize(
    ("messages", "prompt", "prompts", "answers"),
    [
        ([{"role": "user", "content": "plain"}], "plain", 1, 0),
        ([user(REMINDER, "hello"), {"role": "system", "content": "# Environment"}], "hello", 1, 0),
        ([user("look at", "this")], "look at\nthis", 1, 0),
        ([user("one"), assistant(), user("two")], "two", 2, 0),
        ([user("go"), assistant(), tool_result(), assistant(), tool_result()], "go", 1, 2),
        ([user("go"), assistant(), user(NOTIFIED)], "go", 1, 1),
        ([user("go"), assistant(), user(ENFORCED)], "go", 1, 1),
        ([user(*CLEARED, "two")], "two", 1, 0),
        ([user("one\n", "two")], "two", 2, 0),
        ([user("one\n", "[Request interrupted by user]\n", "two")], "two", 2, 0),
        ([user("one"), tool_result("[Request interrupted by user for tool use]")], "one", 1, 0),
        ([user(SUMMARY + "\n", "go on")], "go on", 1, 0),
        ([], "", 0, 0),
    ],
)
def test_the_last_human_prompt_and_the_answers_behind_it(messages, prompt, prompts, answers):
    talk = read(*messages)
    assert (talk.prompt, talk.prompts, talk.answers) == (prompt, prompts, answers)


@pytest.mark.parametrize(
    ("body", "side"),
    [
        ({}, None),
        ({"max_tokens": 1}, "probe"),
        ({"output_config": {"effort": "medium"}}, None),
        ({"output_config": {"format": {"type": "json_schema"}}}, "title"),
        ({"output_config": {"format": {"type": "json_schema"}}, "tools": [{"name": "x"}]}, None),
    ],
)
def test_requests_of_the_cli_itself_are_told_apart(body, side):
    assert read(user("hello"), **body).side == side


def test_compaction_and_suggestions_are_requests_of_the_cli_itself():
    compact = "CRITICAL: Respond with TEXT ONLY. Do NOT call any tools.\n\n- Do NOT"
    assert read(user("hello"), assistant(), user(compact)).side == "compaction"
    assert read(user("hello"), assistant(), user("[SUGGESTION MODE: Suggest")).side == "suggestion"


def test_the_key_names_session_and_sub_agent():
    headers = {"x-claude-code-session-id": "s", "x-claude-code-agent-id": "a"}
    assert read_conversation(headers, {}).key == "s/a"


@pytest.mark.parametrize("messages", [None, 5, "text", [5, None, {"role": "user", "content": 5}]])
def test_odd_bodies_are_conversations_without_a_prompt(messages):
    assert read_conversation({}, {"messages": messages}).prompt == ""
