"""Safety nets can be widened, never switched off."""

import pytest

from greenroom.values.deadlines import Deadlines


@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan")])
@pytest.mark.parametrize("name", ["start", "first_event", "silence", "interrupt", "total"])
def test_a_deadline_must_be_a_positive_number_of_seconds(name, value):
    with pytest.raises(ValueError, match=name):
        Deadlines(**{name: value})


def test_only_the_total_may_be_without_limit():
    assert Deadlines().total is None
    with pytest.raises(ValueError, match="start"):
        Deadlines(start=None)
