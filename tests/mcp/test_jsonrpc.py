"""Lines of JSON-RPC are messages or garbage, whatever they hold."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom_protocol import Garbage
from greenroom_protocol.encoding import encode_line
from greenroom_protocol.jsonrpc import (
    Failure,
    Notification,
    Request,
    Response,
    RpcError,
    read_messages,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
IDS = st.integers(0, 2**53) | st.text()
MESSAGES = st.one_of(
    st.builds(Request, id=IDS, method=st.text(), params=JSON),
    st.builds(Notification, method=st.text(), params=JSON),
    st.builds(Response, id=IDS, result=JSON),
    st.builds(
        Failure,
        id=IDS | st.none(),
        error=st.builds(RpcError, code=st.integers(-40000, 0), message=st.text(), data=JSON),
    ),
)


@given(MESSAGES)
def test_what_is_written_is_read_back(message):
    assert read_messages(encode_line(message)) == (message,)


@given(st.lists(MESSAGES, min_size=1, max_size=5))
def test_a_batch_is_read_in_order(messages):
    assert read_messages(encode_line(messages)) == tuple(messages)


@given(st.binary() | JSON.map(msgspec.json.encode))
def test_any_line_is_read(line):
    for message in read_messages(line):
        assert isinstance(message, Request | Notification | Response | Failure | Garbage)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"hello",
        b"{",
        b"[]",
        b"null",
        b'{"jsonrpc":"1.0","id":1,"result":1}',
        b'{"jsonrpc":"2.0","id":1.5,"result":1}',
        b'{"jsonrpc":"2.0","id":[1],"result":1}',
        b'{"jsonrpc":"2.0","id":1}',
        b'{"jsonrpc":"2.0","id":1,"error":"no"}',
        b'{"jsonrpc":"2.0","method":5}',
        b"[" * 100_000,
        b"[" + b"[]," * 600_000 + b"[]]",
    ],
)
def test_what_is_no_message_is_garbage(line):
    [garbage] = read_messages(line)
    assert garbage == Garbage(head=line[:256], size=len(line))


def test_members_that_are_not_said_are_not_sent():
    assert encode_line(Notification(method="a")) == b'{"jsonrpc":"2.0","method":"a"}\n'
    assert encode_line(Response(id=0, result=None)) == b'{"jsonrpc":"2.0","id":0,"result":null}\n'


def test_parameters_that_are_null_are_read_as_such():
    [message] = read_messages(b'{"jsonrpc":"2.0","method":"a","params":null}')
    assert message == Notification(method="a", params=None)
