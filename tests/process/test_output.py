"""Both output streams, to the last byte worth reading."""

from __future__ import annotations

import os

import pytest

from greenroom.runtime.process.output import Output
from greenroom.runtime.process.pipe_reader import READ_BYTES


class Streams:
    """An `Output` on two pipes that the test writes to."""

    def __init__(self, dispatcher):
        self.log = []
        self.output = Output(
            dispatcher,
            bytearray(READ_BYTES),
            on_stdout=self.log.append,
            on_stdout_end=lambda: self.log.append("stdout_end"),
            on_all_ended=lambda: self.log.append("all_ended"),
        )
        (out, self.out), (err, self.err) = os.pipe(), os.pipe()
        for fd in (out, err):
            os.set_blocking(fd, False)
        self.output.open(out, err)

    def close_writers(self):
        os.close(self.out)
        os.close(self.err)


@pytest.fixture
def streams(manual):
    streams = Streams(manual)
    yield streams
    streams.output.close()


def test_draining_takes_all_that_is_there_before_it_says_so(manual, streams):
    os.write(streams.out, b"result")
    os.write(streams.err, b"reason")
    streams.output.pause()
    streams.output.drain(lambda: streams.log.append(streams.output.stderr.tail()))
    manual.run_until_idle()
    assert streams.log == [b"result", b"reason"]
    streams.close_writers()


def test_draining_goes_on_for_those_who_still_write(manual, streams):
    streams.output.drain(lambda: streams.log.append("dry"))
    os.write(streams.out, b"late")
    manual.run_until_idle()
    streams.close_writers()
    manual.run_until_idle()
    assert streams.log[:2] == ["dry", b"late"]
    assert sorted(streams.log[2:]) == ["all_ended", "stdout_end"]


def test_the_end_of_stdout_found_by_draining_is_told_once(manual, streams):
    streams.close_writers()
    streams.output.drain(lambda: streams.log.append("dry"))
    manual.run_until_idle()
    assert streams.log == ["stdout_end", "dry"]
    assert not streams.output.is_open


def test_pausing_twice_and_resuming_twice_is_once(manual, streams):
    os.write(streams.out, b"x")
    streams.output.pause()
    streams.output.pause()
    manual.run_until_idle()
    assert streams.log == []
    streams.output.resume()
    streams.output.resume()
    manual.run_until_idle()
    assert streams.log == [b"x"]
    streams.close_writers()


def test_a_stream_that_is_paused_and_closed_stays_silent(manual, streams):
    streams.output.pause()
    streams.output.close()
    streams.output.close()
    streams.output.resume()
    manual.run_until_idle()
    assert streams.log == []
    streams.close_writers()
