"""Permissions that are decided by rules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, final

import msgspec

from greenroom.permissions.answers import Allow, Ask, Deny
from greenroom.permissions.errors import PolicyError
from greenroom.permissions.rule import DECISIONS, Decision, Rule
from greenroom.permissions.subject import Fit, RuleMatcher, subjects_of
from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenroom.permissions.request import PermissionRequest
    from greenroom.permissions.subject import Subject

__all__ = ["Policy", "Verdict"]

_VERBS: Final = {"allow": "allows", "ask": "has a person asked about", "deny": "denies"}


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy decides about a request, and why.

    Attributes:
        decision: ``"allow"``, ``"ask"`` or ``"deny"``.
        rule: the number of the rule that decided, from 1; None if none did.
        why: the same in words.
    """

    decision: Decision
    rule: int | None
    why: str


@final
class Policy:
    """Rules, of which the first that fits decides; what none fits is denied.

    It is a permission handler. Of a shell command that consists of several each is decided by
    itself, and the strictest decision counts. Where a rule may or may not fit (a command that
    cannot be read, a path that cannot be followed), both are worked out and the stricter counts: a
    rule that allows never fits by guess, one that denies does. Immutable; safe from any thread.

    Args:
        rules: at least one.
        cwd: what relative paths in rules and requests start from: the working directory of the
            session. By default the session tells; outside of one, the host's.

    Raises:
        PolicyError: there are no rules, or a path of one cannot be understood.
    """

    def __init__(self, rules: Iterable[Rule], *, cwd: str | os.PathLike[str] | None = None) -> None:
        self.rules: Final = tuple(rules)
        self.cwd: Final = None if cwd is None else Path(cwd)
        if not self.rules:
            raise PolicyError('a policy has rules; one that denies everything has {"deny": "*"}')
        self._here = os.path.realpath(Path.cwd() if cwd is None else cwd)
        self._matchers = tuple(
            _numbered(number, self._matcher, rule) for number, rule in enumerate(self.rules, 1)
        )

    def __repr__(self) -> str:
        return f"<Policy of {len(self.rules)} rules in {self._here}>"

    @classmethod
    def of(
        cls,
        rules: Iterable[Rule | dict[str, Any]],
        *,
        cwd: str | os.PathLike[str] | None = None,
    ) -> Self:
        """Return the policy of rules such as ``{"allow": "Bash", "command": "git *"}``.

        Raises:
            PolicyError: one cannot be understood; `rule` is its number.
        """
        read = [_numbered(number, _read, rule) for number, rule in enumerate(rules, 1)]
        return cls(read, cwd=cwd)

    @classmethod
    def from_toml(
        cls, source: str | os.PathLike[str], *, cwd: str | os.PathLike[str] | None = None
    ) -> Self:
        """Return the policy that the array of tables ``[[rules]]`` describes.

        Args:
            source: a file; or the text itself, a string of several lines.
            cwd: see the class.

        Raises:
            PolicyError: the file cannot be read, or what it says not understood.
        """
        from greenroom.permissions.policy_file import read_rules  # noqa: PLC0415 - brings tomllib

        return cls.of(read_rules(source), cwd=cwd)

    def within(self, cwd: str | os.PathLike[str]) -> Self:
        """Return this policy for a session in `cwd`, unless it was made for a directory."""
        return self if self.cwd is not None else type(self)(self.rules, cwd=cwd)

    def __call__(self, request: PermissionRequest) -> Allow | Ask | Deny:
        """Decide; quick, but links in paths are followed on the disk."""
        verdict = self.explain(request)
        if verdict.decision == "allow":
            return Allow()
        return Ask(verdict.why) if verdict.decision == "ask" else Deny(verdict.why)

    def explain(self, request: PermissionRequest) -> Verdict:
        """Return what it decides about `request`, and by which rule."""
        verdicts = [self._decide(subject) for subject in subjects_of(request, self._here)]
        return max(verdicts, key=_weight)

    def _matcher(self, rule: object) -> RuleMatcher:
        if not isinstance(rule, Rule):
            raise PolicyError('it is no Rule(...); Policy.of takes {"allow": "Bash"} and the like')
        return RuleMatcher(rule, self._here)

    def _decide(self, subject: Subject) -> Verdict:
        guess: Verdict | None = None
        for number, matcher in enumerate(self._matchers, 1):
            fit = matcher.fit(subject)
            decision = matcher.rule.decision
            if fit is Fit.NO or (fit is Fit.MAYBE and decision == "allow"):
                continue
            why = _why(number, matcher.rule, subject, fit)
            verdict = Verdict(decision=decision, rule=number, why=why)
            if fit is Fit.YES or decision == "deny":
                return verdict if guess is None or decision == "deny" else guess
            guess = guess or verdict
        return Verdict(
            decision="deny",
            rule=None,
            why=f"No rule of the permission policy allows {subject.name}{subject.doubt}.",
        )


def _weight(verdict: Verdict) -> tuple[int, bool]:
    """Order verdicts: the strictest counts, and of those one that a rule gave, for its reason."""
    return DECISIONS.index(verdict.decision), verdict.rule is not None


def _why(number: int, rule: Rule, subject: Subject, fit: Fit) -> str:
    doubt = subject.doubt if fit is Fit.MAYBE else ""
    said = f" {rule.reason}" if rule.reason else ""
    verb = _VERBS[rule.decision]
    return f"Rule {number} of the permission policy {verb} {subject.name}{doubt}.{said}"


def _read(rule: Rule | dict[str, Any]) -> Rule:
    return rule if isinstance(rule, Rule) else Rule.of(rule)


def _numbered(number: int, make: Any, rule: Any) -> Any:
    try:
        return make(rule)
    except ValueError as error:
        raise PolicyError(f"rule {number}: {error} (it is {shown(rule)})", rule=number) from error
