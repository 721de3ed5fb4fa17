"""T10: frames that lie, lack something, come twice, too early or for somebody else."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import pytest

from greenroom import (
    ApiFailed,
    Cancelled,
    Completed,
    Interrupted,
    LimitReached,
    Rejected,
    SchemaFailed,
    Truncated,
)
from greenroom.testing import Scenario
from greenroom.testing.scenario import (
    ApiError,
    DuplicateResult,
    Exit,
    Frame,
    Init,
    Kill,
    Raw,
    Result,
    Text,
    Turn,
    Unsolicited,
)
from greenroom_protocol import Garbage, Unknown

SCHEMA = {"json_schema": {"type": "object"}}


NO_OPTIONS = MappingProxyType({})


class Case(NamedTuple):
    """A turn, and what has to become of it."""

    turn: Turn
    kind: type
    text: str | None = None
    code: str | None = None
    strays: int = 0
    own: tuple[int, int] = (0, 0)
    options: Mapping = NO_OPTIONS


def played(*steps, **rest):
    return Turn(steps, **rest)


OTHERS = Result(uuids=["somebody-else"], text="theirs")
ABORTED = Result("error_during_execution")
FAILED = ApiError(500, "server_error", "oops")

CASES = {
    "the result of another prompt alone": Case(played(OTHERS, Exit(0)), Truncated, strays=1),
    "the result of another prompt, crash": Case(played(OTHERS, Exit(1)), Interrupted, strays=1),
    "the result of another prompt first": Case(
        played(OTHERS, Result(text="ours")), Completed, "ours", strays=1
    ),
    "the failure of another prompt first": Case(
        played(Result("error_max_turns", uuids=["somebody-else"]), Result(text="ours")),
        Completed,
        "ours",
        strays=1,
    ),
    "a result for nobody alone": Case(
        played(Result(uuids=[], text="no prompt"), Exit(0)), Truncated, own=(1, 0)
    ),
    "a turn of the CLI's own first": Case(
        played(Unsolicited(), Text("ours")), Completed, "ours", own=(1, 0)
    ),
    "the result of ours among others": Case(
        played(Result(fields={"user_message_uuids": ["other", "$prompt_uuid"]}, text="all")),
        Completed,
        "all",
    ),
    "a result twice": Case(
        played(Result(text="first"), DuplicateResult()), Completed, "first", strays=1
    ),
    "a result that says another thing later": Case(
        played(Result(text="first"), Result("error_max_turns")), Completed, "first", strays=1
    ),
    "a failure that succeeds later": Case(
        played(Result("error_max_turns"), Result(text="after all")),
        LimitReached,
        code="limit_reached",
        strays=1,
    ),
    "a result before init": Case(
        played(Result(text="quick"), Init(), envelope=False), Completed, "quick"
    ),
    "a failure before init": Case(played(FAILED, Init(), envelope=False), ApiFailed),
    "a result before init, crash": Case(
        played(Result(text="quick"), Kill("SIGKILL"), envelope=False), Completed, "quick"
    ),
    "an error with exit 0": Case(played(FAILED, Exit(0)), ApiFailed),
    "an error under the name of success": Case(
        played(Result(fields={"is_error": True}), Exit(0)), Rejected
    ),
    "no structured output": Case(
        played(Text("no JSON"), Exit(0), result=True), Truncated, options=SCHEMA
    ),
    "no structured output in a whole result": Case(
        played(Text("no JSON"), Result()), SchemaFailed, options=SCHEMA
    ),
    "structured output": Case(
        played(Result(fields={"structured_output": {"n": 1}, "stop_reason": "tool_use"})),
        Completed,
        options=SCHEMA,
    ),
    "an abort nobody asked for": Case(played(Text("x"), ABORTED), Cancelled, code="interrupted"),
    "an abort nobody asked for, exit 0": Case(
        played(Text("x"), ABORTED, Exit(0)), Cancelled, code="interrupted"
    ),
    "an abort under the name of success": Case(
        played(Result(fields={"terminal_reason": "aborted_streaming"})), Cancelled
    ),
    "a terminal reason from the future": Case(
        played(Result(fields={"terminal_reason": "enlightened"})), Truncated, code="unknown_ending"
    ),
    "a stop reason from the future": Case(
        played(Result(fields={"stop_reason": "bored"})), Truncated, code="unknown_stop"
    ),
    "a subtype from the future": Case(
        played(Frame({"type": "result", "subtype": "half_success", "is_error": False,
                      "user_message_uuids": ["$prompt_uuid"], "session_id": "$session_id"}),
               result=False),
        Rejected,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_result_has_its_outcome_and_no_other(scene, case):
    session = scene.play(Scenario(turns=[case.turn]), **case.options)
    scene.expect_turns_of_its_own(session, completed=case.own[0], failed=case.own[1])
    outcome = scene.outcome(scene.ask(session), within=5)
    assert type(outcome) is case.kind, repr(outcome)
    assert case.text in {None, getattr(outcome, "text", None)}
    assert case.code in {None, outcome.code}
    scene.eventually(lambda: session.info.strays == case.strays, says=f"{case.strays} strays")


# --- single frames ------------------------------------------------------------------------------

WITHOUT = ("usage", "modelUsage", "total_cost_usd", "num_turns", "duration_ms", "result", "uuid")
RETYPED = {
    "usage": "none",
    "modelUsage": [],
    "total_cost_usd": "a dollar",
    "duration_ms": None,
    "result": {"not": "a text"},
    "permission_denials": 7,
}


@pytest.mark.parametrize("member", WITHOUT)
def test_a_member_that_is_missing_costs_what_it_says_and_not_the_turn(scene, member):
    session = scene.play([Text("done"), Result(drop=[member])])
    assert isinstance(scene.outcome(scene.ask(session), within=5), Completed)


@pytest.mark.parametrize("member", RETYPED)
def test_a_member_of_another_type_costs_what_it_says_and_not_the_turn(scene, member):
    session = scene.play([Text("done"), Result(fields={member: RETYPED[member]})])
    assert isinstance(scene.outcome(scene.ask(session), within=5), Completed)


@pytest.mark.parametrize("members", [["subtype"], ["is_error"], ["subtype", "is_error"]], ids=str)
def test_a_result_that_does_not_say_whether_it_is_one_is_no_success(scene, members):
    session = scene.play([Text("done"), Result(drop=members), Exit(0)])
    outcome = scene.outcome(scene.ask(session), within=5)
    assert not isinstance(outcome, Completed), repr(outcome)


ODD = {
    "corrupt": '{"type":"assistant","message":{,}}\n',
    "known type without its members": '{"type":"assistant"}\n',
    "known type with wrong members": '{"type":"assistant","message":"text"}\n',
    "a result without members": '{"type":"result"}\n',
    "a result of wrong members": '{"type":"result","subtype":7,"user_message_uuids":"x"}\n',
    "unknown type": '{"type":"from_the_future","x":1}\n',
    "unknown control request": (
        '{"type":"control_request","request_id":"r","request":{"subtype":"?"}}\n'
    ),
    "control request without a body": '{"type":"control_request","request_id":"r"}\n',
    "control answer to nothing": (
        '{"type":"control_response","response":{"subtype":"success","request_id":"?"}}\n'
    ),
    "control answer without a body": '{"type":"control_response"}\n',
}


@pytest.mark.parametrize("line", ODD.values(), ids=ODD)
def test_an_odd_frame_ends_nothing(scene, line):
    session = scene.play([Text("before"), Raw(line), Text("after")])
    outcome = scene.outcome(scene.ask(session), within=5)
    assert (type(outcome), outcome.text) == (Completed, "after")


@pytest.mark.parametrize("name", ["corrupt", "unknown type", "known type without its members"])
def test_an_odd_frame_is_shown_as_what_it_is(scene, name):
    turn = scene.ask(scene.play([Raw(ODD[name])]))
    kinds = [type(frame) for frame in turn if isinstance(frame, Garbage | Unknown)]
    assert kinds == [Garbage if name == "corrupt" else Unknown]
    assert isinstance(scene.outcome(turn, within=5), Completed)
