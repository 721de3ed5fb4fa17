"""What goes wrong, and what is right then."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from greenroom.testing import FAULTS, Turn
from greenroom.testing import Scenario as Script
from greenroom.testing.scenario import ApiError, Exit, Frame, Garbage, StderrFlood, Text, Wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.faults.observation import Observation

__all__ = ["SCENARIOS", "Scenario"]

_EVERY = ("greenroom", "sdk_query", "sdk_client")
_SOON = 2.0
_AT_ONCE = 1.0
_GONE = 3.0
_SIX = 6.5
"""Six seconds, and half a second more than was asked for."""
_MEGABYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One way to go wrong.

    Attributes:
        name: what happens.
        right: what a caller may expect, in words.
        is_right: the same as a test of what was observed.
        script: what the CLI does.
        drive: which function of the sides asks.
        given: its further arguments.
        bound: seconds an answer is waited for.
        patience: seconds the agent's processes are waited for after that.
        ending: how the host is ended once it is busy; None is `os._exit`.
        descriptors: the host's limit of open files.
        alone: whether nothing else runs meanwhile: it takes the whole machine.
        sides: who can do it at all.
    """

    name: str
    right: str
    is_right: Callable[[Observation], bool]
    script: Script
    drive: str = "ask"
    given: dict[str, Any] = field(default_factory=dict)
    bound: float = 25.0
    patience: float = 5.0
    ending: signal.Signals | None = None
    descriptors: int | None = None
    alone: bool = False
    sides: tuple[str, ...] = _EVERY


def _script(*steps: Any) -> Script:
    return Script(turns=[Turn(steps)])


def _fails(seconds: float = _SOON) -> Callable[[Observation], bool]:
    return lambda seen: (
        seen.answer is not None
        and seen.answer.kind == "failure"
        and seen.answer.seconds <= seconds
        and not seen.left
    )


def _succeeds(text: str, seconds: float = 10.0) -> Callable[[Observation], bool]:
    return lambda seen: (
        seen.answer is not None
        and seen.answer.kind == "success"
        and text in seen.answer.texts
        and seen.answer.seconds <= seconds
        and not seen.left
    )


def _confirms(seen: Observation) -> bool:
    answer = seen.answer
    return answer is not None and bool(answer.extra.get("confirmed")) and answer.seconds <= _AT_ONCE


def _is_gone(seen: Observation) -> bool:
    return seen.gone_seconds is not None and seen.gone_seconds <= _GONE


def _all_succeed(seen: Observation) -> bool:
    answer = seen.answer
    return answer is not None and answer.extra["good"] == answer.extra["asked"] and not seen.left


_AFTER = Text("after")
_BARE = {"type": "assistant", "message": {"role": "assistant"}, "session_id": "$session_id"}
_DELTA = {
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


def _ends_badly(name: str, script: Script) -> Scenario:
    return Scenario(name=name, right="an error", is_right=_fails(), script=script)


def _goes_on(name: str, script: Script, *, alone: bool = False) -> Scenario:
    right = _succeeds("after")
    return Scenario(name=name, right="the turn goes on", is_right=right, script=script, alone=alone)


def _is_held(name: str, fault: str) -> Scenario:
    return Scenario(
        name=name,
        right="success in 2 s, nothing left",
        is_right=_succeeds("Hello", _SOON),
        script=FAULTS[fault],
    )


_OUTCOMES = (
    _ends_badly("exit 0 without a result", FAULTS["exit_0_without_result"]),
    _ends_badly("half a result, exit 0", FAULTS["exit_0_after_half_a_result"]),
    _ends_badly("an error result (429), exit 0", _script(ApiError(429, "rate_limit"), Exit(0))),
    _ends_badly("killed in the middle of a line", FAULTS["killed_in_mid_line"]),
)

_LINES = (
    _goes_on("a line of 50 MB", FAULTS["oversize_line"], alone=True),
    _goes_on("invalid UTF-8", _script(Garbage("utf8"), _AFTER)),
    _goes_on("a line of corrupt JSON", _script(Garbage("broken_json"), _AFTER)),
    _goes_on("a known frame lacks fields", _script(Frame(_BARE), _AFTER)),
    _goes_on("a line that is no JSON", _script(Garbage("text"), _AFTER)),
    _goes_on("20 MB on stderr", _script(StderrFlood(20 * _MEGABYTE), _AFTER)),
)

_PIPES = (
    _is_held("a grandchild holds stdout after result and exit", "grandchild_after_result"),
    _is_held(
        "the same, in a session of its own, ignoring SIGTERM", "grandchild_in_its_own_session"
    ),
    Scenario(
        name="a grandchild holds stdout after a crash",
        right="an error in 2 s, nothing left",
        is_right=_fails(),
        script=FAULTS["grandchild_after_crash"],
    ),
    Scenario(
        name="stdout closed, the process lives on",
        right="an error in 10 s, nothing left",
        is_right=_fails(10.0),
        script=FAULTS["stdout_closed_but_alive"],
        patience=10.0,
    ),
    Scenario(
        name="100,000 messages unread, then an interrupt",
        right="confirmed in 1 s",
        is_right=_confirms,
        script=_script(Text("Hello"), Frame(_DELTA, times=100_000), Wait()),
        drive="interrupt_unread",
        given={"wait": 5.0},
        bound=75.0,
        patience=0.0,
        sides=("greenroom", "sdk_client"),
    ),
)

_TIMES = (
    Scenario(
        name="hangs; the caller waits 6 s at most",
        right="an error at 6 s, nothing left",
        is_right=_fails(_SIX),
        script=_script(Text("Hello"), Wait()),
        drive="ask_within",
        given={"seconds": 6.0},
        patience=12.0,
    ),
    Scenario(
        name="the same, ignoring SIGTERM",
        right="an error at 6 s, nothing left",
        is_right=_fails(_SIX),
        script=FAULTS["ignores_eof_and_sigterm"],
        drive="ask_within",
        given={"seconds": 6.0},
        bound=35.0,
        patience=12.0,
    ),
    Scenario(
        name="a system prompt of 200 kB",
        right="success",
        is_right=_succeeds("Hello"),
        script=_script(Text("Hello")),
        given={"system_prompt": "x" * 200_000},
    ),
)


def _host(name: str, ending: signal.Signals | None) -> Scenario:
    return Scenario(
        name=f"the host ends by {name}, the agent is busy",
        right="nothing left after 3 s",
        is_right=_is_gone,
        script=FAULTS["hangs"],
        drive="stay_busy",
        ending=ending,
        patience=6.0,
    )


_HOSTS = (
    _host("SIGKILL", signal.SIGKILL),
    _host("SIGTERM", signal.SIGTERM),
    _host("os._exit", None),
)


def _fan(count: int, descriptors: int) -> Scenario:
    return Scenario(
        name=f"{count} queries at once, `ulimit -n {descriptors}`",
        right=f"{count} of {count}",
        is_right=_all_succeed,
        script=_script(Text("Hello")),
        drive="ask_many",
        given={"count": count},
        descriptors=descriptors,
        bound=90.0,
        alone=True,
    )


SCENARIOS = (
    *_OUTCOMES,
    *_LINES,
    *_PIPES,
    *_TIMES,
    *_HOSTS,
    _fan(100, 256),
    _fan(300, 256),
)
"""All of them, in the order of the table."""
