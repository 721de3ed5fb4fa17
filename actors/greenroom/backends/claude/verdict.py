"""What a result frame says of its turn: the one place where success is decided.

``subtype == "success"`` is not success: the CLI writes it over every API failure too, and over
turns without the structured output they owe (CLI 2.1.329). A turn completed only if all of this
holds: no ``is_error``, subtype ``success``, a terminal reason and a stop reason known to end a turn
well, and the structured output that was asked for. A turn that a hook of the caller ended before
its answer is none either: a stopped one is over (``stopped_by_hook``), a deferred one waits for the
decision on a tool call and goes on when the conversation is resumed (``tool_deferred``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from greenroom.backends.claude.hints import diagnose
from greenroom.backends.claude.spend import running_spend, spend_of
from greenroom.backends.events import Verdict
from greenroom.values.outcomes import (
    ApiFailed,
    AuthenticationFailed,
    Cancelled,
    FailureContext,
    Limit,
    LimitReached,
    RateLimited,
    Refused,
    Rejected,
    SchemaFailed,
    Truncated,
    TurnError,
)
from greenroom_protocol.claude import Result

if TYPE_CHECKING:
    from greenroom.values.usage import Spend

__all__ = ["Circumstances", "judge", "running_spend"]


class Circumstances(NamedTuple):
    """What the frames before a result told about its turn.

    Attributes:
        error: kind of the last API error of the main conversation.
        resets_at: when the limit resets, from the last rate limit event.
        wants_structured: a schema was asked for.
        schema_taken: the CLI gave the model a way to answer by it.
        before: running totals at the previous result; None when they are not known.
    """

    error: str | None = None
    resets_at: float | None = None
    wants_structured: bool = False
    schema_taken: bool = True
    before: Spend | None = None


_STOPPED: Final = frozenset({"hook_stopped", "stop_hook_prevented"})
"""A hook ended the turn: after its answer, or in the middle of a tool call."""

_GOOD_ENDINGS: Final = frozenset({None, "completed"}) | _STOPPED
"""Terminal reasons of a turn that did what it was to do; None comes with local commands."""

_GOOD_STOPS: Final = frozenset({None, "end_turn", "stop_sequence"})
"""Stop reasons of a whole answer; after structured output ``tool_use`` is one by design."""

_DEFERRED: Final = "tool_deferred"

_ABORTED: Final = frozenset({"aborted_streaming", "aborted_tools"})


def judge(result: Result, seen: Circumstances) -> Verdict:
    """Return what became of the turn that `result` ends."""
    running = running_spend(result)
    return Verdict(
        error=_error_of(result, seen),
        text=result.result or "",
        structured=None if result.structured_output is msgspec.UNSET else result.structured_output,
        stop_reason=result.stop_reason,
        rounds=result.num_turns,
        duration_seconds=result.duration_ms / 1000,
        spend=spend_of(result, seen.before, running),
        running=running,
        permission_denials=tuple(result.permission_denials),
    )


def _error_of(result: Result, seen: Circumstances) -> TurnError | None:
    if result.terminal_reason in _ABORTED:
        return Cancelled("the CLI aborted the turn", code="interrupted")
    if result.is_error or result.subtype != "success":
        return _reported_error(result, seen)
    return _hidden_error(result, seen)


# --- errors behind a result that claims success ----------------------------------------------


def _hidden_error(result: Result, seen: Circumstances) -> TurnError | None:
    return next((error for check in _CHECKS if (error := check(result, seen))), None)


def _bad_ending(result: Result, _seen: Circumstances) -> TurnError | None:
    if result.terminal_reason in _GOOD_ENDINGS:
        return None
    return Truncated(
        f"the CLI ended the turn for a reason that is no success: {result.terminal_reason!r}",
        code="unknown_ending",
    )


def _never_asked(result: Result, _seen: Circumstances) -> TurnError | None:
    """The CLI answered by itself: a blank prompt, or one that a hook blocked."""
    if result.num_turns or result.stop_reason is not None or result.local_command is not None:
        return None
    return Rejected(result.result or "the prompt did not reach the model", code="not_asked")


def _deferred(result: Result, _seen: Circumstances) -> TurnError | None:
    if _DEFERRED not in {result.stop_reason, result.terminal_reason}:
        return None
    error = Rejected("a hook put off the decision on a tool call", code=_DEFERRED)
    return _with_hint(error, "")


def _stopped_by_hook(result: Result, _seen: Circumstances) -> TurnError | None:
    if result.terminal_reason not in _STOPPED or not _waits_for_tool(result):
        return None
    return Rejected("a hook stopped the turn before its answer", code="stopped_by_hook")


def _refused(result: Result, _seen: Circumstances) -> TurnError | None:
    if result.stop_reason != "refusal":
        return None
    return Refused(result.result or "the model declined to answer")


def _cut_at_a_limit(result: Result, _seen: Circumstances) -> TurnError | None:
    limit = _CUTS.get(result.stop_reason)
    if limit is None:
        return None
    return _with_hint(LimitReached("the answer was cut at a limit", limit=limit), "")


_CUTS: Final[dict[str | None, Limit]] = {
    "max_tokens": "output_tokens",
    "model_context_window_exceeded": "context",
}


def _owes_structure(result: Result, seen: Circumstances) -> TurnError | None:
    if not seen.wants_structured or result.structured_output is not msgspec.UNSET:
        return None
    if not seen.schema_taken:
        return Rejected(
            "the CLI does not understand the schema of the output, so the model had no way to give "
            "one: it reads draft 7 of JSON Schema, and nothing else (CLI 2.1.329)",
            code="schema_refused",
        )
    return SchemaFailed("the model gave no structured output", raw=result.result)


def _cut_in_tool_use(result: Result, _seen: Circumstances) -> TurnError | None:
    if not _waits_for_tool(result):
        return None
    return Truncated("the turn ended in the middle of a tool call", code="cut_in_tool_use")


def _waits_for_tool(result: Result) -> bool:
    """Whether the model still waited for a tool; after structured output it does by design."""
    return result.stop_reason == "tool_use" and result.structured_output is msgspec.UNSET


def _bad_stop(result: Result, _seen: Circumstances) -> TurnError | None:
    if result.stop_reason in _GOOD_STOPS or result.stop_reason == "tool_use":
        return None
    return Truncated(
        f"the model stopped for a reason that is no success: {result.stop_reason!r}",
        code="unknown_stop",
    )


_CHECKS: Final = (
    _deferred,
    _bad_ending,
    _never_asked,
    _stopped_by_hook,
    _refused,
    _cut_at_a_limit,
    _owes_structure,
    _cut_in_tool_use,
    _bad_stop,
)
"""What is looked at, in this order, before a result counts as a success."""


# --- errors a result reports --------------------------------------------------------------------


def _reported_error(result: Result, seen: Circumstances) -> TurnError:
    text = _text_of(result)
    for table, key in (
        (_BY_SUBTYPE, result.subtype),
        (_BY_ENDING, result.terminal_reason),
        (_BY_API_ERROR, result.api_error),
        (_BY_KIND, seen.error),
        (_BY_API_TYPE, result.api_error_type),
    ):
        make = table.get(key)
        if make is not None:
            return _with_hint(make(text, result, seen), text)
    return _with_hint(_by_status(text, result, seen), text)


def _text_of(result: Result) -> str:
    said = "; ".join(result.errors) or result.result
    return said or f"the CLI reported {result.terminal_reason or result.subtype!r}"


def _with_hint(error: TurnError, text: str) -> TurnError:
    known = diagnose(text)
    hint = known.hint if known is not None else _HINTS.get(getattr(error, "limit", error.code))
    error.context = FailureContext(hint=hint)
    return error


_HINTS: Final[dict[str, str]] = {
    "turns": "raise max_turns",
    "budget": "raise max_budget_usd, or start another conversation: this one stays over budget",
    "context": "shorten the prompt, or start another conversation",
    "credit": "the account's balance is too low",
    "output_tokens": "raise max_output_tokens, or ask for less at a time",
    _DEFERRED: "resume the conversation to decide; the frame's deferred_tool_use is the call",
    "rate_limited": "wait until the limit resets; fewer parallel queries use it up more slowly",
}
"""What to do about an outcome whose text says nothing more."""


_Maker = Callable[[str, Result, Circumstances], TurnError]


def _auth(text: str, _result: Result, _seen: Circumstances) -> TurnError:
    return AuthenticationFailed(text)


def _rate(text: str, _result: Result, seen: Circumstances) -> TurnError:
    return RateLimited(text, resets_at=seen.resets_at)


def _rejected(text: str, result: Result, _seen: Circumstances) -> TurnError:
    return Rejected(text, code=result.api_error_type or "rejected")


def _bad_request(text: str, result: Result, seen: Circumstances) -> TurnError:
    """The API says in words alone that an organisation has used up what it allows itself."""
    spent = "specified api usage limits" in text.lower()
    return LimitReached(text, limit="credit") if spent else _rejected(text, result, seen)


def _model_not_found(text: str, _result: Result, _seen: Circumstances) -> TurnError:
    return Rejected(text, code="model_not_found")


def _api(text: str, result: Result, _seen: Circumstances) -> TurnError:
    return ApiFailed(text, status=result.api_error_status)


def _schema(text: str, result: Result, _seen: Circumstances) -> TurnError:
    return SchemaFailed(text, raw=result.result)


def _output(text: str, _result: Result, _seen: Circumstances) -> TurnError:
    """The CLI reports both limits of an answer under one kind (2.1.329)."""
    context = "context window" in text.lower()
    return LimitReached(text, limit="context" if context else "output_tokens")


def _limit(limit: Limit) -> _Maker:
    return lambda text, _result, _seen: LimitReached(text, limit=limit)


_BY_SUBTYPE: Final[dict[str | None, _Maker]] = {
    "error_max_turns": _limit("turns"),
    "error_max_budget_usd": _limit("budget"),
    "error_max_structured_output_retries": _schema,
}

_BY_ENDING: Final[dict[str | None, _Maker]] = {
    "prompt_too_long": _limit("context"),
    "blocking_limit": _limit("context"),
    "rapid_refill_breaker": _limit("context"),
    "model_error": _api,
    "max_turns": _limit("turns"),
    "budget_exhausted": _limit("budget"),
    "structured_output_retry_exhausted": _schema,
}

_BY_KIND: Final[dict[str | None, _Maker]] = {
    "authentication_failed": _auth,
    "oauth_org_not_allowed": _auth,
    "account_on_hold": _auth,
    "verification_required": _auth,
    "cloud_credential_error": _auth,
    "billing_error": _limit("credit"),
    "rate_limit": _rate,
    "overloaded": _api,
    "server_error": _api,
    "model_not_found": _model_not_found,
    "max_output_tokens": _output,
}
"""By ``assistant.error``; ``invalid_request`` and ``unknown`` are told apart further below."""

_BY_API_ERROR: Final[dict[str | None, _Maker]] = {
    "org_disabled_credential": _auth,
}
"""By the CLI's own name for it."""

_BY_API_TYPE: Final[dict[str | None, _Maker]] = {
    "billing_error": _limit("credit"),
    "authentication_error": _auth,
    "permission_error": _auth,
    "rate_limit_error": _rate,
    "overloaded_error": _api,
    "api_error": _api,
    "not_found_error": _rejected,
    "invalid_request_error": _bad_request,
    "request_too_large": _rejected,
}

_SERVER_ERROR: Final = 500
_CLIENT_ERROR: Final = 400


def _by_status(text: str, result: Result, seen: Circumstances) -> TurnError:
    if result.stop_reason == "refusal":
        return Refused(text)
    status = result.api_error_status
    if status is not None and _CLIENT_ERROR <= status < _SERVER_ERROR:
        return _rejected(text, result, seen)
    if status is not None or result.terminal_reason == "api_error":
        return _api(text, result, seen)
    known = diagnose(text)
    if known is not None:
        return known.kind(text, code=known.code)
    code = result.startup_failure_reason or result.terminal_reason or result.subtype
    return Rejected(text, code="unexplained" if code == "success" else code)
