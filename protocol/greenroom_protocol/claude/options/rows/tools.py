"""Rows: tools, permissions, sub-agents."""

from __future__ import annotations

from typing import Final

from greenroom_protocol.claude.options import checks, forms
from greenroom_protocol.claude.options.agents import agent_definitions, check_agents
from greenroom_protocol.claude.options.row import Carrier, Option, Scope, Takes

__all__ = ["TOOLS"]

TOOLS: Final = (
    Option(
        name="tools",
        carrier=Carrier.FLAG,
        wire="--tools",
        takes=Takes.COMMAS,
        keep_empty=True,
        check=checks.each(checks.tool),
        doc="The built-in tools that exist at all: names, `[]` for none, or `default`. Unknown "
        "names are ignored by the CLI.",
    ),
    Option(
        name="allowed_tools",
        carrier=Carrier.FLAG,
        wire="--allowedTools",
        aliases=("--allowed-tools",),
        takes=Takes.COMMAS,
        check=checks.each(checks.rule),
        doc="Rules such as `Bash(git *)` that run without asking. They add permissions and take "
        "none away: see `tools` and `disallowed_tools`.",
    ),
    Option(
        name="disallowed_tools",
        carrier=Carrier.FLAG,
        wire="--disallowedTools",
        aliases=("--disallowed-tools",),
        takes=Takes.COMMAS,
        check=checks.each(checks.rule),
        doc="Tools or rules that are denied, whatever else allows them.",
    ),
    Option(
        name="tool_aliases",
        carrier=Carrier.INITIALIZE,
        wire="toolAliases",
        check=checks.json,
        doc="Other names for built-in tools.",
    ),
    Option(
        name="permission_mode",
        carrier=Carrier.FLAG,
        wire="--permission-mode",
        scope=Scope.QUERY,
        doc="What happens to a tool that no rule settles. Bypassing needs the object "
        "`BypassPermissions(reason=...)`, and is refused by the CLI as root.",
    ),
    Option(
        name="permission_prompt_tool",
        carrier=Carrier.FLAG,
        wire="--permission-prompt-tool",
        check=checks.line,
        doc="Who is asked: an MCP tool, or `stdio` for this process, which a permission handler "
        "sets by itself. `stdio` also adds the tools AskUserQuestion, EnterPlanMode, ExitPlanMode.",
    ),
    Option(
        name="permission_prompts",
        carrier=Carrier.FLAG,
        wire="--permission-prompts",
        doc="`none` denies whatever would ask.",
    ),
    Option(
        name="dangerously_skip_permissions",
        carrier=Carrier.FLAG,
        wire="--dangerously-skip-permissions",
        takes=Takes.NOTHING,
        doc="The same as `permission_mode=BypassPermissions(...)`, and wants the same object.",
    ),
    Option(
        name="allow_dangerously_skip_permissions",
        carrier=Carrier.FLAG,
        wire="--allow-dangerously-skip-permissions",
        takes=Takes.NOTHING,
        doc="Lets a later query bypass permissions; wants a `BypassPermissions` object.",
    ),
    Option(
        name="restricted",
        carrier=Carrier.FLAG,
        wire="--restricted",
        takes=Takes.NOTHING,
        doc="No tools that run code or fetch from the web unless `tools` names them, no settings "
        "files, file tools confined to the working directories, no bypassing.",
    ),
    Option(
        name="agents",
        carrier=Carrier.INITIALIZE,
        wire="agents",
        replaces="--agents",
        tidy=agent_definitions,
        check=check_agents,
        doc="Sub-agents by name, as `AgentDefinition`s or dictionaries.",
    ),
    Option(
        name="agent",
        carrier=Carrier.FLAG,
        wire="--agent",
        check=checks.line,
        doc="The agent that leads the conversation.",
    ),
    Option(
        name="skills",
        carrier=Carrier.INITIALIZE,
        wire="skills",
        check=checks.each(checks.skill),
        doc="Skills the model may use: names, or `all`. Adds a `Skill(...)` rule to "
        "`allowed_tools` for each. Which skills exist depends on `setting_sources` and `plugins`.",
    ),
    Option(
        name="disable_slash_commands",
        carrier=Carrier.FLAG,
        wire="--disable-slash-commands",
        takes=Takes.NOTHING,
        doc="No skills and commands at all. `/clear` then answers success and clears nothing.",
    ),
    Option(
        name="brief",
        carrier=Carrier.FLAG,
        wire="--brief",
        takes=Takes.NOTHING,
        doc="Give the model the tool SendUserMessage.",
    ),
    Option(
        name="background_tasks",
        carrier=Carrier.ENVIRONMENT,
        wire="CLAUDE_CODE_DISABLE_BACKGROUND_TASKS",
        encode=forms.opt_out,
        doc="False keeps shells and sub-agents in the foreground.",
    ),
)
