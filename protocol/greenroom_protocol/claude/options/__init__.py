"""Options of Claude Code: one table, checked, merged, rendered and read back. Pure."""

from __future__ import annotations

from greenroom_protocol.claude.options.commander import Argv, read_argv
from greenroom_protocol.claude.options.credentials import CREDENTIAL_VARIABLES, Credentials
from greenroom_protocol.claude.options.docs import (
    not_offered_table_markdown,
    options_table_markdown,
)
from greenroom_protocol.claude.options.error import OptionError
from greenroom_protocol.claude.options.file import OptionFile
from greenroom_protocol.claude.options.flags import (
    BASE_ARGV,
    CONSTANT_ENVIRONMENT,
    FIXED,
    NOT_OFFERED,
)
from greenroom_protocol.claude.options.mcp_config import (
    HttpServer,
    McpServerConfig,
    SseServer,
    StdioServer,
)
from greenroom_protocol.claude.options.options import (
    OptionOrigin,
    Options,
    check_options,
    merge_options,
)
from greenroom_protocol.claude.options.parse import parse_argv
from greenroom_protocol.claude.options.row import Carrier, Option, Scope, Takes
from greenroom_protocol.claude.options.table import TABLE
from greenroom_protocol.claude.options.types import (
    Auth,
    BypassPermissions,
    OptionsDict,
    PermissionMode,
    StrPath,
)

__all__ = [
    "BASE_ARGV",
    "CONSTANT_ENVIRONMENT",
    "CREDENTIAL_VARIABLES",
    "FIXED",
    "NOT_OFFERED",
    "TABLE",
    "Argv",
    "Auth",
    "BypassPermissions",
    "Carrier",
    "Credentials",
    "HttpServer",
    "McpServerConfig",
    "Option",
    "OptionError",
    "OptionFile",
    "OptionOrigin",
    "Options",
    "OptionsDict",
    "PermissionMode",
    "Scope",
    "SseServer",
    "StdioServer",
    "StrPath",
    "Takes",
    "check_options",
    "merge_options",
    "not_offered_table_markdown",
    "options_table_markdown",
    "parse_argv",
    "read_argv",
]
