"""Plain frames go from the port straight into the stream that its owner named."""

import json

import pytest

from greenroom.port import Plug, PortFrames, PortUp, Write
from greenroom.testing import Scenario, Turn, factories
from greenroom.testing.scenario import Frame
from greenroom.turn import Strained, Stream
from greenroom.values.backlog import DEFAULT_BACKLOG, Backlog
from greenroom_protocol.claude import UserMessage


def says(*frames):
    """A process that says one of these for each prompt, and nothing else."""
    lines = [json.loads(factories.wire(frame)) for frame in frames]
    return Scenario(turns=[Turn([Frame(line)], envelope=False, result=False) for line in lines])


@pytest.fixture(name="talk")
def _talk(launch, hear):
    """A port, a stream, and how to have its process go on."""

    class Talk:
        def __init__(self, *frames, backlog=DEFAULT_BACKLOG):
            self.launched = launch(says(*frames))
            self.heard = self.launched.heard
            self.stream = Stream(
                backlog, dispatcher=self.launched.dispatcher, on_relief=lambda: None
            )
            self.reader = self.stream.batches()
            hear(self.heard, PortUp)
            self.go_on()

        def plug(self, heard):
            self.launched.port.tell(Plug(self.stream, self.launched.owner, heard))

        def go_on(self):
            self.launched.port.tell(Write(UserMessage(content="go on").encode()))

        def told(self):
            return hear(self.heard, PortFrames)

    return Talk


def texts(batch):
    return [frame.event.delta.text for frame in batch.frames]


def delta(text):
    return factories.text_delta(text)


def test_what_is_plain_bypasses_the_owner_and_what_is_not_does_not(talk):
    talk = talk(delta("one"), delta("two"), factories.assistant_text("two"), delta("three"))
    assert talk.told().plain
    talk.plug(1)
    talk.go_on()
    assert texts(next(talk.reader)) == ["two"]
    assert talk.heard.empty()
    talk.go_on()
    assert not talk.told().plain
    talk.go_on()
    assert texts(talk.told().batch) == ["three"]


def test_a_plug_is_refused_while_frames_are_on_their_way_to_the_owner(talk):
    talk = talk(delta("one"), delta("two"))
    talk.told()
    talk.plug(0)
    talk.go_on()
    assert texts(talk.told().batch) == ["two"]


def test_who_owns_the_turn_hears_when_its_stream_is_to_get_no_more(talk, hear):
    talk = talk(delta("one"), delta("2" * 2000), backlog=Backlog(memory=1024))
    talk.stream.put(talk.told().batch)
    next(talk.reader)  # somebody reads, so that what is too much is not just dropped
    talk.plug(1)
    talk.go_on()
    assert hear(talk.heard, Strained) == Strained()
    assert texts(next(talk.reader)) == ["2" * 2000]
