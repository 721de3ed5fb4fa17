"""Ports: actors that own one operating-system process each, and what they say and hear."""

from greenroom.port.actor import Port
from greenroom.port.messages import (
    Close,
    CloseReason,
    Hasten,
    Pause,
    Plug,
    PortDown,
    PortFrames,
    PortUp,
    Resume,
    Write,
)

__all__ = [
    "Close",
    "CloseReason",
    "Hasten",
    "Pause",
    "Plug",
    "Port",
    "PortDown",
    "PortFrames",
    "PortUp",
    "Resume",
    "Write",
]
