"""Which account pays."""

import pytest

from greenroom_protocol import Secret
from greenroom_protocol.claude.options import OptionError, check_options

KEY = {"ANTHROPIC_API_KEY": "sk-host"}


def chosen(options, host):
    found = check_options(options).credentials(host)
    return found.source, {name: secret.reveal() for name, secret in found.variables.items()}


@pytest.mark.parametrize(
    ("options", "host", "source", "variables"),
    [
        ({}, {}, "the CLI's own login", {}),
        ({}, {"HOME": "/h"}, "the CLI's own login", {}),
        ({}, {"ANTHROPIC_API_KEY": ""}, "the CLI's own login", {}),
        ({}, KEY, "variable ANTHROPIC_API_KEY", KEY),
        ({"auth": "environment"}, KEY, "variable ANTHROPIC_API_KEY", KEY),
        ({"auth": "subscription"}, KEY, "the CLI's own login", {}),
        ({"api_key": "sk-o"}, KEY, "option api_key", {"ANTHROPIC_API_KEY": "sk-o"}),
        ({"auth_token": "t"}, KEY, "option auth_token", {"ANTHROPIC_AUTH_TOKEN": "t"}),
        ({"env": {"ANTHROPIC_API_KEY": Secret("x")}}, KEY, "option env: ANTHROPIC_API_KEY", {}),
        ({"env": {"ANTHROPIC_API_KEY": None}}, KEY, "the CLI's own login", {}),
        (
            {},
            {"CLAUDE_CODE_USE_BEDROCK": "1", "AWS_REGION": "r", "GOOGLE_X": "y", "HOME": "/h"},
            "variable CLAUDE_CODE_USE_BEDROCK",
            {"CLAUDE_CODE_USE_BEDROCK": "1", "AWS_REGION": "r"},
        ),
    ],
    ids=str,
)
def test_one_account_is_chosen(options, host, source, variables):
    assert chosen(options, host) == (source, variables)


def test_two_accounts_of_the_host_are_refused_by_name():
    host = {**KEY, "CLAUDE_CODE_OAUTH_TOKEN": "canary"}
    with pytest.raises(
        OptionError, match="ANTHROPIC_API_KEY and CLAUDE_CODE_OAUTH_TOKEN"
    ) as caught:
        check_options({}).credentials(host)
    assert "canary" not in str(caught.value)
    assert "auth='subscription'" in caught.value.hint


def test_saying_who_pays_settles_it():
    host = {**KEY, "CLAUDE_CODE_OAUTH_TOKEN": "x"}
    assert chosen({"auth": "subscription"}, host)[0] == "the CLI's own login"
    assert chosen({"api_key": "k"}, host)[0] == "option api_key"


def test_a_host_that_should_pay_and_cannot_is_an_error():
    with pytest.raises(OptionError, match="finds no account"):
        check_options({"auth": "environment"}).credentials({})


def test_what_the_host_gives_is_a_secret_from_then_on():
    assert "sk-host" not in repr(check_options({}).credentials(KEY))
