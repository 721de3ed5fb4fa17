"""`prompt_suggestion`: what the user might say next."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["PromptSuggestion"]


class PromptSuggestion(Framed, frozen=True, kw_only=True, tag="prompt_suggestion"):
    """A guess at the next prompt; comes after the result and after `idle` (CLI 2.1.329)."""

    suggestion: str
