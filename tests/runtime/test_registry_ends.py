"""Names when their actors end: free at once, never leading to a dead one (N2, N5, N7)."""

from __future__ import annotations

import pykka
import pytest
from structlog.testing import capture_logs

from greenroom.runtime import (
    Actor,
    Crash,
    NameUnknown,
    Registry,
    ShutdownWith,
    Terminated,
    handles,
    kill,
    unwatch,
    watch,
)
from greenroom.runtime.stop_flag import StopFlag
from tests.runtime.clerks import Clerk, end, itself

# --- N2 ---


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
