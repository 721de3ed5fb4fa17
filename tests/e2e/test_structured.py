"""Structured output with the real CLI: given, forgotten, wrong, repaired, and failed."""

import msgspec
import pytest

from greenroom import SchemaFailed, System
from greenroom.backends.claude.said import OUTPUT_TOOL
from greenroom.testing.fake_anthropic import Message, Text, ToolUse

NUDGED = "Call the tool"


class Item(msgspec.Struct):
    name: str
    count: int

    def __post_init__(self):
        if self.count < 0:
            raise ValueError("nobody has less than nothing")


class Order(msgspec.Struct):
    items: list[Item]
    note: str = ""


GOOD = {"items": [{"name": "tea", "count": 2}], "note": "hot"}
WRONG = {"items": [{"name": "tea", "count": -1}]}
"""Fits the schema, and not the type."""
ORDER = Order([Item("tea", 2)], "hot")


def output(value):
    return ToolUse(OUTPUT_TOOL, value)


def sent(api):
    """The prompts of all requests, each once, in their order."""
    return list(dict.fromkeys(request.prompt for request in api.requests))


def test_what_is_asked_for_is_given(api, open_session):
    api.on("order", output(GOOD), Text("There."))
    done = open_session().ask("order", returns=Order).result(20)
    assert done.value == ORDER
    assert done.structured == GOOD
    assert sent(api) == ["order"]


def test_what_is_no_object_is_given_as_well(api, open_session):
    api.on("count", output({"value": [1, 2, 3]}), Text("There."))
    assert open_session().ask("count", returns=list[int]).result(20).value == [1, 2, 3]


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_schema_is_as_good_as_a_type(wrapped, api, open_session):
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    api.on("count", output({"n": 3}), Text("There."))
    given = {"type": "json_schema", "schema": schema} if wrapped else schema
    assert open_session().ask("count", returns=given).result(20).value == {"n": 3}


def test_an_output_that_does_not_fit_the_schema_is_refused_by_the_cli_within_the_turn(
    api, open_session
):
    api.on("order", output({"items": "tea"}), output(GOOD), Text("There."))
    got = open_session().ask("order", returns=Order).collect(20)
    assert got.outcome.value == ORDER
    assert [bool(call.result.is_error) for call in got.tool_calls] == [True, False]
    assert sent(api) == ["order"]


def test_an_output_that_the_type_refuses_is_repaired_in_the_same_conversation(api, open_session):
    api.on("order", output(WRONG), Text("There."))
    api.on("nobody has less than nothing", output(GOOD), Text("Now."))
    session = open_session()
    turn = session.ask("order", returns=Order)
    done = turn.result(20)
    assert done.value == ORDER
    assert done.turn_id == turn.id
    first, second = sent(api)
    assert first == "order"
    assert "$.items[0]" in second
    assert session.info.totals.turns == 1
    assert session.ask("hello").result(20).session_id == done.session_id


def test_an_output_that_is_forgotten_is_asked_for_by_the_cli_and_then_by_us(api, open_session):
    api.on("order", Text("I forgot."))
    api.on("without the structured output", output(GOOD), Text("Now."))
    done = open_session().ask("order", returns=Order).result(20)
    assert done.value == ORDER
    assert len(sent(api)) == 2


@pytest.mark.parametrize("repairs", [0, 1, 2])
def test_an_output_that_never_comes_fails_the_turn(repairs, api, open_session):
    api.on("order", Text("I will not."))
    api.on("without the structured output", Text("Never."))
    session = open_session()
    outcome = session.ask("order", returns=Order, repairs=repairs).outcome(20)
    assert isinstance(outcome, SchemaFailed)
    assert outcome.raw == ("Never." if repairs else "I will not.")
    asked = sum(b"without the structured output" in r.content for r in api.requests)
    assert bool(asked) == bool(repairs)
    assert session.ask("hello").text(20) == "You said: hello"


def test_an_output_that_stays_wrong_fails_the_turn(api, open_session):
    api.on("order", output(WRONG), Text("There."))
    api.on("does not fit its schema", output(WRONG), Text("There."))
    outcome = open_session().ask("order", returns=Order).outcome(20)
    assert isinstance(outcome, SchemaFailed)
    assert msgspec.json.decode(outcome.raw) == WRONG
    assert "less than nothing" in str(outcome)


def test_an_output_that_the_cli_never_takes_fails_the_turn(api, open_session):
    api.on("", output({"items": "tea"}))
    outcome = open_session().ask("order", returns=Order).outcome(30)
    assert isinstance(outcome, SchemaFailed)


def test_another_shape_takes_another_process_and_keeps_the_conversation(api, open_session, history):
    api.on("an order", output(GOOD), Text("There."))
    api.on("how many", output({"value": 7}), Text("There."))
    session = open_session()
    seen = []
    for prompt, returns, value in [
        ("my name is Ada", None, None),
        ("an order, please", Order, ORDER),
        ("an order once more", Order, ORDER),
        ("how many", int, 7),
        ("goodbye", None, None),
    ]:
        done = session.ask(prompt, returns=returns).result(20)
        assert done.value == value
        seen.append((session.info.pid, done.session_id))
    pids = [pid for pid, _ in seen]
    assert pids[1] == pids[2]
    assert len(set(pids)) == 4
    assert len({name for _, name in seen}) == 1
    prompts = ("my name is Ada", "an order once more", "how many", "goodbye")
    assert history(api.requests[-1], *prompts) == list(prompts)


def test_an_output_grows_before_the_eyes(api, open_session):
    text = msgspec.json.encode(GOOD).decode()
    api.on("order", output(text), Text("There."))
    turn = open_session(include_partial_messages=True).ask("order", returns=Order)
    partials = list(turn.partials())
    assert partials[-1] == GOOD
    assert turn.result(20).value == ORDER


def test_a_single_question_has_a_shape_too(api, options):
    api.on("order", output(GOOD), Text("There."))
    with System(configuration={}) as system:
        assert system.ask("order", returns=Order, **options()).result(20).value == ORDER


def test_tools_run_before_the_output(api, open_session):
    api.on(
        "order",
        ToolUse("Bash", {"command": "echo tea", "description": "x"}),
        Message((Text("So be it."), output(GOOD))),
        Text("There."),
    )
    session = open_session(tools=["Bash"], allowed_tools=["Bash"])
    got = session.ask("order", returns=Order).collect(20)
    assert got.outcome.value == ORDER
    assert [call.use.name for call in got.tool_calls] == ["Bash", OUTPUT_TOOL]
