"""Rows: settings, servers, plug-ins and directories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from greenroom_protocol.claude.options import checks, forms
from greenroom_protocol.claude.options.mcp_servers import server_entries
from greenroom_protocol.claude.options.row import Carrier, Option, Takes

__all__ = ["CONTEXT"]


def _settings(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return checks.private_json(value)
    if value.lstrip().startswith("{"):
        return "must be a dictionary or the path of a file, not JSON text"
    return checks.line(value)


def _server_names(value: Mapping[str, Any]) -> str | None:
    return next((problem for name in value if (problem := checks.line(name))), None)


CONTEXT: Final = (
    Option(
        name="cwd",
        carrier=Carrier.PROCESS,
        wire="cwd",
        check=checks.line,
        doc="The directory of the project.",
    ),
    Option(
        name="add_dirs",
        carrier=Carrier.FLAG,
        wire="--add-dir",
        takes=Takes.EACH,
        check=checks.each(checks.line),
        doc="More directories for the tools; missing ones are ignored by the CLI.",
    ),
    Option(
        name="worktree",
        carrier=Carrier.FLAG,
        wire="--worktree",
        aliases=("-w",),
        takes=Takes.OPTIONAL,
        check=checks.true_or_line,
        doc="Work in a new git worktree, with this name if it is a text.",
    ),
    Option(
        name="setting_sources",
        carrier=Carrier.FLAG,
        wire="--setting-sources",
        takes=Takes.COMMAS,
        default=[],
        keep_empty=True,
        doc="Which settings of the machine count. None by default: settings of a project run "
        "code and steer the model.",
    ),
    Option(
        name="settings",
        carrier=Carrier.FILE,
        wire="--settings",
        check=_settings,
        secret=True,
        doc="Settings of this session, as a dictionary or the path of a file.",
    ),
    Option(
        name="sandbox",
        carrier=Carrier.FILE,
        wire="--settings",
        check=checks.json,
        doc="The `sandbox` member of the settings, with the CLI's own names.",
    ),
    Option(
        name="mcp_servers",
        carrier=Carrier.FILE,
        wire="--mcp-config",
        tidy=server_entries,
        check=checks.both(_server_names, checks.private_json),
        hint="give servers by their names: mcp_servers={'shop': [f]}",
        secret=True,
        doc="MCP servers by name: `StdioServer`, `HttpServer` or `SseServer`, or a dictionary with "
        "the CLI's own members. Secrets may stand anywhere in it.",
    ),
    Option(
        name="mcp_config",
        carrier=Carrier.FLAG,
        wire="--mcp-config",
        takes=Takes.EACH,
        tidy=forms.one_or_more,
        check=checks.each(checks.line),
        doc="Files that define MCP servers.",
    ),
    Option(
        name="strict_mcp_config",
        carrier=Carrier.FLAG,
        wire="--strict-mcp-config",
        takes=Takes.NOTHING,
        default=True,
        doc="Use the servers named here and no others the machine knows.",
    ),
    Option(
        name="sdk_mcp_servers",
        carrier=Carrier.INITIALIZE,
        wire="sdkMcpServers",
        check=checks.each(checks.line),
        doc="Names of MCP servers that this process answers for.",
    ),
    Option(
        name="sdk_mcp_server_manifests",
        carrier=Carrier.INITIALIZE,
        wire="sdkMcpServerManifests",
        check=checks.json,
        doc="What those servers would answer to the handshake; saves three round trips each.",
    ),
    Option(
        name="mcp_tool_timeout_seconds",
        carrier=Carrier.ENVIRONMENT,
        wire="MCP_TOOL_TIMEOUT",
        check=checks.both(checks.positive, checks.seconds),
        encode=forms.milliseconds,
        doc="Limit of one call of an MCP tool; the CLI has none of its own.",
    ),
    Option(
        name="plugins",
        carrier=Carrier.FLAG,
        wire="--plugin-dir",
        takes=Takes.EACH,
        check=checks.each(checks.line),
        doc="Directories or zip files of plug-ins. They run code.",
    ),
    Option(
        name="plugin_urls",
        carrier=Carrier.FLAG,
        wire="--plugin-url",
        takes=Takes.EACH,
        check=checks.each(checks.url),
        doc="Addresses of plug-ins to fetch. They run code.",
    ),
    Option(
        name="files",
        carrier=Carrier.FLAG,
        wire="--file",
        takes=Takes.EACH,
        check=checks.each(checks.line),
        doc="Files to fetch at the start, `file_id:path`; needs a session token of the vendor.",
    ),
    Option(
        name="bare",
        carrier=Carrier.FLAG,
        wire="--bare",
        takes=Takes.NOTHING,
        doc="No hooks, plug-ins, memory and CLAUDE.md; only Bash, Edit and Read; API keys only.",
    ),
    Option(
        name="safe_mode",
        carrier=Carrier.FLAG,
        wire="--safe-mode",
        takes=Takes.NOTHING,
        doc="No customisation of any kind; for finding out which one is at fault.",
    ),
)
