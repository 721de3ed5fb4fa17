"""The same plays with real threads, which take turns every microsecond.

Where the order is determined, log and answers are those of the model. Where it is not, because
many threads do things at once, what no order may violate holds.
"""

from __future__ import annotations

import random
import sys
import threading
from contextlib import contextmanager

import pykka
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from greenroom.runtime.supervision import SupervisionError
from tests.patience import PATIENCE_SECONDS, eventually
from tests.supervision.play import ModelPlay, Role
from tests.supervision.thread_play import ThreadPlay

STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"]
IDS = ["a", "b", "c"]
PERIOD = 1_000.0  # nothing is forgotten while a test runs


@pytest.fixture(autouse=True)
def _tiny_switch_interval(caplog):
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with caplog.at_level("CRITICAL", logger="pykka"), capture_logs():
            yield
    finally:
        sys.setswitchinterval(usual)


@st.composite
def casts(draw):
    restarts = st.sampled_from(["permanent", "permanent", "transient", "temporary"])
    return [Role(id=id_, restart=draw(restarts)) for id_ in IDS]


STEPS = st.one_of(
    st.tuples(st.just("end"), st.sampled_from(IDS), st.sampled_from(["crash", "normal"])),
    st.tuples(st.just("fail"), st.sampled_from(IDS), st.sampled_from(["error", "ignore", "ok"])),
    st.tuples(
        st.just("ask"),
        st.sampled_from(IDS),
        st.sampled_from(["terminate_child", "restart_child", "delete_child"]),
    ),
)


@settings(max_examples=25)
@given(
    cast=casts(),
    strategy=st.sampled_from(STRATEGIES),
    intensity=st.integers(1, 4),
    steps=st.lists(STEPS, max_size=8),
)
def test_one_thing_after_another_goes_as_in_the_model(cast, strategy, intensity, steps):
    flags = {"strategy": strategy, "intensity": intensity, "period": PERIOD}
    model = ModelPlay()
    with ThreadPlay() as play:
        model.boot(*cast, **flags)
        play.boot(*cast, **flags)
        for what, id_, how in steps:
            if not model.up():
                break
            if what == "fail":
                model.behave(id_, start=how)
                play.starts[id_] = how
            elif what == "end":
                end_latest(model, play, id_, how)
            else:
                answer = model.answer(how, id_)
                assert code_of(getattr(play.supervisor, how)(id_)) == answer[0]
            settled_alike(model, play)
        model.stop()
        model.run()
        play.supervisor.stop(timeout=PATIENCE_SECONDS)
        settled_alike(model, play)


def end_latest(model, play, id_, reason):
    name = (id_, model.stage.numbers.get(id_, 0))
    if name in model.stage.lives and model.stage.lives[name].alive:
        model.end(name, reason)
        model.run()
        play.end(name, reason)


def settled_alike(model, play):
    """Wait until the product has done what the model did; and nothing else."""
    expected = [entry for entry in model.log if entry[0] != "down" or entry[2] != "shutdown"]
    eventually(lambda: len(play.log) >= len(expected))
    if model.up():
        children = model.answer("which_children")[1]
        actual = play.supervisor.which_children().get(timeout=PATIENCE_SECONDS)
        assert [(one.id, play.name_of(one.ref)) for one in actual] == [
            (id_, life) for id_, life, _ in children
        ]
    else:
        eventually(lambda: not play.supervisor.actor_ref.is_alive())
    assert play.log == expected
    alive = {name for name, life in model.stage.lives.items() if life.alive}
    eventually(lambda: play.alive() == alive)


def code_of(future):
    try:
        future.get(timeout=PATIENCE_SECONDS)
    except SupervisionError as error:
        return error.code
    return "ok"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_storm_of_deaths_and_requests_breaks_no_rule(strategy):
    with ThreadPlay() as play:
        play.boot(*roles("abcde"), strategy=strategy, intensity=100_000, period=PERIOD)
        with storm(play, strikers=3, askers=2) as answers:
            eventually(lambda: len(play.log) > 400)
        assert_everybody_came_back(play, "abcde")
        assert {ending_of(future) for future in answers} == {"ok"}
        play.supervisor.stop(timeout=PATIENCE_SECONDS)
        assert not play.alive()
    assert_lives_follow_each_other(play.log)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("entries", [10, 20, 40, 80])
def test_stopping_in_a_storm_leaves_nobody_and_no_question(strategy, entries):
    with ThreadPlay() as play:
        play.boot(*roles("abc"), strategy=strategy, intensity=100_000, period=PERIOD)
        with storm(play, strikers=1, askers=1) as answers:
            eventually(lambda: len(play.log) > entries)
            play.supervisor.stop(timeout=PATIENCE_SECONDS)
            assert not play.alive()
        assert {ending_of(future) for future in answers} <= {"ok", "dead"}
    assert_lives_follow_each_other(play.log)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_giving_up_in_a_storm_leaves_nobody_and_no_question(strategy):
    with ThreadPlay() as play:
        play.boot(*roles("abc"), strategy=strategy, intensity=5, period=PERIOD)
        with storm(play, strikers=2, askers=1) as answers:
            eventually(lambda: not play.supervisor.actor_ref.is_alive())
            assert not play.alive()
        assert {ending_of(future) for future in answers} <= {"ok", "dead"}
    assert_lives_follow_each_other(play.log)
    assert sum(entry[0] == "up" for entry in play.log) <= 3 + 5 * 3


def roles(ids):
    return [Role(id=id_) for id_ in ids]


@contextmanager
def storm(play, *, strikers, askers):
    """Have threads end children and ask questions; the answers are yielded."""
    over, answers = threading.Event(), []
    threads = [
        *[threading.Thread(target=strike, args=(play, over, n)) for n in range(strikers)],
        *[threading.Thread(target=pester, args=(play, over, answers, n)) for n in range(askers)],
    ]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


def strike(play, over, seed):
    """End children, whichever lives, as fast as they come."""
    dice = random.Random(seed)
    while not over.wait(0.001):
        alive = sorted(play.alive())
        for name in dice.sample(alive, k=min(2, len(alive))):
            play.end(name, dice.choice(["crash", "normal"]))


def pester(play, over, answers, seed):
    """Ask what leaves everything as it is."""
    dice = random.Random(seed)
    while not over.wait(0.001):
        request = dice.choice(["which_children", "count_children"])
        answers.append(getattr(play.supervisor, request)())


def ending_of(future):
    try:
        future.get(timeout=PATIENCE_SECONDS)
    except pykka.ActorDeadError:
        return "dead"
    return "ok"


def assert_everybody_came_back(play, ids):
    """Deaths that were told last may still be on their way."""

    def all_back():
        children = play.supervisor.which_children().get(timeout=PATIENCE_SECONDS)
        names = {play.name_of(one.ref) for one in children}
        return {one.id for one in children if one.ref} == set(ids) and names == play.alive()

    eventually(all_back)


def assert_lives_follow_each_other(log):
    """No two lives of one child at a time, and each life ends once."""
    living = {}
    for what, whom, *_ in log:
        if what == "start":
            assert whom not in living
        elif what == "up":
            living[whom[0]] = whom
        elif what in {"stop", "down"}:
            assert living.pop(whom[0]) == whom
    assert not living
