"""The real CLI, offline, against the fake API."""

import json

import pytest

from greenroom.testing.fake_anthropic import (
    SCRIPTS,
    Error,
    Message,
    Stall,
    Text,
    Thinking,
    ToolUse,
    Usage,
    parallel,
)

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(30)]


def is_result(frame):
    return frame["type"] == "result"


def test_a_hello_is_answered_without_any_other_traffic(api, start):
    api.on("say hello", Text("Hello!"))
    cli = start()
    result = cli.turn("say hello")
    assert (result["result"], result["is_error"], cli.end()) == ("Hello!", False, 0)
    assert [(r.path, r.prompt) for r in api.requests] == [("/v1/messages", "say hello")]
    assert api.requests[0].headers["x-api-key"] == "***"


def test_a_prompt_without_a_rule_is_echoed_even_with_every_default_switched_on(start):
    assert start(lean=False).turn("nobody knows this")["result"] == "You said: nobody knows this"


def test_chunks_arrive_as_deltas_one_by_one(api, start):
    api.on("count", Text(("one ", "two ", "three")))
    cli = start("--include-partial-messages")
    cli.turn("count")
    deltas = [f["event"].get("delta", {}).get("text") for f in cli.of("stream_event")]
    assert [d for d in deltas if d] == ["one ", "two ", "three"]


def test_a_tool_call_runs_and_the_next_reply_follows(api, start):
    api.on("use bash", ToolUse("Bash", {"command": "echo it ran"}), Text("done"))
    cli = start("--allowedTools=Bash", lean=False)
    assert cli.turn("use bash")["result"] == "done"
    assert cli.tool_results() == {"it ran"}


def test_parallel_calls_are_one_answer(api, start):
    calls = (ToolUse("Bash", {"command": f"echo {n}"}) for n in ("one", "two"))
    api.on("twice", parallel(*calls), Text("both"))
    cli = start("--allowedTools=Bash", lean=False)
    assert (cli.turn("twice")["result"], len(api.requests)) == ("both", 2)
    assert cli.tool_results() == {"one", "two"}


def test_an_interrupt_ends_a_stalled_stream_and_the_session_goes_on(api, start):
    api.on("stall", Stall(Text(("partly ", "never")), after_events=3))
    cli = start("--include-partial-messages")
    since = cli.say("stall")
    api.wait_for_stall()
    cli.wait(lambda f: f.get("event", {}).get("delta", {}).get("text") == "partly ", since)
    assert cli.ask("interrupt")["subtype"] == "success"
    result = cli.wait(is_result, since)
    assert (result["subtype"], result["terminal_reason"]) == (
        "error_during_execution",
        "aborted_streaming",
    )
    assert cli.turn("and now?")["result"] == "You said: and now?"


def test_a_released_stall_completes_the_answer(api, start):
    api.on("wait for me", Stall(Text(("first ", "last")), after_events=3), Text("not this"))
    cli = start()
    cli.say("wait for me")
    api.wait_for_stall()
    api.release()
    assert cli.wait(is_result)["result"] == "first last"


def test_a_session_is_resumed_and_forked_by_other_processes(api, start):
    api.on("my name", Text("Noted."))
    first = start()
    session = first.turn("my name is Ada")["session_id"]
    first.end()
    resumed = start(f"--resume={session}").turn("who am I?")
    forked = start(f"--resume={session}", "--fork-session").turn("and here?")
    assert resumed["session_id"] == session != forked["session_id"]
    roles = [m["role"] for m in api.requests[-1].body["messages"] if m["role"] != "system"]
    assert roles == ["user", "assistant"] * 2 + ["user"]


def test_a_background_agent_reports_back_in_an_unsolicited_turn(api, start):
    agent = {"description": "count", "prompt": "count the files", "subagent_type": "claude"}
    api.on("delegate", ToolUse("Agent", agent), Text("started"), Text("it found 3"))
    api.on("count the files", Stall(Text("3 files")))
    cli = start(lean=False)
    since = cli.say("delegate")
    assert cli.wait(is_result, since)["result"] == "started"
    api.wait_for_stall()
    api.release()
    cli.wait(lambda f: f.get("state") == "idle", since)
    assert [r["result"] for r in cli.of("result")] == ["started", "it found 3"]
    assert cli.of("result")[1]["origin"]["kind"] == "task-notification"


def test_thinking_comes_before_the_text(api, start):
    api.on("think", Message((Thinking(("hm, ", "well")), Text("yes"))))
    cli = start()
    cli.turn("think")
    blocks = [f["message"]["content"][0] for f in cli.of("assistant")]
    assert [b.get("thinking") or b.get("text") for b in blocks] == ["hm, well", "yes"]


def test_structured_output_is_a_tool_call_even_after_a_reminder(api, start):
    api.on("give", Text("not yet"), ToolUse("StructuredOutput", {"sum": 4}))
    schema = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}
    cli = start(f"--json-schema={json.dumps(schema)}")
    assert cli.turn("give")["structured_output"] == {"sum": 4}


def test_an_answer_nobody_can_see_is_asked_for_again_and_gets_the_next_reply(api, start):
    api.on("be silent", Thinking("silence"), Text("as you wish"))
    assert start().turn("be silent")["result"] == "as you wish"


def test_usage_is_counted_and_priced(api, start):
    api.on("cost", Message((Text("x"),), usage=Usage(input_tokens=1000, output_tokens=7)))
    result = start().turn("cost")
    assert (result["usage"]["input_tokens"], result["usage"]["output_tokens"]) == (1000, 7)
    assert result["total_cost_usd"] > 0


def test_requests_of_the_cli_itself_use_no_reply_up(api, start):
    api.on("fix the bug", ToolUse("Bash", {"command": "echo fixing"}), Text("fixed"))
    cli = start("--allowedTools=Bash", lean=False)
    title = cli.ask("generate_session_title", description="fix the bug", persist=False)
    assert title["response"] == {"title": "Scripted conversation"}
    assert cli.turn("fix the bug")["result"] == "fixed"
    assert cli.ask("get_context_usage", detail="full")["subtype"] == "success"
    cli.turn("/compact")
    assert [f["message"]["content"][:4] for f in cli.of("user") if f.get("isSynthetic")] == ["This"]
    assert cli.turn("fix the bug again")["result"] == "fixed"
    assert [r.side for r in api.requests if r.path == "/v1/messages"] == [
        "title",
        None,
        None,
        "compaction",
        None,
        None,
    ]


def test_processes_that_say_the_same_at_the_same_time_do_not_disturb_each_other(api, start):
    api.on("use bash", Error(500), ToolUse("Bash", {"command": "echo it ran"}), Text("done"))
    both = [start("--allowedTools=Bash", lean=False, CLAUDE_CODE_MAX_RETRIES="1") for _ in range(2)]
    for cli in both:
        cli.say("use bash")
    assert [cli.wait(is_result)["result"] for cli in both] == ["done", "done"]
    assert len(api.requests) == 6


@pytest.mark.parametrize("name", SCRIPTS)
def test_ready_made_scripts_play_to_their_end(api, start, name):
    script = SCRIPTS[name]
    api.play(script)
    cli = start(f"--allowedTools={','.join(script.tools)}", lean=False)
    result = cli.turn(script.prompt)
    last = script.rules[0].replies[-1]
    text = last.blocks[-1] if isinstance(last, Message) else last
    assert (result["is_error"], result["result"]) == (False, "".join(text.text))


def test_the_clis_files_stay_below_its_home(start, tmp_path):
    cli = start(lean=False)
    cli.turn("hello")
    cli.end()
    assert {path.name for path in tmp_path.iterdir()} == {".claude", "tmp", "work"}
