from __future__ import annotations

import os
import sys
import threading
import time

import pytest

from greenroom.runtime import Actor, ManualDispatcher


class Waiter(Actor):
    """Gives up five minutes after its start."""

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def on_start(self):
        self.after(300, "timeout")

    def on_receive(self, message):
        self.seen.append((message, self.clock.now()))


def test_five_minutes_pass_at_once(manual):
    seen, began = [], time.monotonic()
    Waiter.start(seen, dispatcher=manual)
    manual.advance(299)
    assert seen == []
    manual.advance(1)
    assert seen == [("timeout", 300.0)]
    assert time.monotonic() - began < 5


def test_every_timer_fires_at_its_own_moment(manual):
    moments = []
    for delay in (3, 1, 2):
        manual.call_later(delay, lambda: moments.append(manual.clock.now()))
    manual.advance(10)
    assert moments == [1, 2, 3]
    assert manual.clock.now() == 10


def test_a_timer_set_by_a_timer_fires_within_the_same_advance(manual):
    moments = []
    manual.call_later(1, lambda: manual.call_later(1, lambda: moments.append(manual.clock.now())))
    manual.advance(5)
    assert moments == [2]


def test_a_step_handles_one_message(manual, record):
    ref, seen = record(manual)
    ref.tell(1)
    ref.tell(2)
    assert manual.step()
    assert seen == [1]
    assert manual.step()
    assert seen == [1, 2]


def test_a_step_with_nothing_to_do_says_so(manual):
    assert not manual.step()


def test_actors_take_turns_in_the_order_in_which_they_became_ready(manual, record):
    log = []
    refs = [record(manual)[0] for _ in range(3)]
    for ref in refs:
        for number in range(2):
            ref.tell(number)
    while manual.step():
        log.append([ref.actor_inbox.empty() for ref in refs])
    assert log[2] == [False, False, False]
    assert log[3] == [True, False, False]
    assert log[-1] == [True, True, True]


def test_the_same_steps_give_the_same_order_every_time(record):
    def run():
        with ManualDispatcher() as manual:
            ref, seen = record(manual)
            for number in range(5):
                manual.call_later(number % 2, ref.tell, number)
                manual.call_soon(ref.tell, -number)
            manual.advance(2)
            return seen

    assert run() == run() == [0, 2, 4, 0, -1, -2, -3, -4, 1, 3]


def test_a_real_child_can_be_waited_for(manual):
    reader, writer = os.pipe()
    chunks = []
    manual.add_reader(reader, lambda: chunks.append(os.read(reader, 100)))
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", "import os; os.write(1, b'hello')"],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, writer, 1)],
    )
    os.close(writer)
    manual.run_until(lambda: b"" in chunks)
    manual.remove_reader(reader)
    os.close(reader)
    os.waitpid(pid, 0)
    assert b"".join(chunks) == b"hello"


def test_waiting_in_vain_is_an_error(manual):
    with pytest.raises(TimeoutError, match=r"0\.05"):
        manual.run_until(lambda: False, timeout=0.05)


def test_waiting_does_not_move_the_clock(manual):
    fired = []
    manual.call_later(0.001, fired.append, 1)
    with pytest.raises(TimeoutError):
        manual.run_until(lambda: fired, timeout=0.05)


def test_another_threads_message_ends_the_waiting(manual, record):
    ref, seen = record(manual)
    thread = threading.Timer(0.01, ref.tell, ["hello"])
    thread.start()
    manual.run_until(lambda: seen)
    thread.join()
    assert seen == ["hello"]


def test_ten_thousand_messages_from_another_thread_do_not_overflow_the_waker(manual, record):
    ref, seen = record(manual)
    manual._watched()
    thread = threading.Thread(target=lambda: [manual.call_soon(ref.tell, 1) for _ in range(900)])
    thread.start()
    thread.join()
    manual.run_until_idle()
    assert len(seen) == 900


def test_what_never_gets_idle_is_an_error(manual, monkeypatch):
    monkeypatch.setattr("greenroom.runtime.dispatcher.manual._MANY_STEPS", 1000)

    def again():
        manual.call_soon(again)

    again()
    with pytest.raises(RuntimeError, match="not idle after 1000 steps"):
        manual.run_until_idle()
    manual.run_queue.items.clear()


def test_stepping_from_within_a_step_is_an_error(manual):
    errors = []

    def step():
        try:
            manual.step()
        except RuntimeError as error:
            errors.append(error)

    manual.call_soon(step)
    manual.run_until_idle()
    assert "not from within" in str(errors[0])


def test_stepping_from_another_thread_is_an_error(manual):
    errors = []

    def step():
        try:
            manual.step()
        except RuntimeError as error:
            errors.append(error)

    thread = threading.Thread(target=step)
    thread.start()
    thread.join()
    assert "by the thread that created it" in str(errors[0])


def test_a_descriptor_removed_by_an_earlier_callback_of_the_round_is_not_called(manual):
    reader, writer = os.pipe()
    other, other_writer = os.pipe()
    called = []

    def take_all():
        called.append(1)
        manual.remove_reader(reader)
        manual.remove_reader(other)

    for fd in (reader, other):
        manual.add_reader(fd, take_all)
    for fd in (writer, other_writer):
        os.write(fd, b"x")
    manual.run_until_idle()
    for fd in (reader, writer, other, other_writer):
        os.close(fd)
    assert called == [1]


def test_work_is_done_at_once_and_its_result_comes_with_a_step(manual):
    outcomes = []
    manual.run_in_worker(divmod, 7, 2, then=lambda *outcome: outcomes.append(outcome))
    assert outcomes == []
    manual.step()
    assert outcomes == [((3, 1), None)]
