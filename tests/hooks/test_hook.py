"""What can be a hook."""

import pytest

from greenroom.hooks import Hook


def check(told):
    return told


def test_a_hook_blocks_on_failure_unless_told_otherwise():
    hook = Hook(check)
    assert (hook.on_failure, hook.matcher, hook.timeout, hook.background) == (
        "block",
        None,
        None,
        False,
    )


@pytest.mark.parametrize("timeout", [0.1, 1, 599.9])
def test_a_timeout_is_a_positive_number_of_seconds(timeout):
    assert Hook(check, timeout=timeout).timeout == timeout


@pytest.mark.parametrize("timeout", [0, -1, 600, 1e9, float("nan"), float("inf")])
def test_a_timeout_that_the_cli_would_cut_short_is_refused(timeout):
    with pytest.raises(ValueError, match="less than 600 seconds"):
        Hook(check, timeout=timeout)


@pytest.mark.parametrize("timeout", ["5", True, [5]])
def test_a_timeout_that_is_no_number_is_refused(timeout):
    with pytest.raises(TypeError, match="number of seconds"):
        Hook(check, timeout=timeout)


@pytest.mark.parametrize("callback", [None, "check", 5])
def test_what_cannot_be_called_is_no_hook(callback):
    with pytest.raises(TypeError, match="has a callback to call"):
        Hook(callback)


def test_there_are_two_ways_to_fail():
    with pytest.raises(ValueError, match="'block' or 'continue', not 'allow'"):
        Hook(check, on_failure="allow")


def test_a_wrong_matcher_is_told_at_once():
    with pytest.raises(ValueError, match="no regular expression"):
        Hook(check, matcher="(")
