"""The table covers the CLI: every flag, field and variable is offered or refused with a reason."""

import re

import pytest

from greenroom_protocol.claude import inputs
from greenroom_protocol.claude.control import Initialize
from greenroom_protocol.claude.options import (
    BASE_ARGV,
    CONSTANT_ENVIRONMENT,
    FIXED,
    NOT_OFFERED,
    TABLE,
    Carrier,
    OptionsDict,
    Scope,
    not_offered_table_markdown,
    options_table_markdown,
)

# `claude --help` of CLI 2.1.329, and the hidden flags that it accepts
FLAGS = """
    --add-dir --agent --agents --allow-dangerously-skip-permissions --allowedTools --allowed-tools
    --append-system-prompt --append-system-prompt-file --autocompact --await-claim
    --await-initialize --ax-screen-reader --background --bare --betas --bg --brief --chrome
    --cloud --continue --dangerously-skip-permissions --debug --debug-file --desktop
    --disable-slash-commands --disallowedTools --disallowed-tools --effort --environment
    --exclude-dynamic-system-prompt-sections --fallback-model --file --fork-session
    --forward-subagent-text --from-pr --help --ide --include-hook-events
    --include-partial-messages --input-format --json-schema --max-budget-usd
    --max-thinking-tokens --max-turns --mcp-config --model --name --no-chrome
    --no-session-persistence --output-format --permission-mode --permission-prompt-tool
    --permission-prompts --plugin-dir --plugin-url --print --prompt-suggestions --remote-control
    --remote-control-session-name-prefix --replay-user-messages --restricted --resume
    --resume-drops-turn --resume-session-at --safe-mode --session-id --session-mirror
    --setting-sources --settings --strict-mcp-config --system-prompt --system-prompt-file
    --system-prompt-snapshot --task-budget --teleport --thinking --thinking-display --tmux
    --tools --verbose --version --worktree
"""

VARIABLES = """
    CLAUDE_CODE_ENTRYPOINT CLAUDE_AGENT_SDK_VERSION CLAUDE_CODE_SDK_READS_SESSION_STATE
    CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS CLAUDECODE PWD
    CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING CLAUDE_AGENT_SDK_CLIENT_APP TRACEPARENT TRACESTATE
    CLAUDE_CODE_STREAM_CLOSE_TIMEOUT CLAUDE_CODE_PRINT_BG_WAIT_CEILING_MS ANTHROPIC_API_KEY
    CLAUDE_CODE_OAUTH_TOKEN ANTHROPIC_BASE_URL CLAUDE_CONFIG_DIR TMPDIR CLAUDE_CODE_MAX_RETRIES
    MCP_TOOL_TIMEOUT CLAUDE_CODE_MAX_OUTPUT_TOKENS API_TIMEOUT_MS
    CLAUDE_CODE_STARTUP_FAILURE_RESULTS CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC
    DISABLE_TELEMETRY DISABLE_AUTOUPDATER DISABLE_ERROR_REPORTING
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS
"""

GIVEN_BY_THE_SESSION = {"hooks", "sdkMcpServerConfigs", "plugins", "mcpServers"}
"""Fields that hold callbacks, or that have a flag of their own for every kind of start."""


def offered():
    return {
        name
        for option in TABLE.values()
        for name in (option.wire, option.replaces, *option.aliases)
    }


@pytest.mark.parametrize("name", sorted({*FLAGS.split(), *VARIABLES.split()}))
def test_everything_the_cli_knows_is_offered_or_refused_with_a_reason(name):
    refused = {alias for flag, no in NOT_OFFERED.items() for alias in (flag, *no.aliases)}
    places = [offered(), set(FIXED), set(CONSTANT_ENVIRONMENT), refused]
    assert sum(name in place for place in places) == 1


def test_every_flag_of_the_table_is_one_of_the_cli():
    flags = {name for name in offered() if name and name.startswith("--")}
    assert flags - {"--*"} <= set(FLAGS.split())


def test_every_field_of_the_handshake_has_an_option():
    fields = {option.wire for option in TABLE.values() if option.carrier is Carrier.INITIALIZE}
    assert fields == set(Initialize.__struct_encode_fields__) - GIVEN_BY_THE_SESSION


def test_the_typed_names_are_the_names_of_the_table():
    assert set(OptionsDict.__annotations__) == set(TABLE)


def test_no_secret_travels_on_the_command_line():
    carriers = {option.carrier for option in TABLE.values() if option.secret}
    assert Carrier.FLAG not in carriers
    assert Carrier.INITIALIZE not in carriers


def test_a_query_can_change_what_a_request_or_the_prompt_carries():
    names = {option.name for option in TABLE.values() if option.scope is Scope.QUERY}
    assert names == {"model", "permission_mode", "max_thinking_tokens", "verbatim", "priority"}


def test_members_of_the_prompt_are_members_of_the_prompt():
    for option in TABLE.values():
        if option.carrier is Carrier.MESSAGE:
            assert option.wire in inputs.UserMessage.__struct_fields__


def test_the_base_is_what_stream_json_needs():
    assert BASE_ARGV == (
        "--output-format=stream-json",
        "--verbose",
        "--input-format=stream-json",
    )


@pytest.mark.parametrize("option", TABLE.values(), ids=TABLE)
def test_every_option_is_explained_in_sentences(option):
    assert re.fullmatch(r"[A-Z`].*[.]", option.doc)
    assert "\n" not in option.doc


def test_the_markdown_has_a_row_for_each():
    lines = options_table_markdown().splitlines()
    assert [line.split("`")[1] for line in lines[2:]] == list(TABLE)
    columns = {len(re.split(r"(?<!\\)\|", line)) for line in lines}
    assert columns == {8}
    assert "`str \\| Sequence[str]`" in lines[2]
    assert "Union" not in options_table_markdown()


def test_the_markdown_gives_a_reason_for_what_is_not_offered():
    lines = not_offered_table_markdown().splitlines()[2:]
    assert len(lines) == len(FIXED) + len(NOT_OFFERED)
    assert all(re.fullmatch(r"\| `[^`]+` \| .+ \|", line) for line in lines)
