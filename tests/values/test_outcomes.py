"""Outcomes are values and errors at once, and form a closed set."""

import copy
import pickle

import pytest

from greenroom.values.deadlines import Phase
from greenroom.values.outcomes import (
    OUTCOMES,
    Cancelled,
    Completed,
    Crashed,
    FailureContext,
    LimitReached,
    RateLimited,
    TimedOut,
    Truncated,
    TurnError,
)

SAMPLES = [
    RateLimited("slow down", resets_at=12.5),
    LimitReached("enough", limit="turns"),
    Crashed("dead", signal=9),
    TimedOut("late", phase=Phase.SILENCE, seconds=3.0),
    Truncated("cut", bytes_lost=7, context=FailureContext(hint="try again")),
]


def descendants(kind):
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


def test_the_set_of_outcomes_is_closed():
    errors = {cls for cls in OUTCOMES if cls is not Completed}
    assert errors == set(descendants(TurnError))


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling_and_copying_with_all_it_knows(error):
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is type(error)
        assert vars(twin) == vars(error)
        assert str(twin) == str(error)


def test_an_error_shows_its_hint_in_its_text():
    assert str(SAMPLES[-1]) == "cut (try again)"


def test_a_code_can_be_finer_than_the_class():
    assert Cancelled("x").code == "cancelled"
    assert Cancelled("x", code="withdrawn").code == "withdrawn"


@pytest.mark.parametrize("cls", [cls for cls in OUTCOMES if cls is not Completed])
def test_every_error_has_a_code_a_category_and_says_whether_to_retry(cls):
    assert cls.code != "error"
    assert cls.category in {"account", "api", "caller", "limit", "model", "process"}
    assert isinstance(cls.retryable, bool)
    assert cls.ok is False


def test_outcomes_can_be_matched_by_their_fields():
    match SAMPLES[0]:
        case RateLimited(resets_at=when):
            assert when == 12.5
        case _:
            pytest.fail("did not match")
