"""Costs add up, and a running total gives back what each turn cost."""

from hypothesis import given
from hypothesis import strategies as st

from greenroom.values.usage import Spend

counts = st.integers(0, 10**9)
spends = st.builds(
    Spend,
    input_tokens=counts,
    output_tokens=counts,
    cache_read_tokens=counts,
    cache_creation_tokens=counts,
)


@given(st.lists(spends, min_size=1))
def test_the_differences_of_a_running_total_are_what_was_added(turns):
    running, earlier = Spend(), Spend()
    for turn in turns:
        running += turn
        assert running.since(earlier) == turn
        earlier = running


def test_a_total_that_starts_anew_counts_in_full():
    assert Spend(input_tokens=5).since(Spend(input_tokens=9)).input_tokens == 5
