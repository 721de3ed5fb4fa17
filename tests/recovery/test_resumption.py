"""The ladder of a conversation, at random, beside a model of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.backends.claude import ClaudeBackend
from greenroom.session.resumption import NO_PAST, Past, Resumption
from greenroom.values.ladder import Impasse, Rung

FIRST, FORKED, OTHER = (f"5e551011-0000-4000-8000-00000000000{n}" for n in range(3))
ENTRY = "11111111-2222-4333-8444-555555555555"
WHERE = Past(session_id=FIRST, entry=ENTRY)
BACKEND = ClaudeBackend()
OPTIONS = BACKEND.check({}, {"model": "haiku", "system_prompt": "be brief"})


def told(session_id, entry=None):
    """What a wire has told."""
    return SimpleNamespace(session_id=session_id, entry=entry, answered=True)


def resumption(past=WHERE, *, fresh=True):
    return Resumption(BACKEND, past, fresh=fresh)


def flags(way):
    names = ("resume", "resume_session_at", "fork_session", "session_id", "continue_conversation")
    return {name: way.options.get(name) for name in names if way.options.get(name)}


# --- ways ---


def test_without_a_past_the_options_say_where_to_begin():
    options = BACKEND.check({}, {"resume": OTHER, "fork_session": True})
    way = resumption(NO_PAST).way(options)
    assert (way.options, way.rung, way.expected) == (options, None, None)


def test_a_past_wins_over_the_options():
    options = BACKEND.check({}, {"resume": OTHER, "fork_session": True, "model": "haiku"})
    way = resumption().way(options)
    assert flags(way) == {"resume": FIRST}
    assert way.options.get("model") == "haiku"
    assert (way.rung, way.expected, way.fallback) == (Rung.RESUME, FIRST, None)


def test_a_conversation_that_had_no_result_may_never_have_been_stored():
    memory = resumption(NO_PAST)
    assert memory.observe(FIRST)
    assert not memory.observe(FIRST)
    way = memory.way(OPTIONS)
    assert (flags(way), way.fallback, way.expected) == ({"resume": FIRST}, OPTIONS, None)
    memory.settle(told(FIRST, ENTRY))
    assert memory.way(OPTIONS).fallback is None


@pytest.mark.parametrize(
    ("rung", "expected"),
    [
        (Rung.RESUME_AT, {"resume": FIRST, "resume_session_at": ENTRY}),
        (Rung.FORK, {"resume": FIRST, "resume_session_at": ENTRY, "fork_session": True}),
        (Rung.FRESH, {}),
    ],
)
def test_each_rung_is_said_by_its_options_and_changes_no_others(rung, expected):
    memory = resumption()
    begun = Rung.RESUME
    while memory.climb(OPTIONS, Impasse.POISONED, begun) is not rung:
        pass
    way = memory.way(OPTIONS)
    assert flags(way) == expected
    assert (way.options.get("model"), way.options.get("system_prompt")) == ("haiku", "be brief")
    assert way.rung is rung


def test_a_result_without_a_name_leaves_what_is_known():
    memory = resumption()
    memory.settle(told(None))
    assert (memory.settled, memory.entry) == (FIRST, ENTRY)


def test_a_conversation_that_is_left_behind_is_remembered_once():
    memory = resumption()
    for _ in range(3):
        memory.climb(OPTIONS, Impasse.POISONED, Rung.RESUME)
    assert memory.abandoned == (FIRST,)
    assert (memory.settled, memory.observed, memory.entry) == (None, None, None)


def test_no_more_than_the_last_ones_are_remembered():
    memory = resumption(NO_PAST)
    for number in range(40):
        memory.settle(told(f"c-{number}"))
        assert memory.climb(OPTIONS, Impasse.MISSING, Rung.RESUME) is Rung.FRESH
        memory.succeed()
    assert memory.abandoned == tuple(f"c-{number}" for number in range(24, 40))


def test_a_conversation_that_is_stored_nowhere_can_only_begin_anew():
    options = BACKEND.check({}, {"no_session_persistence": True})
    for fresh, rung in ((True, Rung.FRESH), (False, None)):
        memory = resumption(NO_PAST, fresh=fresh)
        memory.settle(told(FIRST, ENTRY))
        assert memory.is_lost(options)
        assert memory.climb(options, Impasse.MISSING, None) is rung


# --- at random ---


class Model:
    """Which rungs are left, said in another way: by a list of those that were not tried."""

    def __init__(self, *, fresh):
        self.fresh = fresh
        self.conversation, self.entry = FIRST, ENTRY
        self.left = list(Rung)

    def climb(self, impasse, begun):
        if impasse is Impasse.REFUSED:
            return self.cut()
        left = self.left
        if len(left) == len(Rung) and begun is not None:
            left = left[left.index(begun) + 1 :]
        for number, rung in enumerate(left):
            if self.leads(rung, impasse):
                self.left = left[number + 1 :]
                if rung is Rung.FRESH:
                    self.conversation = self.entry = None
                return rung
        return None

    def cut(self):
        """Not a rung among others: it may be tried again and again, for it loses nothing good."""
        if self.conversation is None or self.entry is None or len(self.left) < 2:
            return None
        self.left = [Rung.FORK, Rung.FRESH]
        return Rung.RESUME_AT

    def leads(self, rung, impasse):
        if rung is Rung.FRESH:
            return self.fresh
        if rung is Rung.FORK and impasse is Impasse.DIVERGED:
            return False
        stored = self.conversation is not None and impasse is not Impasse.MISSING
        return stored and (rung is Rung.RESUME or self.entry is not None)

    def complete(self, conversation, entry):
        kept = self.entry if conversation == self.conversation else None
        self.conversation, self.entry = conversation, entry or kept
        self.left = list(Rung)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("climb"), st.sampled_from(Impasse), st.booleans()),
        st.tuples(st.just("complete"), st.sampled_from([FIRST, FORKED, OTHER]), st.booleans()),
    ),
    max_size=30,
)


@given(steps=STEPS, fresh=st.booleans())
def test_each_rung_is_tried_once_and_in_order_until_a_turn_completes(steps, fresh):
    memory, model = resumption(fresh=fresh), Model(fresh=fresh)
    climbed = []
    for step, what, more in steps:
        if step == "climb":
            begun = memory.way(OPTIONS).rung if more else None
            rung = memory.climb(OPTIONS, what, begun)
            assert rung is model.climb(what, begun)
            if rung is not None:
                if what is Impasse.REFUSED:
                    climbed = []
                climbed.append(list(Rung).index(rung))
                assert memory.way(OPTIONS).rung is rung
        else:
            entry = ENTRY if more else None
            memory.settle(told(what, entry))
            memory.observe(what)
            memory.succeed()
            model.complete(what, entry)
            climbed = []
        assert climbed == sorted(set(climbed)), "a rung was tried twice, or out of order"
        assert memory.settled == model.conversation
        assert memory.entry == model.entry
        assert fresh or memory.way(OPTIONS).rung is not Rung.FRESH
        way = memory.way(OPTIONS)
        if model.conversation is None:
            assert flags(way) == {}
        else:
            assert way.options.get("resume") == model.conversation
            assert (way.expected is None) == (way.rung is Rung.FORK)
