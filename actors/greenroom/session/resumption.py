"""Which conversation the next process goes on with, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from greenroom.values.ladder import Impasse, Rung

if TYPE_CHECKING:
    from greenroom.backends.base import Backend, Conversation

__all__ = ["NO_PAST", "Past", "Resumption", "Way"]

_LADDER: Final = tuple(Rung)

_KEPT: Final = 16
"""How many conversations are remembered that were left behind."""


class Past(NamedTuple):
    """What is known of a session from an earlier life.

    Attributes:
        session_id: its conversation, as last observed.
        entry: where a completed turn left it last.
        losses: how many seconds ago it lost a process, since its last completed turn.
        parked_until: Unix time in seconds before which trying is useless.
    """

    session_id: str | None = None
    entry: str | None = None
    losses: tuple[float, ...] = ()
    parked_until: float | None = None


NO_PAST: Final = Past()


class Way(NamedTuple):
    """How the next process begins.

    Attributes:
        options: its options.
        fallback: its options if the conversation it is to resume was never stored.
        rung: how it goes on with a conversation; None: it begins with what the options say.
        expected: the conversation that it has to go on with.
    """

    options: Any
    fallback: Any
    rung: Rung | None = None
    expected: str | None = None


class Resumption:
    """The memory of one session: its conversation, and which ways of going on with it failed.

    Args:
        backend: the CLI.
        past: what is known from before.
        fresh: whether another conversation may begin when this one is lost.

    Attributes:
        observed: the conversation as last seen on the wire.
        settled: the conversation that has had a result, so that the CLI has stored it.
        abandoned: conversations that were left behind, the last ones.
    """

    def __init__(self, backend: Backend, past: Past, *, fresh: bool) -> None:
        self.observed: str | None = past.session_id
        self.settled: str | None = past.session_id
        self.abandoned: tuple[str, ...] = ()
        self._backend = backend
        self._entry = past.entry
        self._fresh = fresh
        self._rung: Rung | None = None
        self._next: Rung | None = None

    def observe(self, session_id: str | None) -> bool:
        """Take note of the conversation as the wire names it; return whether that is news."""
        news = session_id is not None and session_id != self.observed
        if news:
            self.observed = session_id
        return news

    def settle(self, conversation: Conversation) -> None:
        """Take note of a result."""
        if conversation.session_id not in {None, self.settled}:
            self._entry = None  # it was one of another conversation
        self.settled = conversation.session_id or self.settled
        self._entry = conversation.entry or self._entry
        if conversation.answered:  # which is not to be dropped with the next process
            self._next = None

    @property
    def entry(self) -> str | None:
        """Where a completed turn left the conversation last."""
        return self._entry

    def succeed(self) -> None:
        """A turn completed: the next trouble starts at the top of the ladder."""
        self._rung = self._next = None

    @property
    def suspects(self) -> bool:
        """Whether all that was stored is gone on with, although the API may have refused it."""
        return self._next is Rung.RESUME

    def is_lost(self, options: Any) -> bool:
        """Whether the next process would begin without what was said: nothing of it is stored."""
        settled = self.settled
        return settled is not None and self._backend.resume(options, settled) is None

    def way(self, options: Any) -> Way:
        """Return how the next process begins, with `options` for all else.

        A conversation that has had a result is gone on with. One that was merely observed may have
        died before the CLI stored anything of it.
        """
        known = self.settled or self.observed
        if self._next is Rung.FRESH:
            return Way(self._backend.resume(options, "", Rung.FRESH), None, Rung.FRESH)
        rung = self._next or Rung.RESUME
        resumed = None if known is None else self._backend.resume(options, known, rung, self._entry)
        if resumed is None:
            return Way(options, None)
        if self.settled is None:
            return Way(resumed, options, rung)
        return Way(resumed, None, rung, None if rung is Rung.FORK else known)

    def climb(self, options: Any, impasse: Impasse, begun: Rung | None) -> Rung | None:
        """Choose the next way of going on with the conversation; None: there is none.

        Args:
            options: of the session.
            impasse: what is wrong with the last one.
            begun: the rung that its process began with.
        """
        if impasse is Impasse.REFUSED:
            return self._cut(options)
        tried = self._rung or begun
        rest = _LADDER if tried is None else _LADDER[_LADDER.index(tried) + 1 :]
        for rung in rest:
            if self._leads_on(rung, options, impasse):
                self._rung = self._next = rung
                if rung in {Rung.FORK, Rung.FRESH}:
                    self._abandon()
                if rung is Rung.FRESH:
                    self.settled = self.observed = self._entry = None
                return rung
        return None

    def _cut(self, options: Any) -> Rung | None:
        """Drop what was refused. All else is kept: it may be what is asked that is bad."""
        further = self._rung in {Rung.FORK, Rung.FRESH}
        if further or not self._leads_on(Rung.RESUME_AT, options, Impasse.REFUSED):
            return None
        self._rung = self._next = Rung.RESUME_AT
        return self._rung

    def _leads_on(self, rung: Rung, options: Any, impasse: Impasse) -> bool:
        if rung is Rung.FRESH:
            return self._fresh
        known = self.settled or self.observed
        if known is None or impasse is Impasse.MISSING:
            return False
        if rung is Rung.FORK and impasse is Impasse.DIVERGED:  # no telling it from a stranger
            return False
        if rung is not Rung.RESUME and self._entry is None:
            return False
        return self._backend.resume(options, known, rung, self._entry) is not None

    def _abandon(self) -> None:
        known = self.settled or self.observed
        if known is not None and known not in self.abandoned:
            self.abandoned = (*self.abandoned, known)[-_KEPT:]
