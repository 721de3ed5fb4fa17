"""The seam between sessions and a CLI.

A :class:`Backend` is one CLI. It checks options, prepares a launch, and opens a
:class:`Conversation`: the client's side of one process's wire. Nothing here blocks but
:meth:`Backend.prepare`, which runs on a worker thread; nothing here knows an actor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import msgspec

from greenroom.values.ladder import Impasse, Rung
from greenroom.values.redaction import Redactor

if TYPE_CHECKING:
    from pathlib import Path

    from greenroom.backends.events import Event, Question
    from greenroom.backends.said import OutputPiece, TaskState, Utterance
    from greenroom.runtime.process import ExitStatus, SpawnSpec
    from greenroom.values.outcomes import TurnError
    from greenroom_protocol import Batch

__all__ = [
    "Backend",
    "Codec",
    "Conversation",
    "Installation",
    "Keeper",
    "Launch",
    "Prompt",
    "Vocabulary",
]

Prompt: TypeAlias = str | Sequence[Mapping[str, Any]]
"""A prompt: text, or a sequence of content blocks in the CLI's own form."""


class Installation(msgspec.Struct, frozen=True, kw_only=True):
    """A CLI found on this machine.

    Attributes:
        path: absolute path of the executable.
        link: the path where it was looked for, which leads there; an update may have it lead
            elsewhere.
        version: as the binary itself reports it.
        source: where it was found (``explicit``, ``bundled``, ``PATH``, …).
        warning: why the version may not work, or None inside the supported range.
    """

    path: str
    link: str = ""
    version: str
    source: str
    warning: str | None = None

    def sha256(self) -> str:
        """Return the digest of the executable as it is on disk now, to be kept or compared.

        Blocking: half a second for the 380 MB of CLI 2.1.329, which is why no start waits for it.

        Raises:
            OSError: it cannot be read.
        """
        import hashlib  # noqa: PLC0415 - it brings OpenSSL along, and no start asks for a digest

        with open(self.path, "rb") as file:  # noqa: PTH123 - a plain string
            return hashlib.file_digest(file, "sha256").hexdigest()


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """Everything needed to start one process.

    Attributes:
        spec: what to spawn.
        installation: the binary it starts.
        shown_argv: the command line with sensitive values replaced, for reports.
        auth_source: which credential the process uses, by name; never its value.
        account: equal for processes that use the same credential, for as long as this program
            runs; None when that is not known.
        redactor: takes the secrets of this launch out of what is reported of it.
    """

    spec: SpawnSpec
    installation: Installation
    shown_argv: tuple[str, ...]
    auth_source: str
    account: int | None = None
    redactor: Redactor = Redactor()


class Codec(Protocol):
    """Bytes of one process's stdout to batches of frames. Owned by one port."""

    @property
    def unfinished(self) -> int:
        """Bytes there are so far of the line that has no end yet, whether they are held or not."""

    def feed(self, data: bytes) -> Sequence[Batch]:
        """Return what the bytes completed."""

    def is_plain(self, batch: Batch) -> bool:
        """Whether no frame of a batch means anything to a session: a mere piece of the stream."""

    def finish(self) -> tuple[Sequence[Batch], int]:
        """End of stream: the last batches, and the size of an unfinished line that was lost."""


class Keeper(Protocol):
    """Keeps frames small that wait for a slow reader.

    Owned by one stream. `merge` and `decode` may run in different threads, but each in one at a
    time.
    """

    def merge(self, batches: Sequence[Batch]) -> Sequence[Batch]:
        """Return the same content in fewer frames: adjacent pieces of one text are joined.

        Order and content are kept, and `decode` of a new block gives its frames.
        """

    def decode(self, block: bytes) -> list[Any]:
        """Return the frames of a block once more; nothing is counted for it."""


class Vocabulary(Protocol):
    """What frames of one CLI say, for stream helpers. Stateless and thread-safe.

    Attributes:
        output_tool: what the CLI calls the tool that takes the structured output.
    """

    output_tool: str | None

    def text(self, frame: Any) -> str | None:
        """Whole text blocks of the main conversation in the frame."""

    def text_delta(self, frame: Any) -> str | None:
        """The piece of text the frame adds, in partial mode."""

    def thinking(self, frame: Any) -> str | None:
        """Whole thinking blocks of the main conversation in the frame."""

    def thinking_delta(self, frame: Any) -> str | None:
        """The piece of thinking the frame adds, in partial mode."""

    def tool_uses(self, frame: Any) -> Sequence[Any]:
        """Tool calls in the frame: objects with ``id``, ``name`` and ``input``."""

    def tool_results(self, frame: Any) -> Sequence[Any]:
        """Tool results in the frame: objects with ``tool_use_id`` and ``content``."""

    def output_piece(self, frame: Any) -> OutputPiece | None:
        """What the frame says about the structured output, if anything."""

    def utterance(self, frame: Any) -> Utterance | None:
        """What was said and done in the frame, and in which conversation."""

    def task_news(self, frame: Any) -> TaskState | None:
        """What the frame tells of a task."""


class Conversation(Protocol):
    """The client's side of one process's wire: what to write, and what frames mean.

    Pure and single-threaded; owned by one session actor.
    """

    significant: frozenset[type]
    """Types of frames that :meth:`read` must see; all others are plain stream."""

    private: frozenset[type]
    """Types of frames that are between the CLI and us: read, and shown to nobody."""

    guarded: bool
    """Whether no prompt may be sent before the handshake has shown that the hooks are in force."""

    halted: bool
    """Whether we end the turn that runs: by a denial that interrupts, or by an order."""

    handshake_seconds: float
    """How long the CLI may take to answer the handshake."""

    session_id: str | None
    """The conversation as last observed on the wire."""

    entry: str | None
    """The last entry of the conversation that a completed turn has left."""

    suspect: bool
    """Whether its history may be what the API refused before."""

    answered: bool
    """Whether the API had answered in the turn that the last result ended: tools may have run."""

    impasse: Impasse | None
    """Why the CLI cannot go on with the conversation, once that has shown."""

    def opening(self) -> bytes:
        """Return the handshake; written before anything else, and not waited for."""

    def submit(self, turn_id: str, prompt: Prompt, options: Any) -> bytes:
        """Return the lines that ask `prompt` under `turn_id`, with the options of the turn.

        Raises:
            LocalProtocolError: the prompt or an option cannot be put on the wire.
        """

    def settle(self, options: Any) -> bytes:
        """Return the lines that have the process run with the options of the session again."""

    def interrupt(self, turn_id: str, *, foreign: bool) -> bytes:
        """Return the line that asks for a turn to be ended.

        Args:
            turn_id: the turn; it runs, or is the only one of ours that waits in the CLI.
            foreign: the CLI works on a turn of its own, which is to go on.
        """

    def answer(self, question: Question, answer: Any) -> bytes:
        """Return the line that answers a question.

        Args:
            question: as `read` returned it.
            answer: that of the service which was asked; a `Refusal` always goes.

        Raises:
            LocalProtocolError: it is no answer to such a question, or cannot be encoded.
        """

    def order(self, request: Any, changes: Mapping[str, Any]) -> tuple[str, bytes]:
        """Return the id of an order, and the line that gives it.

        Args:
            request: what the backend made of the name of the order.
            changes: options that the process runs with from then on, if it obeys.

        Raises:
            LocalProtocolError: it cannot be encoded.
        """

    def notify(self, server: str, message: Mapping[str, Any]) -> bytes:
        """Return the line that passes on a JSON-RPC notification of a tool server of ours."""

    def serves(self, options: Any) -> bool:
        """Whether this process can run a turn with these options, or another has to."""

    def read(self, frame: Any) -> Event | None:
        """Return what a significant frame means to a session; None: nothing."""

    def death(self, status: ExitStatus | None, stderr: str, *, bytes_lost: int) -> TurnError:
        """Return what an exit without a result means."""


class Backend(Protocol):
    """One CLI."""

    name: str
    vocabulary: Vocabulary

    def check(self, configuration: Mapping[str, Any], session: Mapping[str, Any]) -> Any:
        """Return the checked options of a session, over those of the configuration.

        Raises:
            LocalProtocolError: an option is unknown, has a wrong value or contradicts another.
        """

    def attend(
        self, options: Mapping[str, Any], *, hooks: bool, asks: bool, own: Sequence[str]
    ) -> dict[str, Any]:
        """Return the options of a session that is attended by callbacks.

        Args:
            options: as they were given, without the session's own tools.
            hooks: there are hooks.
            asks: somebody decides about permissions.
            own: names of the tool servers that are in this process.

        Raises:
            LocalProtocolError: an option contradicts the callbacks.
        """

    def shadows(self, options: Mapping[str, Any]) -> list[str]:
        """Return what in the options keeps a permission handler from being asked."""

    def for_query(self, options: Any, query: Mapping[str, Any]) -> Any:
        """Return the options of one turn in a process that runs with `options`.

        Raises:
            LocalProtocolError: one is wrong, or cannot change while the process runs.
        """

    def fork(self, options: Any, session_id: str | None, query: Mapping[str, Any]) -> Any:
        """Return the options of a process that starts from a copy of conversation `session_id`."""

    def resume(
        self, options: Any, session_id: str, rung: Rung = Rung.RESUME, entry: str | None = None
    ) -> Any | None:
        """Return the options of a process that goes on with conversation `session_id`.

        None: it was stored nowhere, and is gone with its process.

        Args:
            options: of the session.
            session_id: the conversation.
            rung: how.
            entry: where it is cut, for `Rung.RESUME_AT`; as `Conversation.entry` told it.
        """

    def prepare(self, options: Any, scratch: Path, fallback: Any = None) -> Launch:
        """Find the binary, check its version, write files, build argv and environment.

        Blocking: runs on a worker thread.

        Args:
            options: of the process.
            scratch: its private directory.
            fallback: its options if the conversation that `options` resume was never stored.

        Raises:
            GreenroomError: what stands in the way, with what to do about it.
        """

    def codec(self) -> Codec:
        """Return a fresh codec."""

    def keeper(self) -> Keeper:
        """Return a fresh keeper of frames that its codec decoded."""

    def conversation(self, options: Any, hooks: Any = None) -> Conversation:
        """Return the wire state for a fresh process; `hooks` are registered in its handshake."""

    def server_info(self, told: Mapping[str, Any]) -> Any:
        """Return what the CLI told in the handshake, in types."""

    def order(self, name: str, **fields: Any) -> tuple[Any, Mapping[str, Any]]:
        """Return what orders the CLI to do something, and the options it changes.

        Args:
            name: ``set_model``, ``mcp_status``, …, or ``control`` for any other by its own name.
            fields: as the order wants them.

        Raises:
            LocalProtocolError: this CLI knows no such order, a field is wrong, or it would break
                the session.
        """

    def changed(self, options: Any, changes: Mapping[str, Any]) -> Any:
        """Return the options of a session with `changes`, which a running process can be told."""

    def failure(self, error: BaseException) -> TurnError:
        """Return the outcome of turns whose process could not be started because of `error`."""
