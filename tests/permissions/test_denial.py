"""Every tool call that did not run is recorded once."""

from hypothesis import given
from hypothesis import strategies as st

from greenroom.permissions import Denial, Deny, PermissionRequest, merge_denials
from greenroom_protocol.claude import PermissionDenial

IDS = st.sampled_from(["", "a", "b", "c"])


def cli(tool_use_id):
    return PermissionDenial(tool_name="Bash", tool_use_id=tool_use_id, tool_input={"x": 1})


def own(tool_use_id):
    request = PermissionRequest(tool_name="Bash", tool_use_id=tool_use_id)
    return Denial.of(request, Deny("no"))


def test_a_call_that_both_denied_is_recorded_once_with_its_reason():
    assert merge_denials([cli("a"), cli("b")], [own("b")]) == (
        Denial(tool_name="Bash", tool_use_id="a", input={"x": 1}, source="cli"),
        Denial(tool_name="Bash", tool_use_id="b", input={}, reason="no", source="host"),
    )


def test_what_the_cli_did_not_list_is_recorded_all_the_same():
    assert merge_denials([], [own("a")]) == (own("a"),)


def test_calls_without_an_id_are_never_taken_for_the_same():
    assert len(merge_denials([cli(""), cli("")], [own(""), own("")])) == 4


@given(st.lists(IDS), st.lists(IDS))
def test_each_id_is_recorded_exactly_once_and_none_is_lost(listed, ours):
    merged = merge_denials(map(cli, listed), map(own, ours))
    ids = [one.tool_use_id for one in merged]
    named = {one for one in (*listed, *ours) if one}
    assert sorted(one for one in ids if one) == sorted(named)
    assert ids.count("") == listed.count("") + ours.count("")
    assert all(one.source == "host" for one in merged if one.tool_use_id in set(ours) - {""})
