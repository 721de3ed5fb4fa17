"""A secret is used, never shown."""

import copy
import json
import pickle

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom_protocol import Secret

CANARY = "sk-canary-0f9a"


@pytest.mark.parametrize(
    "show",
    [repr, str, "{}".format, "{:>20}".format, "{!r}".format, "%s".__mod__, ascii],
    ids=["repr", "str", "format", "padded", "repr-format", "percent", "ascii"],
)
def test_no_way_of_showing_it_shows_it(show):
    assert CANARY not in show(Secret(CANARY))
    assert "***" in show(Secret(CANARY))


def test_what_holds_it_does_not_show_it():
    assert CANARY not in repr({"headers": [Secret(CANARY)]})


def test_reveal_gives_it_back():
    assert Secret(CANARY).reveal() == CANARY


@pytest.mark.parametrize(
    "send",
    [pickle.dumps, json.dumps, msgspec.json.encode],
    ids=["pickle", "json", "msgspec"],
)
def test_it_cannot_be_written_by_accident(send):
    with pytest.raises(TypeError) as caught:
        send({"key": Secret(CANARY)})
    assert CANARY not in str(caught.value)


def test_copies_are_the_secret_itself():
    secret = Secret(CANARY)
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"a": secret})["a"] is secret


@settings(deadline=None)
@given(st.text(), st.text())
def test_secrets_are_equal_when_their_texts_are(one, other):
    assert (Secret(one) == Secret(other)) is (one == other)
    assert Secret(one) != one
    assert hash(Secret(one)) == hash(Secret(one))
    assert bool(Secret(one)) is bool(one)


def test_a_lone_surrogate_is_compared_too():
    assert Secret("\ud800") == Secret("\ud800")


def test_it_cannot_be_changed():
    secret = Secret(CANARY)
    with pytest.raises(AttributeError, match="immutable"):
        secret.value = "x"
    with pytest.raises(AttributeError, match="immutable"):
        del secret._value


@pytest.mark.parametrize("value", [b"bytes", None, 5, Secret("x")])
def test_only_text_can_be_secret(value):
    with pytest.raises(TypeError, match="a Secret holds a str"):
        Secret(value)
