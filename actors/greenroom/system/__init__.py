"""Systems: the roof over dispatcher, processes and sessions, and how it all ends."""

from greenroom.system.default import ask, default_system
from greenroom.system.signals import Shutdown, SignalShutdown, shutdown_on_signals
from greenroom.system.system import System

__all__ = [
    "Shutdown",
    "SignalShutdown",
    "System",
    "ask",
    "default_system",
    "shutdown_on_signals",
]
