"""What a simulated CLI does, from start to end, as data."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Literal

import msgspec
from msgspec import Struct

from greenroom.testing.scenario.frames import Text
from greenroom.testing.scenario.steps import Step

__all__ = ["Launched", "Reply", "Scenario", "ScenarioError", "Turn"]

ECHO = Text("You said: $prompt")

Launched = Literal["fresh", "resume", "resume_at", "fork"]
"""What a process was started for: another conversation, or one to go on with, and how.

``resume_at`` is a resume with ``--resume-session-at``; with ``--fork-session`` both are a ``fork``.
"""


class ScenarioError(ValueError):
    """A scenario file does not describe a scenario; the text names the place."""


class Turn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is played for one prompt, or for prompts the CLI merged.

    Attributes:
        steps: played in order.
        when: play this turn for prompts that hold this text; such turns are never used up, and
            the others are played in their order.
        launched: play this turn only in processes that were started so; in all when empty.
        envelope: write the frames the CLI puts around a turn: state, lifecycle, ``system/init``.
        result: end with a successful ``result`` unless a step wrote one.
        after: steps that are played once the turn is over and the state is ``idle``.
        cost_usd: what the turn adds to the running total.
        input_tokens: what each API message of the turn reports.
        output_tokens: likewise.
    """

    steps: Sequence[Step] = (ECHO,)
    when: str | None = None
    launched: Sequence[Launched] = ()
    envelope: bool = True
    result: bool = True
    after: Sequence[Step] = ()
    cost_usd: float = 0.00014
    input_tokens: int = 10
    output_tokens: int = 5


class Reply(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a control request of the client is answered, instead of the usual way.

    Attributes:
        before: steps that are played first.
        response: members that are added to the usual answer, or replace its.
        error: answer with this error text instead.
        ignore: never answer.
        after: steps that are played once it was answered.
    """

    before: Sequence[Step] = ()
    response: Mapping[str, Any] = msgspec.field(default_factory=dict)
    error: str | None = None
    ignore: bool = False
    after: Sequence[Step] = ()


class Scenario(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A conversation with a CLI that is not there; empty, it answers every prompt politely.

    Attributes:
        turns: one for each prompt; a bare list of steps is a turn, too.
        repeat_last: play the last turn again when they are used up; otherwise echo the prompt.
        on_start: steps that are played before anything is read.
        requests: replies to control requests of the client, by subtype. ``initialize`` is one.
        on_resume: go on with the conversation as told (``obey``), with a copy of it under another
            id (``fork``), or with an empty one (``forget``).
        on_interrupt: ``abort`` the turn as the CLI does, ``acknowledge`` without stopping,
            ``ignore`` without an answer, or steps that are played in place of the abort.
        on_eof: ``finish`` what is queued and exit, ``ignore``, or steps.
        on_sigterm: ``exit`` with 143 at once, ``ignore``, or steps.
        queueing: ``merge`` waiting prompts as the CLI does (folded into a running tool loop, else
            one turn for all), or ``serial``, each prompt its own turn.
        cli_version: what ``--version`` and the frames report.
        model: the model when none is asked for.
        tools: the tools of the session.
        write_size: most bytes of one write to stdout.
        lifetime_seconds: after which the process kills itself, whatever a test forgot.
    """

    turns: Sequence[Turn | Sequence[Step]] = ()
    repeat_last: bool = True
    on_start: Sequence[Step] = ()
    requests: Mapping[str, Reply] = msgspec.field(default_factory=dict)
    on_resume: Literal["obey", "fork", "forget"] = "obey"
    on_interrupt: Literal["abort", "acknowledge", "ignore"] | Sequence[Step] = "abort"
    on_eof: Literal["finish", "ignore"] | Sequence[Step] = "finish"
    on_sigterm: Literal["exit", "ignore"] | Sequence[Step] = "exit"
    queueing: Literal["merge", "serial"] = "merge"
    cli_version: str = "2.1.329"
    model: str = "claude-opus-5-5"
    tools: Sequence[str] = ("Task", "Bash", "Edit", "Read", "Write")
    write_size: int | None = None
    lifetime_seconds: float = 300.0

    @classmethod
    def load(cls, path: str | PathLike[str]) -> "Scenario":
        """Read a scenario from a ``.json`` or ``.toml`` file.

        Raises:
            ScenarioError: the file is not a scenario.
            OSError: the file cannot be read.
        """
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib costs the simulated CLI 5 ms
            data = file.read()
        try:
            if str(path).endswith(".toml"):
                return msgspec.toml.decode(data, type=cls)
            return msgspec.json.decode(data, type=cls)
        except (msgspec.DecodeError, ValueError) as error:
            raise ScenarioError(f"{path} is not a scenario: {error}") from error

    def dump(self) -> bytes:
        """This scenario as JSON, as :meth:`load` reads it."""
        return msgspec.json.encode(self)

    def turn(self, prompt: str, played: int, launched: Launched = "fresh") -> Turn:
        """The turn that is played for ``prompt`` when ``played`` ordered turns are behind it."""
        every = [turn if isinstance(turn, Turn) else Turn(turn) for turn in self.turns]
        turns = [turn for turn in every if not turn.launched or launched in turn.launched]
        for turn in turns:
            if turn.when is not None and turn.when in prompt:
                return turn
        ordered = [turn for turn in turns if turn.when is None]
        if played < len(ordered):
            return ordered[played]
        return ordered[-1] if ordered and self.repeat_last else Turn()
