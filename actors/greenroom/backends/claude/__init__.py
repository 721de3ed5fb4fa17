"""Claude Code, driven over stream-json (CLI 2.1.329)."""

from greenroom.backends.claude.backend import ClaudeBackend

__all__ = ["ClaudeBackend"]
