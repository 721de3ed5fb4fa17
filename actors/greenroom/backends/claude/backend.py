"""Claude Code as a backend: options, launch, conversation."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING, Any, Final

from greenroom.backends.base import Installation, Launch, Vocabulary
from greenroom.backends.claude.codec import ClaudeCodec
from greenroom.backends.claude.conversation import ClaudeConversation
from greenroom.backends.claude.discovery import find_claude
from greenroom.backends.claude.handshake import handshake_seconds
from greenroom.backends.claude.keeper import ClaudeKeeper
from greenroom.backends.claude.rungs import going_on
from greenroom.backends.claude.secrets import secrets_in, secrets_of
from greenroom.backends.claude.shown_argv import shown_argv
from greenroom.backends.claude.version import check_version, probe_version, version_warning
from greenroom.backends.claude.vocabulary import ClaudeVocabulary
from greenroom.runtime.process import (
    OutQueueFull,
    Scratch,
    SpawnError,
    SpawnFault,
    SpawnSpec,
    StorageError,
    Unkillable,
    WardenLost,
    child_environment,
)
from greenroom.values.guard import check_spawn_allowed
from greenroom.values.ladder import Rung
from greenroom.values.outcomes import (
    Cancelled,
    Crashed,
    FailureContext,
    Rejected,
    StartFailed,
    TurnError,
)
from greenroom.values.redaction import Redactor
from greenroom_protocol import LocalProtocolError
from greenroom_protocol.claude.options import OptionError, OptionOrigin, Options, merge_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from greenroom.hooks import HookSet
    from greenroom_protocol.claude.answers import ServerInfo
    from greenroom_protocol.claude.options.credentials import Credentials

__all__ = ["PASSED_BY_NAME", "RUN_MARK", "ClaudeBackend"]

RUN_MARK: Final = "GREENROOM_RUN"
"""Variable that marks every process of ours and its descendants; one set in the host goes on."""

PASSED_BY_NAME: Final = (
    "ANTHROPIC_BASE_URL",
    "API_TIMEOUT_MS",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
    "CLAUDE_CODE_MAX_OUTPUT_TOKENS",
    "CLAUDE_CODE_MAX_RETRIES",
    "CLAUDE_CODE_PRINT_BG_WAIT_CEILING_MS",
    "CLAUDE_CONFIG_DIR",
    "DISABLE_AUTOUPDATER",
    "DISABLE_ERROR_REPORTING",
    "DISABLE_TELEMETRY",
    "IS_SANDBOX",
    "MCP_TOOL_TIMEOUT",
    "TRACEPARENT",
    "TRACESTATE",
)
"""The CLI's own documented variables that pass from the host; none of them is a credential."""

_SOURCES: Final = ("resume", "continue_conversation", "from_pr")
"""Options that name the conversation to start from."""

_OWN: Final = (*_SOURCES, "session_id")
"""Options of a session that are not just so for a query beside it."""

_CONVERSATION: Final = (
    *_SOURCES,
    "fork_session",
    "session_id",
    "resume_session_at",
    "resume_drops_turn",
)
_UNMISTAKABLE: Final = 16
"""Characters from which a secret is not found in a command line by chance."""

_run_id = uuid.uuid4().hex


class ClaudeBackend:
    """Launches and speaks to Claude Code. Stateless and thread-safe."""

    name = "claude"
    vocabulary: Vocabulary = ClaudeVocabulary()

    # --- options ------------------------------------------------------------------------------

    def check(self, configuration: Any, session: Any) -> Options:
        """Return the options of a session."""
        return merge_options(configuration, session)

    def attend(
        self, options: Mapping[str, Any], *, hooks: bool, asks: bool, own: Iterable[str]
    ) -> dict[str, Any]:
        """Return the options of a session that is attended by callbacks."""
        from greenroom.backends.claude.attending import attended_options  # noqa: PLC0415 - few are

        return attended_options(options, hooks=hooks, asks=asks, own=own)

    def shadows(self, options: Mapping[str, Any]) -> list[str]:
        """Return what in the options keeps a permission handler from being asked."""
        from greenroom.backends.claude.shadowing import shadow_warnings  # noqa: PLC0415 - few have one

        return shadow_warnings(options)

    def for_query(self, options: Options, query: Any) -> Options:
        """Return the options of one turn in the conversation of `options`."""
        merged = options.for_query(query) if query else options
        if merged.get("no_session_persistence") and _schema(merged) != _schema(options):
            raise LocalProtocolError(
                "another shape of the answer needs another process, which cannot resume a "
                "conversation with no_session_persistence: give the session its json_schema, or "
                "ask with parallel=True"
            )
        return merged

    def changed(self, options: Options, changes: Any) -> Options:
        """Return the options of a session with changes that a running process can be told."""
        return options.changed(changes)

    def server_info(self, told: Mapping[str, Any]) -> ServerInfo:
        """Return what the CLI told in the handshake, in types."""
        from greenroom.backends.claude.orders import read_server_info  # noqa: PLC0415 - few look

        return read_server_info(told)

    def order(self, name: str, **fields: Any) -> tuple[Any, Mapping[str, Any]]:
        """Return the control request of an order, and the options it changes."""
        from greenroom.backends.claude.orders import make_order  # noqa: PLC0415 - few sessions give orders

        return make_order(name, fields)

    def fork(self, options: Options, session_id: str | None, query: Any) -> Options:
        """Return the options of a process for one query beside the conversation.

        It starts from a copy of what `query` names, else of conversation `session_id`, else of what
        the session itself would start from. Pure: asked again with the id of another moment, it
        answers for that one.

        Raises:
            LocalProtocolError: an option is wrong, or there is nothing that could be copied.
        """
        if session_id is None and not query and not any(options.get(one) for one in _OWN):
            return options
        given = _given(options)
        named = any(query.get(name) for name in _SOURCES)
        if named or session_id is not None:
            given = _without_conversation(given)
        given.pop("session_id", None)  # it is the conversation's; branches would share it
        if session_id is not None and not named:
            _check_stored(options)
            given["resume"] = session_id
        if named or any(given.get(name) for name in _SOURCES):
            _check_forks(query)
            given["fork_session"] = True
        merged = merge_options(None, given, query)
        if merged.get("continue_conversation"):
            raise LocalProtocolError(
                "continue_conversation names another conversation once one of the parallel queries "
                "is the newest: name it with resume=…"
            )
        return merged

    def resume(
        self,
        options: Options,
        session_id: str,
        rung: Rung = Rung.RESUME,
        entry: str | None = None,
    ) -> Options | None:
        """Return the options of a process that goes on with the conversation; None: it is gone."""
        if options.get("no_session_persistence") and rung is not Rung.FRESH:
            return None
        named = going_on(rung, session_id, entry)
        return merge_options(None, _without_conversation(_given(options)) | named)

    # --- launching ------------------------------------------------------------------------------

    def prepare(self, options: Options, scratch: Path, fallback: Options | None = None) -> Launch:
        """Find the binary, check its version, write files, build argv and environment.

        Raises:
            CliNotFoundError: there is no binary that can be run.
            StartFailed: its version is too old to work.
            RealAgentForbiddenError: tests may not start it.
            OptionError: the host names several accounts and nobody said which one pays.
            Rejected: a secret of this launch would stand on its command line.
        """
        host = os.environ
        credentials = options.credentials(host)
        cwd = os.path.abspath(os.path.expanduser(options.get("cwd") or os.getcwd()))  # noqa: PTH100, PTH109, PTH111 - a plain string for the kernel
        env = child_environment(
            host,
            passing=PASSED_BY_NAME,
            extra={
                **credentials.variables,
                "PWD": cwd,
                "TMPDIR": str(scratch),
                RUN_MARK: host.get(RUN_MARK) or _run_id,
                **options.environment(),
            },
        )
        for name in options.removed_environment():
            env.pop(name, None)
        if fallback is not None and not _is_stored(options.get("resume", ""), env):
            options = fallback
        installation = self.install(options.get("executable"), env)
        check_version(installation.path, installation.version)
        check_spawn_allowed(installation.path, env.get("ANTHROPIC_BASE_URL"))
        argv = (installation.path, *options.argv(), *_write_files(options, scratch))
        secrets = {*secrets_of(options), *secrets_in(credentials.variables), *secrets_in(env)}
        _check_shows_none(argv, secrets)
        return Launch(
            spec=SpawnSpec(argv=argv, env=env, cwd=cwd, scratch=str(scratch)),
            installation=installation,
            shown_argv=shown_argv(argv),
            auth_source=credentials.source,
            account=_account(credentials, env),
            redactor=Redactor(secrets),
        )

    def install(
        self, executable: str | os.PathLike[str] | None, env: Mapping[str, str]
    ) -> Installation:
        """Return the binary that would be run. Blocking: asks it for its version once.

        One of a version outside the supported range is returned with a warning; `prepare` starts
        none that is too old.

        Raises:
            CliNotFoundError: there is none that can be run.
        """
        found = find_claude(executable, os.environ)
        version = probe_version(found.path, env)
        return Installation(
            path=str(found.path),
            link=str(found.link),
            version=version,
            source=found.source,
            warning=version_warning(version),
        )

    # --- wire -------------------------------------------------------------------------------------

    def codec(self) -> ClaudeCodec:
        """Return a fresh codec."""
        return ClaudeCodec()

    def keeper(self) -> ClaudeKeeper:
        """Return a fresh keeper."""
        return ClaudeKeeper()

    def conversation(self, options: Options, hooks: HookSet | None = None) -> ClaudeConversation:
        """Return the wire state of a fresh process."""
        seconds = handshake_seconds(options, os.environ)
        return ClaudeConversation(options, hooks, handshake_seconds=seconds)

    def failure(self, error: BaseException) -> TurnError:
        """Return the outcome of turns whose process could not be started."""
        if isinstance(error, TurnError):
            return error
        for kind, outcome in _FAILURES:
            if isinstance(error, kind):
                return outcome(error)
        return StartFailed(str(error) or repr(error), code=getattr(error, "code", "start_failed"))


def _spawn_failed(error: Any) -> TurnError:
    if error.fault is SpawnFault.ABORTED:  # it was us who called it off
        return Cancelled("its process was stopped before it had started", confirmed=False)
    return StartFailed(
        str(error),
        code=error.fault.value,
        retryable=error.retryable,
        context=FailureContext(hint=_SPAWN_HINTS.get(error.fault)),
    )


def _wrong_option(error: OptionError) -> TurnError:
    code = "credential_conflict" if error.option == "auth" else "bad_option"
    return Rejected(str(error), code=code)


_FAILURES: Final[tuple[tuple[type[BaseException], Callable[[Any], TurnError]], ...]] = (
    (OptionError, _wrong_option),
    (LocalProtocolError, lambda error: Rejected(str(error), code="bad_option")),
    (OutQueueFull, lambda error: Crashed(f"{error}; it was stopped", code="input_not_read")),
    (WardenLost, lambda error: Crashed(str(error), code="warden_lost")),
    (Unkillable, lambda error: Crashed(str(error), code="unkillable")),
    (SpawnError, _spawn_failed),
    (
        StorageError,
        lambda error: StartFailed(str(error), code=error.fault.value, retryable=error.retryable),
    ),
)
"""What an error of ours is to the turn that met it."""

_SPAWN_HINTS: Final = {
    SpawnFault.TOO_LONG: "large values belong into system_prompt, mcp_servers or settings, which "
    "do not travel on the command line; check extra_args and env",
    SpawnFault.BAD_CWD: "cwd must be a directory that exists",
    SpawnFault.NO_RESOURCES: "too many processes or files are open: lower max_parallel",
}


def _account(credentials: Credentials, env: Mapping[str, str]) -> int:
    """Return what tells accounts apart: the credential, or where the CLI keeps its own."""
    place = None if credentials.variables else env.get("CLAUDE_CONFIG_DIR") or env.get("HOME")
    # A hash, salted by the interpreter: nobody can tell the credential from it.
    return hash((credentials.source, place, *sorted(credentials.variables.items())))


def _is_stored(conversation: str, env: Mapping[str, str]) -> bool:
    # Imported here: few sessions have anything to look up.
    from greenroom.backends.claude.transcripts import TranscriptStore  # noqa: PLC0415 - see above

    return TranscriptStore.of(env).has(conversation)


def _schema(options: Options) -> Any:
    return options.get("json_schema")


def _given(options: Options) -> Any:
    """Return the options somebody gave, defaults left out."""
    return {
        name: value
        for name, value in options.items()
        if options.origin_of(name) is not OptionOrigin.DEFAULT
    }


def _without_conversation(options: Mapping[str, Any]) -> Any:
    return {name: value for name, value in options.items() if name not in _CONVERSATION}


def _check_stored(options: Options) -> None:
    if options.get("no_session_persistence"):
        raise LocalProtocolError(
            "a conversation with no_session_persistence is stored nowhere, so no parallel query "
            "can start from a copy of it: leave that option out, or name a stored conversation "
            "with resume=…"
        )


def _check_forks(query: Mapping[str, Any]) -> None:
    if query.get("fork_session") is False:
        raise LocalProtocolError(
            "a parallel query goes on from a copy, so fork_session=False is not for it: make "
            "another session to go on with the conversation itself"
        )


def _check_shows_none(argv: Iterable[str], secrets: Iterable[str]) -> None:
    """Refuse a command line that tells every user of the machine a secret."""
    unmistakable = [secret for secret in secrets if len(secret) >= _UNMISTAKABLE]
    for argument in argv:
        if any(secret in argument for secret in unmistakable):
            flag = argument.partition("=")[0] if argument.startswith("--") else "an argument"
            raise Rejected(
                f"{flag} would show a secret of this session to every user of the machine; "
                "pass it by env, settings or mcp_servers, which do not travel on the command line",
                code="secret_on_command_line",
            )


def _write_files(options: Options, scratch: Path) -> list[str]:
    """Write what is too large or too private for a command line; return the flags that name it."""
    flags = []
    for file in options.files():
        path = Scratch(scratch).write(file.name, file.content)
        flags.append(file.argument(str(path)))
    return flags
