"""What the simulated CLI makes of the lines it reads."""

import json

import pytest

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Scenario, Turn
from greenroom_protocol.claude import (
    Result,
)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"this is not json", "(type=unknown, 16 chars): SyntaxError"),
        (b'{"type":"user",', "(type=user, 15 chars): SyntaxError"),
        (b"null", "(type=unknown, 4 chars): TypeError"),
        (b'{"type":"user"}', "Expected message role 'user', got 'None'"),
        (b'{"type":"user","message":{"role":"assistant"}}', "got 'assistant'"),
        (b'{"type":"control_request","request_id":"1"}', "Missing request on control_request"),
    ],
)
def test_a_bad_line_ends_it_with_a_word_on_stderr(play, line, complaint):
    client = play(Scenario())
    client.write(line + b"\n")
    assert client.rest() == []
    assert client.wait() == 1
    assert complaint in client.stderr().decode()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[1]",
        b"{}",
        b'{"type":"keep_alive"}',
        b'{"type":"from_the_future"}',
        b'{"type":"control_response","response":{"request_id":"nobody"}}',
        b'{"type":"user","message":{"role":"user","content":5}}',
    ],
)
def test_a_line_it_does_not_care_for_changes_nothing(play, line):
    client = play(Scenario())
    client.write(line + b"\r\n")
    client.prompt()
    assert client.finish() == 0
    assert len(client.results()) == 1


def test_odd_encodings_are_read(play):
    client = play(Scenario(turns=[[s.Text("$prompt")]]))
    prompt = b'{"type":"user","message":{"role":"user","content":"%s"}}'
    client.write(b"\xef\xbb\xbf" + prompt % b"bom" + b"\r\n")
    client.expect(Result)
    client.write(prompt % b"\xff" + b"\n")
    client.expect(Result)
    client.write(prompt % rb"\ud800")
    assert client.finish() == 0
    texts = [json.loads(line)["result"] for line in client.raw.splitlines() if b'"result"' in line]
    assert texts == ["bom", "\N{REPLACEMENT CHARACTER}", "\ud800"]


def test_empty_content_is_a_prompt(play):
    client = play(Scenario(turns=[Turn()]))
    client.prompt(None)
    client.prompt("")
    client.finish()
    assert [each.result for each in client.results()] == ["You said: ", "You said: "]
