"""Callbacks take what they are asked, and the call if they want it."""

from __future__ import annotations

import functools

import pytest

from greenroom.callbacks import with_call


class Policy:
    """A callback that is an object."""

    def __call__(self, asked, call):
        return asked, call

    def one(self, asked):
        return asked

    def two(self, asked, call):
        return asked, call


def one(asked):
    return asked


def two(asked, call):
    return asked, call


async def one_later(asked):
    return asked


def with_a_default(asked, strict=True):
    return asked, strict


def anything(*args):
    return args


def keywords(asked, *, strict=True):
    return asked, strict


@pytest.mark.parametrize(
    ("callback", "answer"),
    [
        (one, "asked"),
        (two, ("asked", "call")),
        (lambda asked: asked, "asked"),
        (Policy(), ("asked", "call")),
        pytest.param(Policy().one, "asked", id="method"),
        (Policy().two, ("asked", "call")),
        (with_a_default, ("asked", True)),
        (anything, ("asked", "call")),
        (keywords, ("asked", True)),
        (functools.partial(two, "first"), ("first", "asked")),
        (str, "asked"),
    ],
)
def test_a_callback_is_called_with_as_much_as_it_takes(callback, answer):
    assert with_call(callback, "a hook")("asked", "call") == answer


def test_a_coroutine_function_is_one_still():
    coroutine = with_call(one_later, "a hook")("asked", "call")
    with pytest.raises(StopIteration, match="asked"):
        coroutine.send(None)


@pytest.mark.parametrize("wrong", [lambda: None, lambda _a, _b, _c: None], ids=["none", "three"])
def test_a_callback_of_no_or_of_three_arguments_is_refused(wrong):
    with pytest.raises(TypeError, match="a hook takes what it is asked and"):
        with_call(wrong, "a hook")


@pytest.mark.parametrize("wrong", [None, 7, "text"])
def test_what_cannot_be_called_is_refused(wrong):
    with pytest.raises(TypeError, match="a hook must be callable, not"):
        with_call(wrong, "a hook")
