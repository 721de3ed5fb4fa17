"""Names on the wire are legal, differ, and stay the same."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from greenroom.tools.names import full_name, require_server_name, tool_names

LEGAL = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")
SERVERS = st.from_regex(r"[a-zA-Z0-9_-]{1,40}", fullmatch=True).filter(
    lambda name: "__" not in name and not name.endswith("_")
)
NAMES = st.one_of(
    st.from_regex(r"[a-z_-]{1,5}", fullmatch=True),
    st.from_regex(r"[a-z. ]{1,4}", fullmatch=True),
    st.text(min_size=1, max_size=4),
    st.from_regex(r"x{10,80}", fullmatch=True),
)
TOOLS = st.lists(NAMES, max_size=8, unique=True)


@given(SERVERS, TOOLS)
def test_every_tool_has_a_legal_name_of_its_own(server, tools):
    wire = tool_names(server, tools)
    assert list(wire) == tools
    assert len(set(wire.values())) == len(tools)
    assert all(LEGAL.match(full_name(server, name)) for name in wire.values())


@given(SERVERS, TOOLS, st.data())
def test_a_name_that_is_cut_to_anothers_gives_way(server, tools, data):
    assume(tools)
    rival = data.draw(st.sampled_from(list(tool_names(server, tools).values())))
    wire = tool_names(server, dict.fromkeys([*tools, rival]))
    assert wire[rival] == rival
    assert len(set(wire.values())) == len(wire)


@given(SERVERS, TOOLS)
def test_names_that_fit_stay_as_they_are(server, tools):
    wire = tool_names(server, tools)
    for name in tools:
        if LEGAL.match(full_name(server, name)):
            assert wire[name] == name


@given(SERVERS, TOOLS, st.randoms())
def test_a_name_depends_on_no_order(server, tools, random):
    shuffled = random.sample(tools, len(tools))
    assert tool_names(server, shuffled) == tool_names(server, tools)


@given(SERVERS, TOOLS)
def test_a_name_does_not_depend_on_the_others(server, tools):
    together = tool_names(server, tools)
    assert all(tool_names(server, [name])[name] == wire for name, wire in together.items())


@given(st.lists(st.tuples(SERVERS, NAMES), max_size=8, unique=True))
def test_no_two_servers_share_a_full_name(pairs):
    assert all(require_server_name(server) == server for server, _ in pairs)
    seen = {full_name(server, tool_names(server, [tool])[tool]) for server, tool in pairs}
    assert len(seen) == len(pairs)


def test_a_cut_name_is_the_same_in_every_process():
    assert tool_names("shop", ["the price", "a" * 80]) == {
        "the price": "the_price_a34f4ce2",
        "a" * 80: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_50fe35df",
    }


@pytest.mark.parametrize(
    "name", ["", "a b", "a__b", "a_", "_", "a.b", "ä", "a" * 41, "a\n", 3, None]
)
def test_a_server_whose_name_would_be_ambiguous_is_refused(name):
    with pytest.raises(ValueError, match="an MCP server cannot be called"):
        require_server_name(name)
