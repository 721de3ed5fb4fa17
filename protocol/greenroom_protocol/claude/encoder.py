"""Encoding of frames: the CLI's side of the conversation, for simulators and stores."""

import msgspec

from greenroom_protocol.claude.frames import Frame

__all__ = ["encode_frame"]

_ENCODER = msgspec.json.Encoder()
_SYSTEM = b'{"type":"system",'


def encode_frame(frame: Frame) -> bytes:
    r"""Return `frame` as the line the CLI would write, without a newline.

    Decoding the line gives an equal frame. Members that have their default are left out.
    Thread-safe.
    """
    line = _ENCODER.encode(frame)
    if frame.__struct_config__.tag_field == "subtype":
        return _SYSTEM + line[1:]
    return line
