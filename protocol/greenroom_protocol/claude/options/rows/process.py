"""Rows: the process, its environment and its account."""

from __future__ import annotations

from typing import Final

from greenroom_protocol.claude.options import checks, forms
from greenroom_protocol.claude.options.row import Carrier, Option, Takes

__all__ = ["PROCESS"]


def _credential(name: str, wire: str, doc: str) -> Option:
    return Option(
        name=name,
        carrier=Carrier.ENVIRONMENT,
        wire=wire,
        doc=doc,
        tidy=forms.sealed,
        check=checks.credential,
        secret=True,
    )


def _opt_out(name: str, wire: str, doc: str) -> Option:
    return Option(
        name=name,
        carrier=Carrier.ENVIRONMENT,
        wire=wire,
        doc=doc,
        default=False,
        encode=forms.opt_out,
    )


def _variable(name: str, wire: str, doc: str, check: checks.Check) -> Option:
    return Option(
        name=name, carrier=Carrier.ENVIRONMENT, wire=wire, doc=doc, check=check, encode=str
    )


PROCESS: Final = (
    Option(
        name="executable",
        carrier=Carrier.PROCESS,
        wire="argv[0]",
        check=checks.line,
        doc="The `claude` to run; found by itself otherwise.",
    ),
    Option(
        name="env",
        carrier=Carrier.PROCESS,
        wire="environment",
        check=checks.variables,
        secret=True,
        doc="Variables to add to the child's environment; None takes one away. The host's own "
        "environment reaches the child only as far as the allow-list goes.",
    ),
    _variable(
        "config_dir",
        "CLAUDE_CONFIG_DIR",
        "In place of `~/.claude` and `~/.claude.json`: settings, login, transcripts.",
        checks.line,
    ),
    Option(
        name="auth",
        carrier=Carrier.PROCESS,
        wire="environment",
        default="auto",
        doc="Which account pays. `subscription` is the CLI's own login, `environment` what the "
        "host's variables say, the others want the option of that name. `auto` takes the "
        "credential that is given here, else the only one of the host, else the CLI's login.",
    ),
    _credential("api_key", "ANTHROPIC_API_KEY", "An API key."),
    _credential("auth_token", "ANTHROPIC_AUTH_TOKEN", "A bearer token, for gateways."),
    _credential("oauth_token", "CLAUDE_CODE_OAUTH_TOKEN", "A token of `claude setup-token`."),
    _variable("base_url", "ANTHROPIC_BASE_URL", "The endpoint of the API.", checks.url),
    _variable(
        "entrypoint",
        "CLAUDE_CODE_ENTRYPOINT",
        "What kind of client runs the CLI, as user agent and transcripts tell. Leave it alone: a "
        "name the CLI does not know makes it add an agent and 1 kB to every conversation.",
        checks.both(checks.header, checks.word),
    ),
    Option(
        name="client_app",
        carrier=Carrier.ENVIRONMENT,
        wire="CLAUDE_AGENT_SDK_CLIENT_APP",
        default="greenroom",
        check=checks.header,
        encode=str,
        doc="Your application, as the user agent tells.",
    ),
    _variable(
        "trace_parent", "TRACEPARENT", "The W3C trace that the turn belongs to.", checks.header
    ),
    _variable("trace_state", "TRACESTATE", "The W3C trace state.", checks.header),
    Option(
        name="stream_close_timeout_seconds",
        carrier=Carrier.ENVIRONMENT,
        wire="CLAUDE_CODE_STREAM_CLOSE_TIMEOUT",
        check=checks.seconds,
        encode=forms.milliseconds,
        doc="How long clients of the CLI wait for its handshake.",
    ),
    Option(
        name="background_wait_seconds",
        carrier=Carrier.ENVIRONMENT,
        wire="CLAUDE_CODE_PRINT_BG_WAIT_CEILING_MS",
        check=checks.seconds,
        encode=forms.milliseconds,
        doc="How long the CLI waits for sub-agents in the background after its input ended; "
        "shells are waited for without limit.",
    ),
    _opt_out("telemetry", "DISABLE_TELEMETRY", "Let the CLI report its use to its vendor."),
    _opt_out("error_reporting", "DISABLE_ERROR_REPORTING", "Let it report its errors."),
    _opt_out("autoupdate", "DISABLE_AUTOUPDATER", "Let it update itself."),
    _opt_out(
        "nonessential_traffic",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
        "Let it use the network for more than the conversation.",
    ),
    Option(
        name="await_initialize",
        carrier=Carrier.FLAG,
        wire="--await-initialize",
        takes=Takes.NOTHING,
        doc="Read `initialize` during start-up; any other first line ends the process, code 1.",
    ),
    Option(
        name="await_claim",
        carrier=Carrier.FLAG,
        wire="--await-claim",
        takes=Takes.NOTHING,
        doc="Start a spare process that becomes a session by `ClaimSession`, once.",
    ),
    Option(
        name="extra_args",
        carrier=Carrier.FLAG,
        wire="--*",
        doc="Flags that have no option: `{'name': 'value'}`, None for a bare one. Flags that have "
        "an option, or that would break the session, are refused.",
    ),
)
