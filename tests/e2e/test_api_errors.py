"""What the API answers decides the outcome, and the session can be used again."""

import pytest

from greenroom import (
    ApiFailed,
    AuthenticationFailed,
    LimitReached,
    RateLimited,
    Refused,
    Rejected,
)
from greenroom.testing.fake_anthropic import (
    Drop,
    Error,
    Message,
    Text,
    limit_reached,
    refusal,
)
from greenroom_protocol.claude import ApiRetry

TOO_LONG = "prompt is too long: 250000 tokens > 200000 maximum"
NO_CREDIT = "Your credit balance is too low to access the Anthropic API."
RESET = 2_000_000_000
CUT = Message((Text("once upon a"),), stop_reason="max_tokens")
FORBIDDING = {
    "hooks": {
        "UserPromptSubmit": [
            {"hooks": [{"type": "command", "command": "echo 'not that' >&2; exit 2"}]}
        ]
    }
}


FAILURES = {
    "bad request": (Error(400), Rejected, {"retryable": False}),
    "too long": (Error(400, message=TOO_LONG), LimitReached, {"limit": "context"}),
    "no credit": (Error(400, message=NO_CREDIT), LimitReached, {"limit": "credit"}),
    "401": (Error(401), AuthenticationFailed, {"retryable": False, "category": "account"}),
    "403": (Error(403), AuthenticationFailed, {"retryable": False}),
    "404": (Error(404), Rejected, {"code": "model_not_found", "retryable": False}),
    "429": (Error(429), RateLimited, {"retryable": True, "resets_at": None}),
    "429 for long": (Error(429, retry_after=120), RateLimited, {"retryable": True}),
    "500": (Error(500), ApiFailed, {"status": 500, "retryable": True}),
    "503": (Error(503), ApiFailed, {"status": 503, "retryable": True}),
    "529": (Error(529), ApiFailed, {"status": 529, "retryable": True}),
    "lost": (Drop(), ApiFailed, {"status": None, "retryable": True}),
    "refused": (refusal(), Refused, {"category": "model"}),
    "cut": (CUT, LimitReached, {"limit": "output_tokens"}),
}


def test_each_error_of_the_api_is_an_outcome_and_one_session_survives_them_all(api, open_session):
    session, told = open_session(), {}
    for name, (reply, _, known) in FAILURES.items():
        api.on(f"<{name}>", reply)
        outcome = session.ask(f"<{name}>").outcome(20)
        told[name] = (type(outcome), {each: getattr(outcome, each, None) for each in known})
    assert told == {name: (kind, known) for name, (_, kind, known) in FAILURES.items()}
    assert session.ask("hello").text(20) == "You said: hello"
    assert session.info.totals.completed == 1


def test_a_usage_limit_tells_when_it_resets(api, open_session):
    api.on("limit", limit_reached(RESET))
    session = open_session(oauth=True)
    outcome = session.ask("limit").outcome(20)
    assert (type(outcome), outcome.resets_at, outcome.retryable) == (RateLimited, RESET, True)
    assert "limit" in str(outcome)


def test_a_model_that_does_not_exist_is_named(open_session, api):
    api.on("hello", Error(404, message="model: no-such-model"))
    outcome = open_session(model="no-such-model").ask("hello").outcome(20)
    assert (type(outcome), outcome.code) == (Rejected, "model_not_found")
    assert "no-such-model" in str(outcome)


def test_a_failed_turn_carries_its_evidence(api, open_session, project):
    api.on("fail", Error(500))
    session = open_session()
    turn = session.ask("fail")
    context = turn.outcome(20).context
    assert (context.turn_id, context.session_id) == (turn.id, session.session_id)
    assert (context.pid, context.cwd) == (session.info.pid, str(project))
    assert "--output-format=stream-json" in context.argv
    assert (context.frame.subtype, context.frame.is_error) == ("success", True)


def test_an_error_that_passes_is_retried_by_the_cli_and_seen_in_the_stream(api, open_session):
    api.on("flaky", Error(500), Text("here I am"))
    turn = open_session(max_retries=1).ask("flaky")
    retries = [frame for frame in turn if isinstance(frame, ApiRetry)]
    assert [(retry.attempt, retry.error_status) for retry in retries] == [(1, 500)]
    assert turn.text(0) == "here I am"


def test_a_rejected_key_names_the_remedy(api, open_session):
    api.on("hello", Error(401))
    outcome = open_session().ask("hello").outcome(20)
    assert isinstance(outcome, AuthenticationFailed)
    assert "api_key" in outcome.context.hint


def test_an_expired_login_fails_for_authentication(api, open_session):
    api.on("hello", Error(401))
    outcome = open_session(oauth=True).ask("hello").outcome(20)
    assert isinstance(outcome, AuthenticationFailed)


def test_without_any_credential_nothing_is_asked(api, open_session):
    session = open_session(env={"ANTHROPIC_API_KEY": None})
    outcome = session.ask("hello").outcome(20)
    assert isinstance(outcome, AuthenticationFailed)
    assert api.requests == ()


def test_an_api_that_cannot_be_reached_is_an_outcome(open_session):
    session = open_session(env={"ANTHROPIC_BASE_URL": "http://127.0.0.1:9"})
    outcome = session.ask("hello").outcome(20)
    assert (type(outcome), outcome.status) == (ApiFailed, None)


def test_what_a_failed_turn_said_is_not_taken_for_the_models_words(api, open_session):
    api.on("fail", Error(500))
    got = open_session().ask("fail").collect(20)
    assert (got.text, got.outcome.ok) == ("", False)


@pytest.mark.parametrize(
    ("prompt", "given"),
    [("   ", {}), ("hello", {"settings": FORBIDDING})],
    ids=["blank", "forbidden by a hook"],
)
def test_a_prompt_that_never_reaches_the_model_is_no_success(api, open_session, prompt, given):
    outcome = open_session(**given).ask(prompt).outcome(20)
    assert isinstance(outcome, Rejected)
    assert api.requests == ()
