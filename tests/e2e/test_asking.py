"""A question reaches the model as it was asked, and its answer comes back."""

import asyncio
import threading
import uuid

from greenroom import Completed, Rejected
from greenroom.testing.fake_anthropic import Message, Text, ToolUse, Usage

OTHER_MODEL = "claude-haiku-5-5"


def test_hello(api, open_session):
    api.on("hello", Text("Hello!"))
    outcome = open_session().ask("hello").outcome(20)
    assert isinstance(outcome, Completed)
    assert (outcome.text, outcome.stop_reason, outcome.rounds) == ("Hello!", "end_turn", 1)
    assert uuid.UUID(outcome.session_id)
    assert [request.prompt for request in api.requests] == ["hello"]


def test_turns_share_one_process_and_one_conversation(api, open_session, history):
    session = open_session()
    first = session.ask("my name is Ada").result(20)
    pid = session.info.pid
    second = session.ask("what is my name?").result(20)
    assert (first.session_id, pid) == (second.session_id, session.info.pid)
    texts = ("my name is Ada", "You said: my name is Ada", "what is my name?")
    assert history(api.requests[-1], *texts) == list(texts)


def test_a_single_question_needs_no_session(system, options):
    assert system.ask("hi", **options()).text(20) == "You said: hi"


def test_asyncio_awaits_turns_of_two_sessions_at_once(open_session):
    async def ask(word):
        async with open_session() as session:
            return (await session.ask(word)).text

    async def ask_both():
        return await asyncio.gather(ask("one"), ask("two"))

    assert asyncio.run(ask_both()) == ["You said: one", "You said: two"]


def test_threads_share_a_session(open_session):
    session, answers = open_session(), {}

    def ask(word):
        answers[word] = session.ask(word).text(20)

    threads = [threading.Thread(target=ask, args=(f"from {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == {f"from {n}": f"You said: from {n}" for n in range(4)}


def test_a_prompt_reaches_the_model_verbatim(api, open_session, project):
    (project / "secret.txt").write_text("do not read me")
    text = '/clear @secret.txt é😀\u2028\x7f\t --model=x "quoted"\nsecond line'
    open_session().ask(text).result(20)
    sent = api.requests[0].body["messages"][0]
    assert sent == {"role": "user", "content": text}
    assert b"do not read me" not in api.requests[0].content


def test_a_prompt_may_be_content_blocks(api, open_session):
    blocks = [{"type": "text", "text": "look at"}, {"type": "text", "text": "this"}]
    open_session().ask(blocks).result(20)
    assert api.requests[0].prompt == "look at\nthis"


def test_a_prompt_that_has_no_form_on_the_wire_is_rejected_and_the_session_goes_on(open_session):
    session = open_session()
    outcome = session.ask("\ud800").outcome(20)
    assert (type(outcome), outcome.code) == (Rejected, "bad_prompt")
    assert session.ask("fine").text(20) == "You said: fine"


def test_an_answer_of_three_megabytes_arrives_whole(api, open_session):
    api.on("long", Text("0123456789abcdef" * 196_608))
    assert len(open_session().ask("long").text(20)) == 3 * 1024 * 1024


def test_one_turn_may_ask_another_model_and_the_next_asks_the_first_again(api, open_session):
    session = open_session(model="claude-opus-5-5")
    for given in ({}, {"model": OTHER_MODEL}, {}):
        session.ask("hello", **given).result(20)
    models = [request.model for request in api.requests if request.side is None]
    assert models == ["claude-opus-5-5", OTHER_MODEL, "claude-opus-5-5"]


def test_costs_are_told_per_turn_and_running_and_agree_with_the_wire(api, open_session):
    api.on("dear", Message((Text("!"),), usage=Usage(input_tokens=1000, output_tokens=500)))
    session = open_session()
    turns = [session.ask(word).result(20) for word in ("cheap", "dear", "cheap")]
    wire = [turn.frame.total_cost_usd for turn in turns]
    assert [turn.running.cost_usd for turn in turns] == wire
    assert [turn.spend.input_tokens for turn in turns] == [10, 1000, 10]
    assert [turn.spend.output_tokens for turn in turns] == [5, 500, 5]
    totals = session.info.totals
    assert abs(totals.spend.cost_usd - wire[-1]) < 1e-9
    assert (totals.turns, totals.completed, totals.spend.output_tokens) == (3, 3, 510)


def test_structured_output_is_handed_over_as_data(api, open_session):
    api.on("how many", ToolUse("StructuredOutput", {"count": 3}), Text("done"))
    schema = {"type": "object", "properties": {"count": {"type": "integer"}}}
    session = open_session(json_schema=schema)
    assert session.ask("how many").result(20).structured == {"count": 3}


def test_a_warm_session_has_done_its_handshake_before_the_first_question(
    api, open_session, eventually
):
    session = open_session(warm=True)
    server = eventually(lambda: session.info.server)
    assert (server["pid"], server["claude_code_version"]) == (
        session.info.pid,
        session.info.installation.version,
    )
    assert api.requests == ()
    pid = session.info.pid
    assert session.ask("hi").text(20) == "You said: hi"
    assert session.info.pid == pid
