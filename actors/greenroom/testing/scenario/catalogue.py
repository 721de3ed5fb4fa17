"""Ready-made misbehaviour: one scenario for each way a CLI is known to go wrong.

:data:`FAULTS` is meant to be parametrized over. In each scenario the prompt is answered with the
text ``Hello`` first, unless the fault comes earlier, so that what was received before is at stake.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, get_args

from greenroom.testing.scenario.faults import (
    Allocate,
    CloseStdout,
    Exit,
    Garbage,
    GarbageKind,
    Grandchild,
    Half,
    Hang,
    Kill,
    Oversize,
    StderrFlood,
    Wait,
)
from greenroom.testing.scenario.frames import (
    ApiError,
    ApiRetry,
    DuplicateResult,
    Frame,
    RateLimit,
    Result,
    Text,
    ToolUse,
    Unsolicited,
)
from greenroom.testing.scenario.scenario import Launched, Reply, Scenario, Turn
from greenroom.testing.scenario.steps import Permission, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FAULTS", "poisoned"]

_HELLO: Final = Text("Hello")
_MEGABYTE: Final = 1 << 20
_RESET: Final = 1_999_999_999
_DELTA: Final = {
    "type": "stream_event",
    "event": {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": "word "},
    },
    "session_id": "$session_id",
    "parent_tool_use_id": None,
    "uuid": "$uuid",
}


def _turn(*steps: Step) -> Scenario:
    return Scenario(turns=[Turn(steps)])


def _unwilling(*steps: Step) -> Scenario:
    return Scenario(turns=[Turn(steps)], on_eof="ignore", on_sigterm="ignore")


_LADDER: Final[tuple[Launched, ...]] = ("resume", "resume_at", "fork")
_POISON: Final = ApiError(400, "invalid_request", api_error="tool_history_mismatch")


def poisoned(until: Literal["resume_at", "fork", "fresh"]) -> Scenario:
    """A conversation that cannot be resumed: the API refuses its history in every turn.

    Args:
        until: what a process has to be started for, at least, to be answered again. The ladder is a
            plain resume, one that cuts the history (``resume_at``), a ``fork``, and ``fresh``,
            another conversation, which is answered always.
    """
    cured = _LADDER.index(until) if until != "fresh" else len(_LADDER)
    healthy: tuple[Launched, ...] = ("fresh", *_LADDER[cured:])
    return Scenario(
        turns=[Turn([_HELLO], launched=healthy), Turn([_POISON], launched=_LADDER[:cured])]
    )


_ENDINGS: Final = {
    "killed_in_mid_line": _turn(_HELLO, Half(), Kill("SIGKILL")),
    "segfault": _turn(_HELLO, Kill("SIGSEGV")),
    "frozen": _turn(_HELLO, Kill("SIGSTOP"), Wait()),
    "exit_0_after_half_a_result": _turn(_HELLO, Half(), Exit(0)),
    "exit_0_without_result": _turn(_HELLO, Exit(0)),
    "exit_3_without_result": _turn(_HELLO, Exit(3)),
    "exit_143_unasked": _turn(_HELLO, Exit(143)),
    "exit_at_start": Scenario(on_start=[Exit(1)]),
    "ignores_eof_and_sigterm": _unwilling(_HELLO, Wait()),
    "stdout_closed_but_alive": _turn(_HELLO, CloseStdout(), Wait()),
}

_GRANDCHILDREN: Final = {
    "grandchild_after_result": _turn(_HELLO, Grandchild(), Result(), Exit(0)),
    "grandchild_after_crash": _turn(_HELLO, Grandchild(), Exit(3)),
    "grandchild_in_its_own_session": _turn(
        _HELLO, Grandchild(setsid=True, double_fork=True, ignore_sigterm=True), Result(), Exit(0)
    ),
}

_FLOODS: Final = {
    "stderr_flood": _turn(_HELLO, StderrFlood(200 * _MEGABYTE)),
    "stderr_flood_without_newline": _turn(_HELLO, StderrFlood(20 * _MEGABYTE, line=0)),
    "stderr_flood_of_bytes": _turn(_HELLO, StderrFlood(20 * _MEGABYTE, binary=True)),
    "oversize_line": _turn(_HELLO, Oversize(50 * _MEGABYTE), Text("after")),
    "endless_line": _turn(_HELLO, Oversize(2_000 * _MEGABYTE, newline=False), Wait()),
    "flood_then_permission": _turn(
        Frame(_DELTA, times=100_000),
        ToolUse("Bash", {"command": "ls"}),
        Permission(),
        _HELLO,
    ),
}

_SILENCES: Final = {
    "silent_from_the_start": Scenario(on_start=[Hang()]),
    "silent_on_initialize": Scenario(requests={"initialize": Reply(before=[Wait()])}),
    "silent_before_init": Scenario(turns=[Turn([Wait()], envelope=False)]),
    "silent_after_init": _turn(Wait()),
    "silent_in_mid_line": _turn(_HELLO, Half(), Wait()),
    "silent_while_retrying": _turn(ApiRetry(delay_ms=3_600_000), Wait()),
    "long_tool": _turn(ToolUse("Bash", {"command": "sleep 3600"}), Wait()),
    "hangs": _turn(_HELLO, Hang()),
    "interrupt_ignored": Scenario(turns=[[_HELLO, Wait()]], on_interrupt="ignore"),
    "interrupt_not_obeyed": Scenario(turns=[[_HELLO, Wait()]], on_interrupt="acknowledge"),
}

_LIES: Final = {
    "garbage": _turn(*(Garbage(kind) for kind in get_args(GarbageKind)), _HELLO),
    "result_twice": _turn(_HELLO, Result(), DuplicateResult()),
    "result_of_another_prompt": _turn(_HELLO, Result(uuids=["another"]), Exit(0)),
    "result_before_init": Scenario(turns=[Turn([Result(text="Hello")], envelope=False)]),
    "result_without_members": _turn(
        _HELLO, Result(drop=["usage", "modelUsage", "total_cost_usd", "num_turns"])
    ),
    "unsolicited_result_first": _turn(Unsolicited(), _HELLO),
    "no_structured_output": _turn(_HELLO, Result(text="no JSON")),
}

_REFUSALS: Final = {
    "usage_limit": _turn(
        RateLimit("rejected", _RESET),
        ApiError(
            429,
            "rate_limit",
            api_error="usage_limit_reached",
            params={"rate_limit_info": {"status": "rejected", "resetsAt": _RESET}},
        ),
    ),
    "login_expired": _turn(ApiError(401, "authentication_failed")),
    "overloaded": _turn(ApiRetry(1, 529, "overloaded"), ApiError(529, "server_error")),
    "unreachable": _turn(ApiError(None, "server_error")),
    "max_turns": _turn(_HELLO, Result("error_max_turns")),
}

_RELAPSES: Final = {
    "dies_after_each_start": Scenario(requests={"initialize": Reply(after=[Wait(0.05), Exit(1)])}),
    "hangs_when_idle": Scenario(turns=[Turn([_HELLO], after=[Hang()])]),
    "grows": _turn(_HELLO, Allocate(256 * _MEGABYTE, 64 * _MEGABYTE), Wait()),
    "poisoned_on_resume": poisoned("fresh"),
    "forgets_on_resume": Scenario(turns=[Turn([_HELLO])], on_resume="forget"),
}
"""What comes again with the process that replaces the first."""

FAULTS: Final[Mapping[str, Scenario]] = MappingProxyType(
    {**_ENDINGS, **_GRANDCHILDREN, **_FLOODS, **_SILENCES, **_LIES, **_REFUSALS, **_RELAPSES}
)
"""Scenarios by the name of their fault."""
