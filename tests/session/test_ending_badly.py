"""Whatever the process does, a turn has exactly one outcome, and only a whole one is a success."""

import os
import signal

import pytest

from greenroom import (
    ApiFailed,
    AuthenticationFailed,
    Cancelled,
    Completed,
    Crashed,
    Deadlines,
    Interrupted,
    LimitReached,
    Phase,
    RateLimited,
    Recovery,
    Refused,
    Rejected,
    SchemaFailed,
    SessionStoppedError,
    StartFailed,
    TimedOut,
    Truncated,
)
from greenroom.testing import Reply, Scenario
from greenroom.testing.scenario import (
    ApiError,
    CloseStdin,
    CloseStdout,
    DuplicateResult,
    Exit,
    Garbage,
    Grandchild,
    Half,
    Hang,
    Init,
    Kill,
    Oversize,
    RateLimit,
    Raw,
    Result,
    Stderr,
    StderrFlood,
    Text,
    Turn,
    Wait,
)


def outcome_of(play, *steps, **options):
    return play(Scenario(turns=[Turn(steps)]), **options).ask("hello").outcome(20)


# --- the process dies -------------------------------------------------------------------------


def test_a_process_that_exits_cleanly_without_a_result_truncated_the_turn(play):
    outcome = outcome_of(play, Text("half"), Exit(0))
    assert isinstance(outcome, Truncated)
    assert outcome.context.exit_code == 0


def test_half_a_result_is_no_result_and_the_loss_is_counted(play):
    outcome = outcome_of(play, Half(), Exit(0))
    assert isinstance(outcome, Truncated)
    assert outcome.bytes_lost > 10


def test_a_killed_process_crashed_the_turn_and_leaves_its_evidence(play):
    outcome = outcome_of(play, Stderr("out of luck\n"), Text("so far"), Kill("SIGKILL"))
    assert isinstance(outcome, Crashed)
    assert (outcome.signal, outcome.exit_code) == (signal.SIGKILL, None)
    context = outcome.context
    assert "out of luck" in context.stderr_tail
    assert "so far" in context.last_frames[-1]
    assert context.argv[0].endswith("claude")
    assert (context.cwd, context.signal) == (os.path.realpath(context.cwd), 9)
    assert context.pid


def test_an_exit_code_crashed_the_turn(play):
    outcome = outcome_of(play, Stderr("boom\n"), Exit(3))
    assert (type(outcome), outcome.exit_code) == (Interrupted, 3)
    assert "boom" in str(outcome)


def test_the_next_turn_runs_in_a_new_process_that_resumes_the_conversation(play):
    session = play(
        Scenario(turns=[[Text("one")], [Kill("SIGKILL")]]), Scenario(turns=[[Text("three")]])
    )
    first = session.ask("1").result(10)
    assert isinstance(session.ask("2").outcome(10), Crashed)
    assert session.ask("3").text(10) == "three"
    assert f"--resume={first.session_id}" in session.simulator.record().argv
    assert session.session_id == first.session_id


def test_a_process_that_closes_its_stdout_and_lives_on_is_stopped(play):
    outcome = outcome_of(play, CloseStdout(), Wait())
    assert isinstance(outcome, Crashed | Truncated)


def test_a_process_that_closes_its_stdin_still_answers(play):
    assert outcome_of(play, CloseStdin(), Text("heard you")).text == "heard you"


def test_a_grandchild_that_holds_the_pipe_delays_nobody(play):
    outcome = outcome_of(play, Grandchild(keep_stdout=True), Exit(3))
    assert isinstance(outcome, Crashed)


# --- the start fails --------------------------------------------------------------------------


def test_a_binary_that_is_not_there_lists_what_was_searched(system, tmp_path):
    outcome = system.ask("hi", executable=tmp_path / "nope", api_key="x").outcome(10)
    assert (type(outcome), outcome.code) == (StartFailed, "cli_not_found")
    assert str(tmp_path / "nope") in str(outcome)
    assert "npm install" in str(outcome)


def test_a_directory_that_is_not_there_is_told_apart_from_a_missing_binary(play, tmp_path):
    outcome = play(Scenario()).ask("hi", parallel=True, cwd=tmp_path / "gone").outcome(10)
    assert (type(outcome), outcome.code) == (StartFailed, "bad_cwd")


def test_two_accounts_in_scope_are_a_conflict_and_nothing_is_started(
    simulator, system, monkeypatch
):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "one")
    monkeypatch.setenv("CLAUDE_CODE_OAUTH_TOKEN", "two")
    installed = simulator(Scenario())
    outcome = system.ask("hi", executable=installed.path).outcome(10)
    assert (type(outcome), outcome.code) == (Rejected, "credential_conflict")
    assert "ANTHROPIC_API_KEY" in str(outcome)
    assert installed.launches() == ()


def test_a_flag_the_cli_does_not_know_is_the_callers_fault_and_says_so(play):
    outcome = play(Scenario(), extra_args={"no-such-flag": None}).ask("hi").outcome(10)
    assert (type(outcome), outcome.code) == (Rejected, "bad_flag")
    assert "--no-such-flag" in outcome.context.stderr_tail
    assert "extra_args" in str(outcome)


def test_a_conversation_that_does_not_exist_cannot_be_resumed(play):
    session = play(Scenario(), resume="00000000-0000-4000-8000-000000000000")
    outcome = session.ask("hi").outcome(10)
    assert (type(outcome), outcome.code) == (Rejected, "resume_not_found")


def test_a_refused_handshake_fails_the_turn(play):
    outcome = play(Scenario(requests={"initialize": Reply(error="no")})).ask("hi").outcome(10)
    assert isinstance(outcome, StartFailed)
    assert "no" in str(outcome)


def test_a_start_that_fails_fails_each_waiting_turn_once(play, tmp_path):
    session = play(Scenario(on_start=[Stderr("bad luck\n"), Exit(1)]))
    outcomes = [session.ask("hi") for _ in range(3)]
    assert [type(turn.outcome(10)) for turn in outcomes] == [StartFailed] * 3
    assert len(session.simulator.launches()) == 3


# --- the result is not what it seems ------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "kind", "code"),
    [
        (ApiError(401, "authentication_failed", "Invalid API key"), AuthenticationFailed, None),
        (ApiError(429, "rate_limit", "slow down"), RateLimited, None),
        (ApiError(500, "server_error", "oops"), ApiFailed, None),
        (ApiError(529, "server_error", "overloaded"), ApiFailed, None),
        (ApiError(None, "server_error", "ECONNRESET"), ApiFailed, None),
        (ApiError(404, "model_not_found", "no such model"), Rejected, "model_not_found"),
        (ApiError(400, "billing_error", "credit"), LimitReached, None),
        (ApiError(400, "invalid_request", "long", "prompt_too_long"), LimitReached, None),
        (ApiError(400, "unknown", "bad request"), Rejected, None),
        (ApiError(None, "max_output_tokens", "cut"), LimitReached, None),
        (Result("error_max_turns"), LimitReached, None),
        (Result("error_max_budget_usd"), LimitReached, None),
        (Result("error_max_structured_output_retries"), SchemaFailed, None),
        (Result("error_during_execution"), Cancelled, "interrupted"),
        (Result("error_during_execution", drop=["terminal_reason"]), Rejected, None),
        (Result(fields={"stop_reason": "refusal"}), Refused, None),
        (Result(fields={"stop_reason": "max_tokens"}), LimitReached, None),
        (Result(fields={"stop_reason": "tool_use"}), Truncated, "cut_in_tool_use"),
        (Result(fields={"terminal_reason": "made_up"}), Truncated, "unknown_ending"),
        (Result(fields={"terminal_reason": "aborted_tools"}), Cancelled, "interrupted"),
        (Result(fields={"is_error": True}), Rejected, None),
    ],
    ids=repr,
)
def test_a_result_that_is_no_success_is_told_as_what_it_is(play, step, kind, code):
    fine = [Text("fine")]
    session = play(Scenario(turns=[[Text("so far"), step], fine]), Scenario(turns=[fine]))
    outcome = session.ask("hello").outcome(10)
    assert type(outcome) is kind
    assert code is None or outcome.code == code
    assert outcome.context.frame is not None
    assert session.ask("and now?").text(10) == "fine"
    assert session.info.totals.turns == 2


def test_a_limit_that_resets_tells_when(play):
    outcome = outcome_of(play, RateLimit(resets_at=2_000_000_000), ApiError(429, "rate_limit", "x"))
    assert outcome.resets_at == 2_000_000_000


def test_a_schema_that_was_asked_for_is_owed(play):
    outcome = outcome_of(play, Text("no json"), json_schema={"type": "object"})
    assert (type(outcome), outcome.raw) == (SchemaFailed, "no json")


def test_a_structured_output_is_delivered(play):
    step = Result(fields={"structured_output": {"n": 1}, "stop_reason": "tool_use"})
    assert outcome_of(play, step, json_schema={"type": "object"}).structured == {"n": 1}


def test_a_duplicate_of_a_result_is_counted_and_changes_nothing(play, eventually):
    session = play(Scenario(turns=[Turn([Text("a")], after=[DuplicateResult()]), [Text("b")]]))
    assert session.ask("1").text(10) == "a"
    assert session.ask("2").text(10) == "b"
    eventually(lambda: session.info.strays == 1)


def test_a_result_for_other_prompts_ends_no_turn_of_ours(play):
    steps = [Result(uuids=["somebody-else"], text="theirs"), Result(text="ours")]
    session = play(Scenario(turns=[Turn(steps)]))
    assert session.ask("hello").text(10) == "ours"
    assert session.info.strays == 1


def test_a_result_before_init_counts_when_it_covers_the_prompt(play):
    session = play(Scenario(turns=[Turn([Result(text="quick"), Init()], envelope=False)]))
    assert session.ask("hello").text(10) == "quick"


# --- the wire is dirty ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "step",
    [
        *(Garbage(kind) for kind in ("array", "blank", "bom", "broken_json", "crlf", "deep")),
        *(Garbage(kind) for kind in ("lone_surrogate", "newline_in_string", "no_type", "nul")),
        *(Garbage(kind) for kind in ("null", "text", "unknown_type", "utf8")),
        Raw("DEBUG: something\n"),
        Oversize(3_000_000),
        Oversize(70 * 1024 * 1024),
        StderrFlood(5_000_000),
        StderrFlood(5_000_000, line=0, binary=True),
    ],
    ids=repr,
)
def test_garbage_between_frames_costs_nothing_but_itself(play, step):
    outcome = outcome_of(play, step, Text("still here"))
    assert isinstance(outcome, Completed)
    assert outcome.text == "still here"


def test_a_process_that_hangs_before_its_handshake_is_given_up(play):
    quick = Deadlines(start=0.3, interrupt=0.2)
    session = play(Scenario(on_start=[Hang()]), deadlines=quick)
    outcome = session.ask("hello").outcome(10)
    assert (type(outcome), outcome.phase) == (TimedOut, Phase.START)


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (Result("error_max_turns"), "max_turns"),
        (Result("error_max_budget_usd"), "max_budget_usd"),
        (ApiError(429, "rate_limit", "slow down"), "limit resets"),
        (ApiError(401, "authentication_failed", "Not logged in"), "log in"),
    ],
    ids=["turns", "budget", "rate", "auth"],
)
def test_an_error_says_what_to_do(play, step, word):
    outcome = outcome_of(play, step)
    assert word in outcome.context.hint
    assert outcome.context.hint in str(outcome)


def test_a_session_that_gave_up_says_so_to_whoever_asks_on(play, eventually):
    session = play(Scenario(on_start=[Exit(7)]), recovery=Recovery(intensity=0))
    assert session.ask("hello").outcome(10).code == "start_refused"
    eventually(lambda: session.info.phase == "stopped")
    assert session.info.gave_up.code == "start_refused"
    with pytest.raises(SessionStoppedError, match=r"gave up after too many lost processes; .*exit"):
        session.ask("and now?")
