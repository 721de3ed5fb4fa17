"""What a client writes to Claude Code besides control traffic: prompts, keep-alives, variables.

The CLI answers a bad line by exiting with code 1 and no frame, and a `content` of the wrong type
by silence (CLI 2.1.329). Both are refused here instead.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from msgspec import UNSET, Struct, UnsetType, field

from greenroom_protocol.encoding import encode_line
from greenroom_protocol.errors import LocalProtocolError, shown
from greenroom_protocol.secret import Secret

__all__ = ["HUMAN", "KeepAlive", "Priority", "UpdateEnvironmentVariables", "UserMessage"]

Priority = Literal["now", "next", "later"]

HUMAN: Final[Mapping[str, str]] = {"kind": "human"}
"""The `origin` that makes the CLI count a waiting prompt in `queued_turn_count`."""


class _Content(Struct, frozen=True):
    content: str | Sequence[Mapping[str, Any]]


class UserMessage(_Content, frozen=True, kw_only=True):
    """One prompt.

    `content` is text, or a list of API blocks (`text`, `image`, `document`).

    `uuid` may be any text that this process has not seen: a second message with the same uuid is
    dropped by the CLI without a word. With it come `command_lifecycle` frames and results that
    list which prompts they cover; without it a result cannot be matched.

    `client_composed` delivers the text verbatim. Without it a leading `/` makes it a command and
    `@path` reads that file into the prompt, so it is on by default: a prompt is data.

    `priority`: `next` (the CLI's default) folds the prompt into a running tool loop, `later` gives
    it a turn of its own afterwards, `now` ends the running turn after its current tool.

    `should_query=False` only appends; its result comes at once with `num_turns` 0.

    `origin` is echoed on results, see `HUMAN`. Source: CLI 2.1.329.
    """

    uuid: str | None = None
    client_composed: bool = True
    priority: Priority | None = None
    should_query: bool = True
    origin: Mapping[str, Any] | None = None
    parent_tool_use_id: str | None = None
    is_synthetic: bool = False

    def encode(self) -> bytes:
        """Return the line to write.

        Raises:
            LocalProtocolError: the content is neither text nor a list of blocks with a `type`,
                the uuid is empty, the priority is unknown, or the text cannot be encoded.
        """
        _check_content(self.content)
        _check_uuid(self.uuid)
        if self.priority not in {None, "now", "next", "later"}:
            raise LocalProtocolError(
                f"priority must be 'now', 'next' or 'later', not {shown(self.priority)}",
            )
        return encode_line(
            _UserLine(
                message=_Message(content=self.content),
                parent_tool_use_id=self.parent_tool_use_id,
                uuid=UNSET if self.uuid is None else self.uuid,
                client_composed=self.client_composed,
                priority=UNSET if self.priority is None else self.priority,
                should_query=self.should_query,
                origin=UNSET if self.origin is None else self.origin,
                is_synthetic=self.is_synthetic,
            ),
        )


class KeepAlive(Struct, frozen=True, kw_only=True, tag_field="type", tag="keep_alive"):
    """A line that means nothing and is answered by nothing."""

    def encode(self) -> bytes:
        """Return the line to write."""
        return encode_line(self)


class UpdateEnvironmentVariables(Struct, frozen=True):
    """New values for variables of the running CLI; a `Secret` is revealed only in the line."""

    variables: Mapping[str, str | Secret]

    def encode(self) -> bytes:
        """Return the line to write; it holds the secrets, so it is neither logged nor kept.

        Raises:
            LocalProtocolError: a name is empty or holds `=` or NUL, or a value is not text.
        """
        revealed = {
            _variable_name(name): _variable_value(name, value)
            for name, value in self.variables.items()
        }
        return encode_line({"type": "update_environment_variables", "variables": revealed})


class _Message(Struct, frozen=True, kw_only=True, tag_field="role", tag="user"):
    content: str | Sequence[Mapping[str, Any]]


class _UserLine(
    Struct, frozen=True, kw_only=True, tag_field="type", tag="user", omit_defaults=True
):
    message: _Message
    parent_tool_use_id: str | None
    uuid: str | UnsetType = UNSET
    client_composed: bool = False
    priority: Priority | UnsetType = UNSET
    should_query: bool = field(default=True, name="shouldQuery")
    origin: Mapping[str, Any] | UnsetType = UNSET
    is_synthetic: bool = field(default=False, name="isSynthetic")


def _check_content(content: object) -> None:
    if isinstance(content, str):
        return
    if not isinstance(content, list | tuple):
        raise LocalProtocolError(
            f"a prompt is text or a list of content blocks, not {shown(content)}",
        )
    for block in content:
        if not isinstance(block, Mapping) or not isinstance(block.get("type"), str):
            raise LocalProtocolError(
                f"a content block is a mapping with a 'type', not {shown(block)}",
            )


def _check_uuid(uuid: object) -> None:
    if uuid is not None and not (isinstance(uuid, str) and uuid):
        raise LocalProtocolError(
            f"the uuid of a prompt is a text that is not empty, not {shown(uuid)}",
        )


def _variable_name(name: object) -> str:
    if not isinstance(name, str) or not name or "=" in name or "\0" in name:
        raise LocalProtocolError(f"{shown(name)} cannot be the name of an environment variable")
    return name


def _variable_value(name: str, value: object) -> str:
    text = value.reveal() if isinstance(value, Secret) else value
    if not isinstance(text, str) or "\0" in text:
        raise LocalProtocolError(f"the value of {name} must be text without NUL")
    return text
