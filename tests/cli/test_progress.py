"""What the status line says while the CLI works."""

import pytest

from greenroom.cli.ask.activity import Activity
from greenroom.cli.ask.progress import Progress
from greenroom_protocol.claude import FrameDecoder

INIT = b'{"type":"system","subtype":"init","session_id":"s"}'
THINKING = (
    b'{"type":"stream_event","event":{"type":"content_block_delta","index":0,'
    b'"delta":{"type":"thinking_delta","thinking":"hm"}}}'
)
WRITING = (
    b'{"type":"stream_event","event":{"type":"content_block_delta","index":0,'
    b'"delta":{"type":"text_delta","text":"x"}}}'
)
CALL = (
    b'{"type":"assistant","message":{"content":['
    b'{"type":"tool_use","id":"1","name":"Bash","input":{}},'
    b'{"type":"tool_use","id":"2","name":"Read","input":{}}]}}'
)
RETRY = (
    b'{"type":"system","subtype":"api_retry","attempt":2,"max_retries":10,'
    b'"retry_delay_ms":4000,"error_status":529}'
)
ESTIMATE = b'{"type":"system","subtype":"thinking_tokens","estimated_tokens":120}'
DELTA = (
    b'{"type":"stream_event","event":{"type":"message_delta","delta":{},'
    b'"usage":{"output_tokens":7}}}'
)


def _activity(*lines):
    activity, decoder = Activity(), FrameDecoder()
    activity.see(decoder.decode(line) for line in lines)
    return activity


@pytest.mark.parametrize(
    ("lines", "phase"),
    [
        ([], "starting the CLI"),
        ([INIT], "waiting for the model"),
        ([INIT, THINKING], "thinking"),
        ([INIT, ESTIMATE], "thinking, about 120 tokens"),
        ([INIT, THINKING, WRITING], "writing"),
        ([INIT, CALL], "running Bash, Read"),
        ([INIT, RETRY], "API: 529, try 2 of 10 in 4 s"),
        ([INIT, WRITING, b"garbage"], "writing"),
    ],
)
def test_the_frames_tell_what_the_cli_is_at(lines, phase):
    assert _activity(*lines).phase == phase


def test_the_line_tells_phase_time_and_tokens():
    times = iter([10.0, 13.25])
    progress = Progress(None, _activity(INIT, DELTA, DELTA), lambda: next(times))
    assert progress.line() == "waiting for the model, 3.2 s, 14 tokens"


def test_an_end_that_was_asked_for_is_what_the_line_tells():
    activity = _activity(INIT)
    activity.ending = "interrupting"
    assert Progress(None, activity, lambda: 0.0).line() == "interrupting, 0.0 s"
