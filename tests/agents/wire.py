"""The control socket without a client behind it: what is sent is sent as it is."""

import contextlib
import json
import socket


@contextlib.contextmanager
def plain(path):
    """A connection without a client behind it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wire:
        wire.settimeout(20)
        wire.connect(str(path))
        yield wire


def lines(wire, count=None):
    """Return the objects the host sent: so many, or all until it closed the connection."""
    data = b""
    while count is None or data.count(b"\n") < count:
        try:
            more = wire.recv(65536)
        except ConnectionResetError:
            break
        if not more:
            break
        data += more
    return [json.loads(line) for line in data.splitlines()]


def ask(path, request):
    with plain(path) as wire:
        wire.sendall(request if isinstance(request, bytes) else json.dumps(request).encode())
        wire.sendall(b"\n")
        return lines(wire, 1)[0]


def ask_late(path):
    with plain(path) as wire:
        with contextlib.suppress(BrokenPipeError):
            wire.sendall(b'{"request":"status"}\n')
        return lines(wire, 1)[0]
