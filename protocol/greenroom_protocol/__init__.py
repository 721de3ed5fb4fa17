"""Bytes and typed frames of coding-agent CLIs: pure, no threads, no clock, no I/O."""

from greenroom_protocol.batch import Batch
from greenroom_protocol.drift import Drift
from greenroom_protocol.errors import LocalProtocolError, ProtocolError, RemoteProtocolError
from greenroom_protocol.framing import LineFramer, Oversize
from greenroom_protocol.secret import Secret
from greenroom_protocol.unknown import Garbage, Unknown

__all__ = [
    "Batch",
    "Drift",
    "Garbage",
    "LineFramer",
    "LocalProtocolError",
    "Oversize",
    "ProtocolError",
    "RemoteProtocolError",
    "Secret",
    "Unknown",
]
