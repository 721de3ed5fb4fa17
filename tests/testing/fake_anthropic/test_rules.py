"""Which reply a request gets."""

import re

import pytest

from greenroom.testing.fake_anthropic import (
    Drop,
    Error,
    Message,
    RawBlock,
    Stall,
    Text,
    Thinking,
    ToolUse,
)
from greenroom.testing.fake_anthropic.conversation import Conversation
from greenroom.testing.fake_anthropic.replies import as_reply
from greenroom.testing.fake_anthropic.rules import RuleBook


def at(prompt="go", *, key="s", prompts=1, answers=0):
    return Conversation(key=key, prompt=prompt, prompts=prompts, answers=answers, side=None)


def reply(book, talk):
    choice = book.choose(talk)
    return choice and choice.reply


def book(*replies, default=None):
    made = RuleBook(default)
    made.add("go", *replies)
    return made


def test_the_nth_call_gets_the_nth_reply_and_the_last_one_repeats():
    rules = book(Text("a"), Text("b"))
    texts = [reply(rules, at(answers=n)).blocks[0].text for n in range(4)]
    assert texts == ["a", "b", "b", "b"]


@pytest.mark.parametrize("failure", [Error(500), Drop(), Stall(), Thinking("hm"), Message(())])
def test_a_reply_that_leaves_no_answer_is_used_once(failure):
    rules = book(failure, Text("then"))
    assert [reply(rules, at()) for _ in range(3)] == [
        as_reply(failure),
        *[as_reply(Text("then"))] * 2,
    ]


@pytest.mark.parametrize("seen", [Text("x"), ToolUse("A"), RawBlock({"type": "other"})])
def test_an_answer_is_repeated_while_the_request_does_not_hold_it(seen):
    rules = book(seen, Text("then"))
    assert reply(rules, at()) == reply(rules, at()) == as_reply(seen)


def test_failures_and_answers_are_added_up():
    rules = book(Error(500), Text("a"), Error(529), Text("b"))
    replies = [reply(rules, at(answers=n)) for n in (0, 0, 1, 1)]
    assert [type(r) for r in replies] == [Error, Message, Error, Message]
    assert replies[-1] == as_reply(Text("b"))


@pytest.mark.parametrize("other", [at(key="t"), at(prompts=2), at("go again")])
def test_failures_count_for_their_own_turn_only(other):
    rules = book(Error(500), Text("then"))
    reply(rules, at())
    assert isinstance(reply(rules, other), Error)


def test_a_released_stall_is_an_answer_like_any_other():
    rules = book(Stall(Text("a")), Text("b"))
    rules.restore(rules.choose(at()))
    assert reply(rules, at(answers=1)) == as_reply(Text("b"))


def test_the_rule_that_was_added_last_is_asked_first():
    rules = book(Text("old"))
    rules.add("g", Text("new"))
    assert reply(rules, at()) == as_reply(Text("new"))


def test_a_predicate_is_a_rule_too():
    rules = RuleBook()
    rules.add(re.compile(r"\bsum\b").search, Text("4"))
    assert reply(rules, at("the sum of it"))
    assert reply(rules, at("summer")) is None


def test_the_default_answers_what_no_rule_does_and_is_not_forgotten():
    rules = book(Text("a"), default=Error(500))
    rules.clear()
    assert reply(rules, at()) == Error(500)


def test_a_rule_without_replies_is_refused():
    with pytest.raises(ValueError, match="'go' has no replies"):
        book()


def test_only_so_many_turns_are_remembered():
    rules = book(Error(500))
    for n in range(10_050):
        rules.choose(at(prompts=n))
    assert len(rules._spent) == 10_000
