"""Secrets are found by their value wherever they stand, and by the name of what holds them."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.logging import MASK, Redactor, is_sensitive
from greenroom_protocol import Secret

SECRETS = st.text(st.characters(codec="utf-8"), min_size=6).filter(lambda text: text not in MASK)


@given(st.text(), SECRETS, st.text())
def test_a_secret_is_masked_wherever_it_stands(before, secret, after):
    redactor = Redactor([secret])
    assert redactor.text(f"{secret}") == MASK
    assert redactor.text(f"{before}{secret}{after}") != f"{before}{secret}{after}"


@pytest.mark.parametrize(
    "form",
    [
        lambda secret: secret,
        lambda secret: quote(secret, safe=""),
        lambda secret: base64.b64encode(secret.encode()).decode(),
        lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    ],
    ids=["plain", "url", "base64", "base64url"],
)
def test_a_secret_is_found_in_its_usual_disguises(form):
    secret = "päss/wörd?>~+"
    assert secret not in Redactor([Secret(secret)]).text(f"url?key={form(secret)}&x")
    assert MASK in Redactor([Secret(secret)]).text(f"url?key={form(secret)}&x")


def test_the_longest_secret_is_masked_first():
    assert Redactor(["abcdef", "abcdefgh"]).text("abcdefgh") == MASK


def test_values_are_masked_by_name_at_any_depth():
    redactor = Redactor(["hunter-22"])
    assert redactor.value(
        {"api_key": "x", "list": [{"Authorization": "y"}, "hunter-22", Secret("z")], "n": 4}
    ) == {"api_key": MASK, "list": [{"Authorization": MASK}, MASK, MASK], "n": 4}


@pytest.mark.parametrize(
    "name",
    [
        "ANTHROPIC_API_KEY",
        "apiKey",
        "token",
        "GITHUB_TOKEN",
        "password",
        "Set-Cookie",
        "AWS_SECRET_ACCESS_KEY",
        "auth_token",
        "x-api-key",
        "client_secret",
    ],
)
def test_a_name_that_holds_a_secret_is_known(name):
    assert is_sensitive(name)


@pytest.mark.parametrize("name", ["output_tokens", "model", "key", "tokens", "keyboard", "session"])
def test_other_names_are_left_alone(name):
    assert not is_sensitive(name)


def test_short_values_are_not_looked_for_and_nothing_is_shown():
    redactor = Redactor(["", "abc"])
    assert redactor.text("abcdef") == "abcdef"
    assert "hunter" not in repr(Redactor(["hunter-22"]))
