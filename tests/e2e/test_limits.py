"""Limits end a turn as such, and a schema is either met or its failure said."""

from greenroom import LimitReached, SchemaFailed
from greenroom.testing.fake_anthropic import Message, Text, ToolUse, Usage

SCHEMA = {
    "type": "object",
    "properties": {"count": {"type": "integer"}},
    "required": ["count"],
}
ECHO = ToolUse("Bash", {"command": "echo again", "description": "again"})


def test_too_many_rounds_are_a_limit_and_the_session_goes_on(api, open_session):
    api.on("loop", ECHO)
    session = open_session(tools=["Bash"], allowed_tools=["Bash"], max_turns=2)
    outcome = session.ask("loop").outcome(20)
    assert (type(outcome), outcome.limit, outcome.category) == (LimitReached, "turns", "limit")
    assert session.ask("hello").text(20) == "You said: hello"


def test_a_budget_that_is_used_up_is_a_limit_for_this_and_every_later_turn(api, open_session):
    api.on("dear", Message((Text("!"),), usage=Usage(output_tokens=1_000_000)))
    session = open_session(max_budget_usd=0.5)
    outcomes = [session.ask(word).outcome(20) for word in ("dear", "hello")]
    assert [(type(each), each.limit) for each in outcomes] == [(LimitReached, "budget")] * 2
    assert session.info.totals.spend.cost_usd > 0.5
    assert outcomes[0].context.spend.output_tokens == 1_000_000


def test_a_prompt_that_does_not_fit_the_context_is_a_limit(api, open_session):
    session = open_session()
    outcome = session.ask("long " * 2_000_000).outcome(20)
    assert (type(outcome), outcome.limit) == (LimitReached, "context")
    assert session.ask("hello").text(20) == "You said: hello"


def test_a_schema_the_model_ignores_is_a_failure_with_its_words(api, open_session):
    api.on("how many", Text("I would rather talk."))
    outcome = open_session(json_schema=SCHEMA).ask("how many").outcome(20)
    assert (type(outcome), outcome.raw) == (SchemaFailed, "I would rather talk.")


def test_a_schema_that_is_met_at_the_second_try_is_met(api, open_session):
    wrong, right = ({"count": value} for value in ("three", 3))
    replies = [ToolUse("StructuredOutput", value) for value in (wrong, right)]
    api.on("how many", *replies, Text("done"))
    assert open_session(json_schema=SCHEMA).ask("how many").result(20).structured == {"count": 3}


def test_a_schema_that_is_never_met_is_a_failure(api, open_session):
    api.on("how many", ToolUse("StructuredOutput", {"count": "three"}))
    outcome = open_session(json_schema=SCHEMA).ask("how many").outcome(20)
    assert isinstance(outcome, SchemaFailed)


def test_every_turn_of_a_session_with_a_schema_is_held_to_it(api, open_session):
    api.on("how many", ToolUse("StructuredOutput", {"count": 3}), Text("done"))
    session = open_session(json_schema=SCHEMA)
    assert session.ask("how many").result(20).structured == {"count": 3}
    assert isinstance(session.ask("talk to me").outcome(20), SchemaFailed)
    assert session.ask("how many again").result(20).structured == {"count": 3}
