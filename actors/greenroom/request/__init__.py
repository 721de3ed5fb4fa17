"""Requests: actors that own one turn each, and what they say and hear."""

from greenroom.request.actor import Request
from greenroom.request.messages import (
    Abort,
    Ended,
    Failed,
    Heard,
    Held,
    Meant,
    Noted,
    Pressure,
    RequestDone,
    Sent,
    Started,
)

__all__ = [
    "Abort",
    "Ended",
    "Failed",
    "Heard",
    "Held",
    "Meant",
    "Noted",
    "Pressure",
    "Request",
    "RequestDone",
    "Sent",
    "Started",
]
