"""Which descriptors are ready, and who is called: with epoll, and with what other systems have."""

import os
import socket
from contextlib import suppress

import pytest

from greenroom.runtime.dispatcher import poller as poller_module
from greenroom.runtime.dispatcher.poller import Poller


@pytest.fixture(name="poller", params=["own", "selectors"])
def _poller(request, monkeypatch):
    if request.param == "selectors":
        monkeypatch.setattr(poller_module.sys, "platform", "darwin")
    poller = Poller()
    yield poller
    poller.close()


@pytest.fixture(name="pair")
def _pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def fill(writer):
    with suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 4096)


def called(poller, seconds=0):
    """Call all that is ready; return what the calls return."""
    return [call() for call in poller.calls(poller.wait(seconds))]


def test_nothing_is_called_for_what_is_not_ready(poller, pair):
    poller.add_reader(pair[0].fileno(), lambda: "read")
    assert called(poller) == []
    assert called(poller, 0.001) == []


def test_a_descriptor_is_watched_for_both_and_each_way_by_itself(poller, pair):
    ours, theirs = pair
    poller.add_reader(ours.fileno(), lambda: "read")
    poller.add_writer(ours.fileno(), lambda: "write")
    assert called(poller) == ["write"]
    theirs.send(b"x")
    assert called(poller) == ["read", "write"]
    poller.remove_writer(ours.fileno())
    assert called(poller) == ["read"]
    poller.remove_reader(ours.fileno())
    assert called(poller) == []
    poller.add_writer(ours.fileno(), lambda: "again")
    assert called(poller) == ["again"]


def test_a_later_callback_replaces_an_earlier_one(poller, pair):
    poller.add_writer(pair[0].fileno(), lambda: "first")
    poller.add_writer(pair[0].fileno(), lambda: "second")
    assert called(poller) == ["second"]


def test_what_an_earlier_call_of_the_round_let_go_of_is_not_called(poller, pair):
    numbers = [end.fileno() for end in pair]
    for number, other in (numbers, numbers[::-1]):
        poller.add_writer(number, lambda other=other: poller.remove_writer(other))
    assert called(poller) == [None]


def test_an_end_whose_other_end_is_gone_is_ready(poller):
    reader, writer = os.pipe()
    poller.add_reader(reader, lambda: "end")
    os.close(writer)
    assert called(poller) == ["end"]
    poller.remove_reader(reader)
    os.close(reader)


def test_a_pipe_without_a_reader_is_ready_for_its_writer(poller):
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    fill(writer)
    poller.add_writer(writer, lambda: "broken")
    assert called(poller) == []
    os.close(reader)
    assert called(poller) == ["broken"]
    poller.remove_writer(writer)
    os.close(writer)


def test_a_descriptor_that_was_closed_is_forgotten_without_an_error(poller):
    reader, writer = os.pipe()
    poller.add_reader(reader, print)
    os.close(reader)
    os.close(writer)
    poller.remove_reader(reader)
    poller.remove_reader(reader)
    assert (poller.watched, called(poller)) == (0, [])


def test_a_refusal_of_the_system_leaves_nothing_watched(poller):
    with pytest.raises((OSError, ValueError)):
        poller.add_reader(10**6, print)
    assert poller.watched == 0


def test_what_is_removed_after_the_end_is_ignored(poller, pair):
    poller.add_reader(pair[0].fileno(), print)
    poller.close()
    poller.remove_reader(pair[0].fileno())
    poller.remove_writer(pair[0].fileno())
