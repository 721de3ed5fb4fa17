"""Rows: which conversation, and what is kept of it."""

from __future__ import annotations

from typing import Final

from greenroom_protocol.claude.options import checks
from greenroom_protocol.claude.options.row import Carrier, Option, Takes

__all__ = ["CONVERSATION"]


CONVERSATION: Final = (
    Option(
        name="continue_conversation",
        carrier=Carrier.FLAG,
        wire="--continue",
        aliases=("-c",),
        takes=Takes.NOTHING,
        doc="Go on with the newest conversation of `cwd`; begins a new one if there is none.",
    ),
    Option(
        name="resume",
        carrier=Carrier.FLAG,
        wire="--resume",
        aliases=("-r",),
        check=checks.line,
        doc="Go on with this conversation: its id, or its exact title.",
    ),
    Option(
        name="from_pr",
        carrier=Carrier.FLAG,
        wire="--from-pr",
        check=checks.line,
        doc="Go on with the conversation linked to this pull request, a number or an address.",
    ),
    Option(
        name="fork_session",
        carrier=Carrier.FLAG,
        wire="--fork-session",
        takes=Takes.NOTHING,
        doc="Go on under a new id and leave the original alone.",
    ),
    Option(
        name="session_id",
        carrier=Carrier.FLAG,
        wire="--session-id",
        check=checks.uuid,
        doc="The id of the new conversation; one that exists already ends the process, code 1.",
    ),
    Option(
        name="resume_session_at",
        carrier=Carrier.FLAG,
        wire="--resume-session-at",
        check=checks.uuid,
        doc="Resume only up to this entry of the transcript.",
    ),
    Option(
        name="resume_drops_turn",
        carrier=Carrier.FLAG,
        wire="--resume-drops-turn",
        check=checks.uuid,
        doc="Check that cutting at `resume_session_at` drops this turn and nothing else.",
    ),
    Option(
        name="no_session_persistence",
        carrier=Carrier.FLAG,
        wire="--no-session-persistence",
        takes=Takes.NOTHING,
        doc="Write no transcript; the conversation cannot be resumed or forked.",
    ),
    Option(
        name="session_mirror",
        carrier=Carrier.FLAG,
        wire="--session-mirror",
        takes=Takes.NOTHING,
        doc="Send every line of the transcript as a `transcript_mirror` frame.",
    ),
    Option(
        name="file_checkpointing",
        carrier=Carrier.ENVIRONMENT,
        wire="CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING",
        encode=lambda value: "true" if value else None,
        doc="Keep what files were, for `RewindFiles`.",
    ),
    Option(
        name="name",
        carrier=Carrier.FLAG,
        wire="--name",
        aliases=("-n",),
        check=checks.line,
        doc="The name the conversation is listed under.",
    ),
    Option(
        name="title",
        carrier=Carrier.INITIALIZE,
        wire="title",
        check=checks.line,
        doc="The same, sent with the handshake.",
    ),
)
