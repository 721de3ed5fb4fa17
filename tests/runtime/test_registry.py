"""Names: unique, gone with their actor, never leading to a dead one (N1 to N7, N9)."""

from __future__ import annotations

import threading

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import (
    Actor,
    AlreadyStarted,
    BadName,
    Crash,
    MailboxFull,
    NameUnknown,
    Registry,
    ShutdownWith,
    SupervisionError,
    Terminated,
    handles,
    kill,
    unwatch,
    watch,
)
from greenroom.runtime.stop_flag import StopFlag


class Clerk(Actor):
    """Counts how many of its kind were ever started; does what it is told to."""

    mailbox_bound = 2
    begun: list

    def __init__(self, seen=None):
        super().__init__()
        self.seen = [] if seen is None else seen

    def on_receive(self, message):
        if isinstance(message, BaseException):
            raise message
        if callable(message):
            return message(self)
        self.seen.append(message)
        return None


class Plain(pykka.ThreadingActor):
    """A stranger's actor. Names itself, if it is given a registry."""

    use_daemon_thread = True

    def __init__(self, names=None):
        super().__init__()
        self.names = names

    def on_start(self):
        if self.names is not None:
            self.names.register("stranger", self)

    def on_receive(self, message):
        return message


@pytest.fixture
def names():
    return Registry()


@pytest.fixture
def clerk(manual):
    return Clerk.start(dispatcher=manual)


@pytest.fixture
def plain():
    """Start plain actors, which are stopped in the end."""
    refs = []

    def start(*args):
        refs.append(Plain.start(*args))
        return refs[-1]

    yield start
    for ref in refs:
        ref.stop()


def itself(ref):
    return ref._actor_weakref()


def end(manual, ref, error=None):
    if error is None:
        ref.stop(block=False)
    else:
        ref.tell(error)
    with capture_logs():
        manual.run_until_idle()


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


# --- N2 ---


class Onlooker:
    """A watcher that looks while it is being told."""

    actor_urn = "urn:onlooker"

    def __init__(self, look):
        self.actor_stopped = threading.Event()
        self.look = look

    def tell(self, _news):
        self.look()


def test_n2_the_name_is_free_before_anybody_is_told_m4(manual, names, plain):
    found = []
    for ref in (Clerk.start(dispatcher=manual), plain()):
        names.start("clerk", lambda ref=ref: ref)
        watch(ref, Onlooker(lambda: found.append(len(names))))
        ref.stop(block=False)
        manual.run_until(lambda ref=ref: not ref.is_alive())
    manual.run_until(lambda: len(found) == 2)
    assert found == [0, 0]


@pytest.mark.parametrize("error", [None, ValueError("no")])
def test_n2_the_name_is_free_when_when_the_news_of_the_end_comes_m4(manual, names, error):
    class Heir(Actor):
        @handles(Terminated)
        def on_terminated(self, news):
            successors.append((names.whereis("clerk"), names.start("clerk", Clerk), news.ref))

    successors = []
    first = names.start("clerk", Clerk, dispatcher=manual)
    watch(first, Heir.start(dispatcher=manual))
    end(manual, first, error)
    ((found, second, dead),) = successors
    assert (found, dead) == (None, first)
    assert names.whereis("clerk") is second


def test_n2_the_name_is_kept_until_the_actor_has_released_what_it_held(manual, names):
    class Owner(Clerk):
        def on_stop(self):
            found.append(names.whereis("clerk"))

    found = []
    ref = names.start("clerk", Owner, dispatcher=manual)
    end(manual, ref)
    assert found == [ref]
    assert names.whereis("clerk") is None


def test_n2_a_release_that_fails_keeps_nobody_from_being_told(manual, record, clerk):
    watcher, news = record(manual)
    watch(clerk, watcher)
    names = [Registry() for _ in range(3)]
    names[0].register("clerk", itself(clerk))
    StopFlag.of(clerk).on_end("broken", lambda: 1 / 0)
    names[1].register("clerk", itself(clerk))
    with capture_logs() as logs:
        clerk.stop(block=False)
        manual.run_until_idle()
    assert [len(some) for some in names] == [0, 0, 0]
    assert len(news) == 1
    assert [entry["event"] for entry in logs] == ["release_failed"]


def test_n2_a_plain_actor_has_a_name_until_it_ends(names, plain):
    ref = plain(names)
    assert ref.ask("are you up?", timeout=5)
    assert names.whereis("stranger") == ref
    ref.stop()
    assert names.whereis("stranger") is None
    assert len(names) == 0


def test_n2_a_plain_class_can_be_started_under_a_name(names):
    ref = names.start("stranger", Plain)
    try:
        assert names.send("stranger", "hello") == ref
        with pytest.raises(AlreadyStarted):
            names.start("stranger", Plain)
    finally:
        ref.stop()
    assert len(names) == 0


# --- N4 ---


def test_n4_a_reference_cannot_be_registered(names, clerk, plain):
    for other in (clerk, clerk.proxy(), plain(), "clerk", Clerk):
        with pytest.raises(TypeError, match="only an actor can name itself"):
            names.register("clerk", other)
    assert len(names) == 0


def test_n4_one_that_has_ended_takes_no_name(manual, names, clerk):
    actor = itself(clerk)
    end(manual, clerk)
    with pytest.raises(pykka.ActorDeadError, match="takes no name"):
        names.register("clerk", actor)
    assert len(names) == 0


# --- N5 ---


class Late(Registry):
    """Its cleaner never comes."""

    def _release_at_end(self, name, entry):
        return True


@pytest.mark.parametrize("error", [None, ValueError("no")])
def test_n5_a_lookup_never_returns_a_dead_one_however_late_the_cleaning_is(manual, error):
    names = Late()
    ref = names.start("clerk", Clerk, dispatcher=manual)
    end(manual, ref, error)
    assert len(names) == 1
    assert names.names() == ()
    assert names.whereis("clerk") is None
    assert names.whereis_name("clerk") is None
    with pytest.raises(NameUnknown):
        names.send("clerk", "order")
    assert len(names) == 0


def test_n5_a_dead_one_that_was_not_cleaned_up_does_not_keep_the_name(manual):
    names = Late()
    for _ in range(3):
        ref = names.start("clerk", Clerk, dispatcher=manual)
        assert names.whereis("clerk") is ref
        end(manual, ref)
    names.register("clerk", itself(Clerk.start(dispatcher=manual)))
    assert len(names) == 1


def test_n5_the_late_cleaning_of_one_does_not_take_the_name_from_the_next(manual, names):
    first = names.start("clerk", Clerk, dispatcher=manual)
    _, releases = StopFlag.of(first).ties.close()
    end(manual, first)
    second = names.start("clerk", Clerk, dispatcher=manual)
    for release in releases:
        release()
    assert names.whereis("clerk") is second


def test_n5_a_plain_actor_that_ended_as_its_event_became_a_flag_is_not_found(
    names, plain, monkeypatch
):
    """It sets its event as the plain one that it still was, so nothing calls us back."""
    ref = plain()
    of = StopFlag.of

    def of_one_that_dies_meanwhile(some_ref):
        flag = of(some_ref)
        if some_ref.is_alive():
            flag.__class__ = type(flag).__base__
            some_ref.stop()
            flag.__class__ = StopFlag
        return flag

    monkeypatch.setattr(StopFlag, "of", of_one_that_dies_meanwhile)
    names.start("stranger", lambda: ref)
    assert names.whereis("stranger") is None
    assert len(names) == 0


def test_n5_one_that_dies_between_the_look_and_the_sending_is_unknown(manual, names, clerk):
    class Dying:
        actor_urn = clerk.actor_urn
        actor_stopped = clerk.actor_stopped

        def is_alive(self):
            return True

        def tell(self, _message):
            raise pykka.ActorDeadError

    names.register("clerk", itself(clerk))
    names._entries["clerk"].ref = Dying()
    with pytest.raises(NameUnknown, match="no live actor is named 'clerk'"):
        names.send("clerk", "order")


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


# --- N7 ---


class Keeper(Actor):
    """Starts a clerk under a name, and the next one when that has ended."""

    def __init__(self, names):
        super().__init__()
        self.names = names

    def on_start(self):
        self.keep()

    @handles(Terminated)
    def keep(self, _news=None):
        self.clerk = self.names.start("clerk", Clerk, dispatcher=self.dispatcher)
        self.watch(self.clerk)

    @handles(str)
    def restart(self, _message):
        unwatch(self.clerk, self.actor_ref)
        ended = self.clerk
        ended.stop(block=False)
        self.watch(ended)

    def on_stop(self):
        unwatch(self.clerk, self.actor_ref)
        kill(self.clerk)


ENDINGS = {
    "kill_worker": lambda _keeper, clerk: kill(clerk),
    "exit_worker": lambda _keeper, clerk: clerk.tell(lambda actor: actor.terminate()),
    "crash_worker": lambda _keeper, clerk: clerk.tell(ValueError("no")),
    "restart_worker": lambda keeper, _clerk: keeper.tell("restart"),
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_n7_after_a_restart_the_name_leads_to_the_next_one_and_old_references_are_dead(
    manual, names, ending
):
    keeper = Keeper.start(names, dispatcher=manual)
    old = names.whereis("clerk")
    ending(keeper, old)
    with capture_logs():
        manual.run_until_idle()
    new = names.whereis("clerk")
    assert new is not None
    assert new is not old
    assert not old.is_alive()
    with pytest.raises(pykka.ActorDeadError):
        old.tell("order")
    assert names.send("clerk", "order") is new


def test_n7_when_the_keeper_is_killed_the_next_keeper_finds_the_name_free(manual, names):
    keeper = Keeper.start(names, dispatcher=manual)
    old = names.whereis("clerk")
    kill(keeper)
    manual.run_until_idle()
    assert names.whereis("clerk") is None
    Keeper.start(names, dispatcher=manual)
    assert names.whereis("clerk") not in {None, old}


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


def test_the_reasons_of_an_end_are_told_with_a_name_as_without(manual, record, names):
    watcher, news = record(manual)
    ref = names.start("clerk", Clerk, dispatcher=manual)
    watch(ref, watcher)
    ref.tell(lambda actor: actor.terminate(ShutdownWith(7)))
    manual.run_until_idle()
    assert news == [Terminated(ref, ShutdownWith(7))]
    error = ValueError("no")
    ref = names.start("clerk", Clerk, dispatcher=manual)
    watch(ref, watcher)
    end(manual, ref, error)
    assert news[1] == Terminated(ref, Crash(error))
