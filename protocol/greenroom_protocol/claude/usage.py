"""Token counts, as the API and the CLI report them."""

from typing import Any

from msgspec import field

from greenroom_protocol.wire import Wire

__all__ = [
    "CacheCreation",
    "MessageUsage",
    "ModelUsage",
    "OutputTokensDetails",
    "ServerToolUsage",
    "Usage",
]


class ServerToolUsage(Wire, frozen=True, kw_only=True):
    """How often the API's own tools were called."""

    web_search_requests: int = 0
    web_fetch_requests: int = 0


class CacheCreation(Wire, frozen=True, kw_only=True):
    """Tokens written to the prompt cache, by its lifetime."""

    ephemeral_1h_input_tokens: int = 0
    ephemeral_5m_input_tokens: int = 0


class OutputTokensDetails(Wire, frozen=True, kw_only=True):
    """Part of the output tokens."""

    thinking_tokens: int = 0


class Usage(Wire, frozen=True, kw_only=True):
    """Tokens of one turn, main thread only; all zero after an interrupt (CLI 2.1.329)."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation: CacheCreation | None = None
    output_tokens_details: OutputTokensDetails | None = None
    server_tool_use: ServerToolUsage | None = None
    service_tier: str | None = None
    inference_geo: str | None = None
    speed: str | None = None
    iterations: Any = None


class MessageUsage(Wire, frozen=True, kw_only=True):
    """Tokens of one API message so far.

    In an `assistant` frame it is the count of `message_start`, not the final one; the final one
    comes with the stream's `message_delta`. The API may send `null` for any count.
    """

    input_tokens: int | None = 0
    output_tokens: int | None = 0
    cache_creation_input_tokens: int | None = 0
    cache_read_input_tokens: int | None = 0
    cache_creation: CacheCreation | None = None
    output_tokens_details: OutputTokensDetails | None = None
    server_tool_use: ServerToolUsage | None = None
    service_tier: str | None = None
    inference_geo: str | None = None
    speed: str | None = None
    iterations: Any = None


class ModelUsage(Wire, frozen=True, kw_only=True, rename="camel"):
    """Tokens and price (US dollars) of one model.

    In `Result.model_usage` these are totals of the conversation, not of the turn.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation_input_tokens: int = 0
    cache_creation_ephemeral_5m_input_tokens: int = field(
        default=0, name="cacheCreationEphemeral5mInputTokens"
    )
    cache_creation_ephemeral_1h_input_tokens: int = field(
        default=0, name="cacheCreationEphemeral1hInputTokens"
    )
    web_search_requests: int = 0
    cost_usd: int | float = field(default=0, name="costUSD")
    context_window: int = 0
    max_output_tokens: int = 0
    thinking_tokens: int | None = None
    canonical_model: str | None = None
    provider: str | None = None
    cost_basis: str | None = None
