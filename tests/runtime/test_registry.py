"""Names: unique, given to who asks for itself, refused to everybody else (N1, N4, N6, N9)."""

from __future__ import annotations

import pykka
import pytest

from greenroom.runtime import AlreadyStarted, BadName, MailboxFull, SupervisionError
from greenroom.runtime.stop_flag import StopFlag
from tests.runtime.clerks import Clerk, end, itself

# --- N1 ---


def test_n1_a_registered_actor_is_found_and_told(manual, names, clerk):
    names.register("clerk", itself(clerk))
    assert names.whereis("clerk") is clerk
    assert names.names() == ("clerk",)
    assert names.send("clerk", "order") is clerk
    manual.run_until_idle()
    assert itself(clerk).seen == ["order"]


def test_n1_a_second_actor_is_refused_and_told_who_has_the_name(manual, names, clerk):
    names.register("clerk", itself(clerk))
    other = Clerk.start(dispatcher=manual)
    with pytest.raises(AlreadyStarted) as raised:
        names.register("clerk", itself(other))
    assert raised.value.ref is clerk
    assert raised.value.name == "clerk"
    assert raised.value.code == "already_started"
    assert isinstance(raised.value, SupervisionError)
    assert str(raised.value).endswith(
        "runs already under the name 'clerk'; use it, or stop it first"
    )
    assert len(StopFlag.of(other).ties) == 0


def test_n1_the_name_is_there_when_the_start_returns(manual, names):
    ref = names.start("clerk", Clerk, dispatcher=manual)
    assert names.whereis("clerk") is ref


def test_n1_an_actor_that_names_itself_as_it_starts_is_named_when_the_start_returns(manual, names):
    class Punctual(Clerk):
        def on_start(self):
            names.register("clerk", self)

    ref = Punctual.start(dispatcher=manual)
    assert names.whereis("clerk") is ref
    with pytest.raises(AlreadyStarted):
        Punctual.start(dispatcher=manual)
    assert manual.live_actors() == (ref,)


def test_n1_who_comes_second_starts_nothing_b6(manual, names):
    ref = names.start("clerk", Clerk, dispatcher=manual)
    with pytest.raises(AlreadyStarted) as raised:
        names.start("clerk", Clerk, dispatcher=manual)
    assert raised.value.ref is ref
    assert manual.live_actors() == (ref,)


def test_n1_an_actor_may_have_several_names(manual, names, clerk):
    names.register("clerk", itself(clerk))
    names.register("deputy", itself(clerk))
    assert names.names() == ("clerk", "deputy")
    end(manual, clerk)
    assert names.names() == ()


def test_n1_starting_by_a_call_that_returns_a_handle_is_starting_too(manual, names):
    class Handle:
        def __init__(self, greeting, *, dispatcher):
            self.actor_ref = Clerk.start([greeting], dispatcher=dispatcher)

    ref = names.start("clerk", Handle, "hello", dispatcher=manual)
    assert names.whereis("clerk") is ref
    assert itself(ref).seen == ["hello"]


def test_n1_a_start_that_fails_leaves_no_name(manual, names):
    class Failing(Clerk):
        def on_start(self):
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        names.start("clerk", Failing, dispatcher=manual)
    assert names.whereis("clerk") is None
    assert len(names) == 0
    names.start("clerk", Clerk, dispatcher=manual)


def test_n1_a_start_that_gives_no_actor_is_refused(names):
    with pytest.raises(TypeError, match="not list"):
        names.start("clerk", list)
    assert len(names) == 0


def test_n1_within_a_start_of_the_name_there_is_nothing_to_wait_for(manual, names):
    def start_again():
        names.start("clerk", Clerk, dispatcher=manual)

    with pytest.raises(AlreadyStarted) as raised:
        names.start("clerk", start_again)
    assert raised.value.ref is None
    assert "just being started under the name 'clerk'" in str(raised.value)
    assert len(names) == 0


def test_n1_a_name_that_is_being_started_is_taken_for_who_names_itself(manual, names, clerk):
    def register_other():
        names.register("clerk", itself(clerk))

    with pytest.raises(AlreadyStarted):
        names.start("clerk", register_other)


def test_n1_one_that_ends_as_soon_as_it_is_started_has_no_name(manual, names):
    def start():
        ref = Clerk.start(dispatcher=manual)
        end(manual, ref)
        return ref

    ref = names.start("clerk", start)
    assert not ref.is_alive()
    assert len(names) == 0


# --- N4 ---


def test_n4_one_that_has_ended_takes_no_name(manual, names, clerk):
    actor = itself(clerk)
    end(manual, clerk)
    with pytest.raises(pykka.ActorDeadError, match="takes no name"):
        names.register("clerk", actor)
    assert len(names) == 0


# --- N6 ---


def test_n6_ten_thousand_losing_attempts_leave_the_size_as_it_was(manual, names):
    ref = names.start("clerk", Clerk, dispatcher=manual)
    other = itself(Clerk.start(dispatcher=manual))
    for _ in range(10_000):
        with pytest.raises(AlreadyStarted):
            names.start("clerk", Clerk, dispatcher=manual)
        assert not names.register_name("clerk", other)
    assert len(names) == 1
    assert len(manual.live_actors()) == 2
    assert len(StopFlag.of(ref).ties) == 1
    assert len(StopFlag.of(other.actor_ref).ties) == 0


# --- N9 ---


@pytest.mark.parametrize("name", [("global", "clerk"), ("global",)])
def test_n9_global_names_are_reserved(manual, names, clerk, name):
    uses = [
        lambda: names.register(name, itself(clerk)),
        lambda: names.start(name, Clerk, dispatcher=manual),
        lambda: names.whereis(name),
        lambda: names.unregister_name(name),
        lambda: names.send(name, "order"),
    ]
    for use in uses:
        with pytest.raises(BadName, match="reserved for actors of other hosts"):
            use()


@pytest.mark.parametrize("name", ["", None, 7, ("local", "clerk"), ()])
def test_n9_other_values_are_no_names_either(manual, names, name):
    with pytest.raises(BadName, match="a string that is not empty"):
        names.start(name, Clerk, dispatcher=manual)
    assert manual.live_actors() == ()


# --- the rest ---


def test_a_full_mailbox_is_told_to_the_sender(names, clerk):
    names.register("clerk", itself(clerk))
    names.send("clerk", 1)
    names.send("clerk", 2)
    with pytest.raises(MailboxFull):
        names.send("clerk", 3)


def test_an_unregistered_actor_lives_on_and_may_take_the_name_again(manual, names, clerk):
    names.register("clerk", itself(clerk))
    names.unregister_name("clerk")
    names.unregister_name("clerk")
    assert names.whereis("clerk") is None
    assert clerk.is_alive()
    assert len(StopFlag.of(clerk).ties) == 0
    names.register("clerk", itself(clerk))
    assert repr(names) == "<Registry of 1 names>"


def test_m10_ten_thousand_names_leave_nothing(manual, names, clerk):
    for _ in range(10_000):
        names.register("clerk", itself(clerk))
        names.unregister_name("clerk")
    assert len(names) == len(StopFlag.of(clerk).ties) == 0
    for _ in range(1000):
        end(manual, names.start("clerk", Clerk, dispatcher=manual))
    assert len(names) == 0
