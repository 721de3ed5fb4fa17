"""The options of a session as they stand, against a model of what a CLI does with its orders."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from greenroom.backends.claude import ClaudeBackend
from greenroom.runtime import Future
from greenroom.session.messages import Order
from greenroom.session.standing import Standing
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.options import BypassPermissions

CONSENT = BypassPermissions(reason="nothing is at stake")
FIRST = {"model": "opus", "max_turns": 7}
CHANGED = ("model", "permission_mode", "max_thinking_tokens")
CHANGES = st.one_of(
    st.fixed_dictionaries({"model": st.sampled_from(["haiku", "sonnet", "opus", None])}),
    st.fixed_dictionaries({"permission_mode": st.sampled_from(["plan", "default", "acceptEdits"])}),
    st.fixed_dictionaries({"max_thinking_tokens": st.sampled_from([None, 1, 2000])}),
)


def order_of(changes):
    return Order("set_something", None, changes, Future(), 60.0)


class Orders(RuleBasedStateMachine):
    """Changes are ordered, and obeyed, refused or given up in any order."""

    unanswered = Bundle("unanswered")

    def __init__(self):
        super().__init__()
        backend = ClaudeBackend()
        self.standing = Standing(backend, backend.check({}, FIRST))
        self.history = []

    @rule(target=unanswered, changes=CHANGES)
    def is_ordered(self, changes):
        order = order_of(changes)
        self.standing.order(order)
        self.history.append(order)
        return order

    @rule(order=consumes(unanswered))
    def is_obeyed(self, order):
        self.standing.settle(order, obeyed=True)

    @rule(order=consumes(unanswered))
    def is_refused_or_given_up(self, order):
        self.standing.settle(order, obeyed=False)
        self.history = [other for other in self.history if other is not order]

    @invariant()
    def the_last_one_that_was_not_refused_holds(self):
        expected = dict(FIRST)
        for order in self.history:
            expected |= order.changes
        options = self.standing.options
        assert options.get("max_turns") == 7
        for name in CHANGED:
            wanted = expected.get(name)
            assert options.get(name) == wanted or (name == "permission_mode" and wanted is None)


TestOrders = Orders.TestCase
TestOrders.settings = settings(deadline=None)


def standing_of(**options):
    backend = ClaudeBackend()
    return Standing(backend, backend.check({}, options))


def test_a_change_that_cannot_be_made_changes_nothing():
    standing = standing_of(model="opus")
    with pytest.raises(LocalProtocolError, match="without consent"):
        standing.order(order_of({"permission_mode": CONSENT}))
    assert standing.options.get("model") == "opus"
    assert standing.options.get("permission_mode") != CONSENT


def test_answers_that_come_in_another_order_change_nothing():
    standing = standing_of(model="opus")
    first, second = order_of({"model": "haiku"}), order_of({"model": "sonnet"})
    for order in (first, second):
        standing.order(order)
    for order in (second, first):
        standing.settle(order, obeyed=True)
        assert standing.options.get("model") == "sonnet"


def test_settling_what_was_never_ordered_is_nothing():
    standing = standing_of(model="opus")
    standing.settle(order_of({"model": "haiku"}), obeyed=False)
    assert standing.options.get("model") == "opus"


def test_consent_that_is_given_apart_from_the_mode_outlives_other_modes():
    standing = standing_of(allow_dangerously_skip_permissions=CONSENT)
    for mode in (CONSENT, "plan", CONSENT):
        order = order_of({"permission_mode": mode})
        standing.order(order)
        standing.settle(order, obeyed=True)
        assert standing.options.get("permission_mode") == mode
