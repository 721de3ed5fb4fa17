"""Systems: the roof over dispatcher, processes and sessions, and how it all ends."""

from greenroom.system.system import System, ask, default_system

__all__ = ["System", "ask", "default_system"]
