"""Group H: what can be asked of a supervisor."""

from __future__ import annotations

import asyncio
import threading

import pytest
from pykka import ActorDeadError

from greenroom.runtime import (
    Actor,
    Backoff,
    ChildSpec,
    DynamicSupervisor,
    FailedToStartChild,
    Supervisor,
    SupervisorGone,
)
from tests.supervision.nursery import Boom, Kid


def test_h1_a_child_that_runs_is_already_started(nursery):
    nursery.boot("a")
    error = nursery.refused("start_child", nursery.spec("a"))
    assert (error.code, error.ref) == ("already_started", nursery.refs()["a"])


def test_h1_a_child_that_is_known_and_does_not_run_is_already_present(nursery):
    nursery.boot("a")
    nursery.ask("terminate_child", "a")
    assert nursery.refused("start_child", nursery.spec("a")).code == "already_present"


def test_h1_a_start_that_fails_leaves_no_spec(nursery):
    nursery.boot("")
    nursery.failing.add("a")
    assert nursery.refused("start_child", nursery.spec("a")).code == "failed_to_start_child"
    assert nursery.states() == {}
    assert not nursery.over


def test_h2_a_terminated_child_stays_known_unless_it_is_temporary(nursery):
    nursery.boot([nursery.spec("a"), nursery.spec("b", restart="temporary")])
    nursery.ask("terminate_child", "a")
    nursery.ask("terminate_child", "b")
    assert nursery.states() == {"a": "stopped"}
    assert nursery.log == ["stop a", "stop b"]


def test_h2_terminating_a_child_that_does_not_run_is_fine(nursery):
    nursery.boot("a")
    nursery.ask("terminate_child", "a")
    nursery.ask("terminate_child", "a")
    assert nursery.refused("terminate_child", "b").code == "child_not_found"


def test_h2_terminating_is_no_restart_and_ends_no_supervisor(nursery):
    children = [nursery.spec("a"), nursery.spec("b", restart="transient", significant=True)]
    nursery.boot(children, intensity=0, auto_shutdown="any_significant")
    nursery.ask("terminate_child", "a")
    nursery.ask("terminate_child", "b")
    assert not nursery.over


def test_h3_a_child_that_runs_is_not_restarted(nursery):
    nursery.boot("a")
    assert nursery.refused("restart_child", "a").code == "child_running"
    assert nursery.refused("restart_child", "b").code == "child_not_found"


def test_h3_a_restart_that_fails_keeps_the_spec(nursery):
    nursery.boot("a")
    nursery.ask("terminate_child", "a")
    nursery.failing.add("a")
    assert isinstance(nursery.refused("restart_child", "a"), FailedToStartChild)
    assert nursery.states() == {"a": "stopped"}


def test_h4_only_a_child_that_does_not_run_is_deleted(nursery):
    nursery.boot("a")
    assert nursery.refused("delete_child", "a").code == "child_running"
    nursery.ask("terminate_child", "a")
    nursery.ask("delete_child", "a")
    assert nursery.refused("delete_child", "a").code == "child_not_found"
    assert nursery.states() == {}


def test_h5_dynamic_children_are_terminated_by_reference(nursery):
    nursery.boot_dynamic()
    a, b = (nursery.ask("start_child", nursery.spec(id_)) for id_ in "ab")
    nursery.ask("terminate_child", a)
    assert not a.is_alive()
    nursery.ask("terminate_child", a)
    assert [info.ref for info in nursery.ask("which_children")] == [b]


def test_h5_a_living_stranger_is_not_found_and_lives_on(nursery):
    nursery.boot_dynamic()
    stranger = Kid.start([], "stranger", dispatcher=nursery.dispatcher)
    assert nursery.refused("terminate_child", stranger).code == "child_not_found"
    assert stranger.is_alive()


def test_h5_a_dynamic_child_has_no_id_to_be_known_by(nursery):
    nursery.boot_dynamic()
    nursery.ask("start_child", nursery.spec("a"))
    assert isinstance(nursery.refused("terminate_child", "a"), TypeError)
    assert [info.id for info in nursery.ask("which_children")] == [None]
    assert not hasattr(DynamicSupervisor, "restart_child")
    assert not hasattr(DynamicSupervisor, "delete_child")


def test_h5_a_dynamic_child_is_terminated_by_its_handle_too(nursery):
    nursery.boot_dynamic()
    inner = nursery.answer(nursery.begin("a"))
    nursery.ask("start_child", ChildSpec(id="sub", start=lambda: inner, type="supervisor"))
    nursery.ask("terminate_child", inner)
    assert not inner.actor_ref.is_alive()


def counts(nursery):
    told = nursery.ask("count_children")
    return told.specs, told.active, told.supervisors, told.workers


def test_h6_children_are_counted_by_what_they_are_and_do(nursery):
    nursery.boot([*nursery.specs("abc", restart="transient"), Supervisor.as_child("sub")])
    nursery.ask("terminate_child", "a")
    assert counts(nursery) == (4, 3, 1, 3)


def test_h6_deviation_a_dynamic_supervisor_has_as_many_specs_as_children(nursery):
    """As in Elixir; OTP always says one."""
    nursery.boot_dynamic(ChildSpec(id="kid", start=lambda: Kid.start([], "kid")))
    for expected in (1000, 2000):
        for _ in range(1000):
            nursery.supervisor.start_child()
        assert counts(nursery) == (expected, expected, 0, expected)


def test_h7_a_full_dynamic_supervisor_takes_no_more(nursery):
    nursery.boot_dynamic(max_children=1)
    a = nursery.ask("start_child", nursery.spec("a"))
    error = nursery.refused("start_child", nursery.spec("b"))
    assert (error.code, error.limit) == ("max_children", 1)
    nursery.ask("terminate_child", a)
    assert nursery.ask("start_child", nursery.spec("b")).is_alive()


def test_h7_a_child_that_is_restarting_keeps_its_place(nursery):
    nursery.boot_dynamic(max_children=1, backoff=Backoff(first=1.0))
    a = nursery.ask("start_child", nursery.spec("a"))
    nursery.failing.add("a")
    a.tell(Boom())
    nursery.run()
    assert nursery.refused("start_child", nursery.spec("b")).code == "max_children"
    assert counts(nursery) == (1, 0, 0, 1)


def test_h7_a_dynamic_child_that_is_ignored_when_it_is_restarted_is_dropped(nursery):
    nursery.boot_dynamic(max_children=1)
    a = nursery.ask("start_child", nursery.spec("a"))
    nursery.ignoring.add("a")
    a.tell(Boom())
    assert nursery.ask("which_children") != []
    nursery.run()
    assert nursery.ask("which_children") == []
    assert nursery.ask("start_child", nursery.spec("b")).is_alive()


def test_h7_a_restarted_dynamic_child_is_known_by_its_new_reference(nursery):
    nursery.boot_dynamic()
    old = nursery.ask("start_child", nursery.spec("a"))
    old.tell(Boom())
    nursery.run()
    (info,) = nursery.ask("which_children")
    assert info.ref is not old
    nursery.ask("terminate_child", info.ref)
    assert nursery.ask("which_children") == []


def test_h8_asking_a_supervisor_that_has_ended_fails(nursery):
    nursery.boot("a")
    nursery.stop()
    for request, args in [
        ("which_children", ()),
        ("count_children", ()),
        ("get_childspec", ("a",)),
        ("start_child", (nursery.spec("b"),)),
        ("terminate_child", ("a",)),
        ("restart_child", ("a",)),
        ("delete_child", ("a",)),
    ]:
        error = nursery.refused(request, *args)
        assert isinstance(error, SupervisorGone)
        assert isinstance(error, ActorDeadError)
        assert error.code == "supervisor_gone"


def test_h8_what_was_asked_and_is_not_done_when_it_ends_fails(nursery):
    nursery.boot("a")
    asked = [nursery.supervisor.which_children() for _ in range(3)]
    nursery.stop()
    assert all(isinstance(nursery.error(one), SupervisorGone) for one in asked)


def test_h8_messages_that_nobody_should_send_are_logged_and_dropped(nursery, logs):
    nursery.boot("a")
    nursery.supervisor.actor_ref.tell({"token": "secret"})
    assert nursery.answer(nursery.supervisor.actor_ref.ask("what?", block=False)) is None
    assert nursery.states() == {"a": "running"}
    records = [one for one in logs if one["event"] == "supervisor_got_unknown_message"]
    assert [record["kind"] for record in records] == ["dict", "str"]
    assert "secret" not in str(logs)


def test_answers_can_be_awaited(loop):
    async def main():
        async with await Supervisor.begin([ChildSpec.of(Actor)], dispatcher=loop) as supervisor:
            ref = await supervisor.start_child(ChildSpec.of(Actor, id="b"))
            assert ref.is_alive()
            assert len(await supervisor.which_children()) == 2
        assert not ref.is_alive()

    asyncio.run(main())


def test_any_thread_may_ask(loop):
    with Supervisor.start(dispatcher=loop) as supervisor:

        def add(number):
            for index in range(50):
                supervisor.start_child(ChildSpec.of(Actor, id=(number, index))).get(timeout=10)

        threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert supervisor.count_children().get(timeout=10).active == 200


@pytest.mark.parametrize("kind", [Supervisor, DynamicSupervisor])
def test_a_handle_shows_itself(kind, manual):
    handle = kind.start(dispatcher=manual)
    assert kind.__name__ in repr(handle)
