"""Text that would command a terminal, or mislead who reads it there."""

from __future__ import annotations

from hypothesis import strategies as st

TEXT = st.text(st.characters() | st.sampled_from("\x1b\x9b\x9d\x07[]P0;31mc\\\r\n\t\0\u202e\ud800"))
"""Any at all, with more of what a terminal obeys than chance would give."""
