"""What any directory of actors must do to stand in for the registry (N3).

To hold another one to it: a class that inherits `ViaContract` and gives a `via` fixture.
"""

from __future__ import annotations

import pykka
import pytest

from greenroom.runtime import Actor, NameUnknown, Registry, Terminated, handles, watch


class Clerk(Actor):
    """Keeps what it gets."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_receive(self, message):
        self.seen.append(message)


class ViaContract:
    """The rules, one test each."""

    @pytest.fixture
    def via(self):
        raise NotImplementedError

    @pytest.fixture
    def clerk(self, manual):
        return Clerk.start(dispatcher=manual)._actor_weakref()

    @pytest.fixture
    def other(self, manual):
        return Clerk.start(dispatcher=manual)._actor_weakref()

    def test_n3_a_free_name_is_given(self, via, clerk):
        assert via.register_name("clerk", clerk) is True
        assert via.whereis_name("clerk") is clerk.actor_ref

    def test_n3_a_taken_name_is_not_given_and_nothing_changes(self, via, clerk, other):
        via.register_name("clerk", clerk)
        assert via.register_name("clerk", other) is False
        assert via.register_name("clerk", clerk) is False
        assert via.whereis_name("clerk") is clerk.actor_ref

    def test_n3_nobody_is_where_no_name_was_given(self, via):
        assert via.whereis_name("nobody") is None

    def test_n3_names_are_independent(self, via, clerk, other):
        assert via.register_name("clerk", clerk) is True
        assert via.register_name("other", other) is True
        via.unregister_name("clerk")
        assert via.whereis_name("clerk") is None
        assert via.whereis_name("other") is other.actor_ref

    def test_n3_an_unregistered_name_is_free_and_its_actor_lives_on(self, via, clerk, other):
        via.register_name("clerk", clerk)
        via.unregister_name("clerk")
        assert clerk.actor_ref.is_alive()
        assert via.register_name("clerk", other) is True

    def test_n3_unregistering_a_name_that_nobody_has_does_nothing(self, via):
        via.unregister_name("nobody")

    def test_n3_what_is_sent_arrives_with_who_has_the_name(self, via, manual, clerk):
        via.register_name("clerk", clerk)
        assert via.send("clerk", "order") is clerk.actor_ref
        manual.run_until_idle()
        assert clerk.seen == ["order"]

    def test_n3_sending_to_a_name_that_nobody_has_raises(self, via):
        with pytest.raises(NameUnknown) as raised:
            via.send("nobody", "order")
        assert raised.value.name == "nobody"

    def test_n3_n2_the_end_of_an_actor_frees_its_name(self, via, manual, clerk, other):
        via.register_name("clerk", clerk)
        clerk.actor_ref.stop(block=False)
        manual.run_until_idle()
        assert via.whereis_name("clerk") is None
        with pytest.raises(NameUnknown):
            via.send("clerk", "order")
        assert via.register_name("clerk", other) is True

    def test_n3_n2_it_is_free_when_the_news_comes(self, via, manual, clerk):
        class Heir(Actor):
            @handles(Terminated)
            def on_terminated(self, _news):
                found.append((via.whereis_name("clerk"), via.register_name("clerk", self)))

        found = []
        via.register_name("clerk", clerk)
        watch(clerk.actor_ref, Heir.start(dispatcher=manual))
        clerk.actor_ref.stop(block=False)
        manual.run_until_idle()
        assert found == [(None, True)]

    def test_n3_plain_actors_have_names_too(self, via):
        class Plain(pykka.ThreadingActor):
            def on_start(self):
                self.done = via.register_name("stranger", self)

        ref = Plain.start()
        try:
            assert ref.proxy().done.get(timeout=5) is True
            assert via.whereis_name("stranger") == ref
        finally:
            ref.stop()
        assert via.whereis_name("stranger") is None


class TestRegistry(ViaContract):
    """Ours."""

    @pytest.fixture
    def via(self):
        return Registry()


class Directory:
    """Another one, as small as can be: it cleans up when somebody looks."""

    def __init__(self):
        self.refs = {}

    def register_name(self, name, actor):
        if self.whereis_name(name) is not None:
            return False
        self.refs[name] = actor.actor_ref
        return True

    def whereis_name(self, name):
        ref = self.refs.get(name)
        return ref if ref is not None and ref.is_alive() else None

    def unregister_name(self, name):
        self.refs.pop(name, None)

    def send(self, name, message):
        ref = self.whereis_name(name)
        if ref is None:
            raise NameUnknown(name)
        ref.tell(message)
        return ref


class TestDirectory(ViaContract):
    """A stranger's."""

    @pytest.fixture
    def via(self):
        return Directory()
