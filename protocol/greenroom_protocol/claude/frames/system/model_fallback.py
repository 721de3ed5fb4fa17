"""`system/model_*`: another model took over, or a model refused."""

from greenroom_protocol.claude.frames.base import Framed

__all__ = ["ModelFallback", "ModelRefusalFallback", "ModelRefusalNoFallback"]


class ModelFallback(Framed, frozen=True, kw_only=True, tag_field="subtype", tag="model_fallback"):
    """`--fallback-model` took over, for `trigger` `overloaded` … (CLI 2.1.329, in no type file)."""

    original_model: str = ""
    fallback_model: str = ""
    trigger: str | None = None
    content: str = ""


class ModelRefusalNoFallback(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="model_refusal_no_fallback"
):
    """The model refused and nothing took over; an error result follows (CLI 2.1.329)."""

    original_model: str = ""
    request_id: str | None = None
    api_refusal_category: str | None = None
    api_refusal_explanation: str | None = None
    refused_user_message_uuid: str | None = None
    content: str = ""


class ModelRefusalFallback(
    Framed, frozen=True, kw_only=True, tag_field="subtype", tag="model_refusal_fallback"
):
    """The model refused and another one answers.

    `direction` is `retry`, `revert` or `sticky`; `retracted_message_uuids` are frames to take back.
    Source: type files of CLI 2.1.329; never seen on the wire.
    """

    original_model: str = ""
    fallback_model: str = ""
    trigger: str | None = None
    direction: str | None = None
    scope: str | None = None
    request_id: str | None = None
    api_refusal_category: str | None = None
    api_refusal_explanation: str | None = None
    retracted_message_uuids: tuple[str, ...] = ()
    refused_user_message_uuid: str | None = None
    content: str = ""
