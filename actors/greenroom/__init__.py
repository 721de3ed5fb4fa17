"""Coding-agent CLIs as supervised actors.

The names here are imported on first use, so that ``import greenroom`` costs next to nothing. What
the frames of a CLI look like is in :mod:`greenroom_protocol`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greenroom.agents.agent import Agent as Agent
    from greenroom.agents.declaration import AgentSpec as AgentSpec
    from greenroom.agents.errors import AgentDownError as AgentDownError
    from greenroom.agents.errors import AgentError as AgentError
    from greenroom.agents.errors import AgentNotFoundError as AgentNotFoundError
    from greenroom.agents.errors import AgentsRunningError as AgentsRunningError
    from greenroom.agents.fleet import Fleet as Fleet
    from greenroom.agents.record_store import RecordStore as RecordStore
    from greenroom.agents.status import AgentPhase as AgentPhase
    from greenroom.agents.status import AgentStatus as AgentStatus
    from greenroom.agents.toml import load_agents as load_agents
    from greenroom.agents.upkeep import Upkeep as Upkeep
    from greenroom.callbacks import Call as Call
    from greenroom.callbacks import CancelSignal as CancelSignal
    from greenroom.hooks import Hook as Hook
    from greenroom.hooks import Hooks as Hooks
    from greenroom.hooks import log_hooks as log_hooks
    from greenroom.mcp import McpBadAnswer as McpBadAnswer
    from greenroom.mcp import McpCall as McpCall
    from greenroom.mcp import McpCancelled as McpCancelled
    from greenroom.mcp import McpConnection as McpConnection
    from greenroom.mcp import McpError as McpError
    from greenroom.mcp import McpInfo as McpInfo
    from greenroom.mcp import McpPackageMissing as McpPackageMissing
    from greenroom.mcp import McpRefused as McpRefused
    from greenroom.mcp import McpServerDown as McpServerDown
    from greenroom.mcp import McpTimedOut as McpTimedOut
    from greenroom.mcp import Restarts as Restarts
    from greenroom.permissions import Allow as Allow
    from greenroom.permissions import Answers as Answers
    from greenroom.permissions import Ask as Ask
    from greenroom.permissions import BadAnswerError as BadAnswerError
    from greenroom.permissions import Denial as Denial
    from greenroom.permissions import Deny as Deny
    from greenroom.permissions import Dialog as Dialog
    from greenroom.permissions import DialogReply as DialogReply
    from greenroom.permissions import Elicitation as Elicitation
    from greenroom.permissions import ElicitationReply as ElicitationReply
    from greenroom.permissions import PendingPrompt as PendingPrompt
    from greenroom.permissions import PermissionRequest as PermissionRequest
    from greenroom.permissions import Policy as Policy
    from greenroom.permissions import PolicyError as PolicyError
    from greenroom.permissions import Prompter as Prompter
    from greenroom.permissions import PromptGoneError as PromptGoneError
    from greenroom.permissions import PromptQueue as PromptQueue
    from greenroom.permissions import Rule as Rule
    from greenroom.permissions import TerminalPrompter as TerminalPrompter
    from greenroom.permissions import UserQuestions as UserQuestions
    from greenroom.runtime.backoff import Backoff as Backoff
    from greenroom.runtime.process import Containment as Containment
    from greenroom.runtime.process import ContainmentError as ContainmentError
    from greenroom.runtime.registry import Registry as Registry
    from greenroom.runtime.supervision import ChildSpec as ChildSpec
    from greenroom.runtime.supervision import DynamicSupervisor as DynamicSupervisor
    from greenroom.runtime.supervision import PartitionSupervisor as PartitionSupervisor
    from greenroom.runtime.supervision import Supervisor as Supervisor
    from greenroom.session import QueuedTurn as QueuedTurn
    from greenroom.session import Session as Session
    from greenroom.session import SessionInfo as SessionInfo
    from greenroom.session.resumption import Past as Past
    from greenroom.structured import ShapeError as ShapeError
    from greenroom.system import Shutdown as Shutdown
    from greenroom.system import SignalShutdown as SignalShutdown
    from greenroom.system import System as System
    from greenroom.system import ask as ask
    from greenroom.system import default_system as default_system
    from greenroom.system import shutdown_on_signals as shutdown_on_signals
    from greenroom.tools import Image as Image
    from greenroom.tools import Tool as Tool
    from greenroom.tools import ToolAnnotations as ToolAnnotations
    from greenroom.tools import ToolContext as ToolContext
    from greenroom.tools import ToolDescription as ToolDescription
    from greenroom.tools import ToolError as ToolError
    from greenroom.tools import ToolProblem as ToolProblem
    from greenroom.tools import ToolRegistry as ToolRegistry
    from greenroom.tools import ToolResult as ToolResult
    from greenroom.tools import ToolServers as ToolServers
    from greenroom.tools import ToolUsage as ToolUsage
    from greenroom.tools import tool as tool
    from greenroom.turn import Collected as Collected
    from greenroom.turn import Flow as Flow
    from greenroom.turn import ToolCall as ToolCall
    from greenroom.turn import Turn as Turn
    from greenroom.turn import TurnOver as TurnOver
    from greenroom.turn.tree import AgentNode as AgentNode
    from greenroom.turn.tree import CallNode as CallNode
    from greenroom.turn.tree import TurnTree as TurnTree
    from greenroom.values.backlog import Backlog as Backlog
    from greenroom.values.backlog import Overflow as Overflow
    from greenroom.values.callback_failure import CallbackFailure as CallbackFailure
    from greenroom.values.callback_failure import CallbackFault as CallbackFault
    from greenroom.values.deadlines import Deadlines as Deadlines
    from greenroom.values.deadlines import Phase as Phase
    from greenroom.values.errors import CliNotFoundError as CliNotFoundError
    from greenroom.values.errors import ConfigurationError as ConfigurationError
    from greenroom.values.errors import ControlError as ControlError
    from greenroom.values.errors import ControlLost as ControlLost
    from greenroom.values.errors import ControlRefused as ControlRefused
    from greenroom.values.errors import ControlTimedOut as ControlTimedOut
    from greenroom.values.errors import GreenroomError as GreenroomError
    from greenroom.values.errors import RealAgentForbiddenError as RealAgentForbiddenError
    from greenroom.values.errors import SessionStoppedError as SessionStoppedError
    from greenroom.values.errors import TurnNotQueuedError as TurnNotQueuedError
    from greenroom.values.outcomes import ApiFailed as ApiFailed
    from greenroom.values.outcomes import AuthenticationFailed as AuthenticationFailed
    from greenroom.values.outcomes import Cancelled as Cancelled
    from greenroom.values.outcomes import Completed as Completed
    from greenroom.values.outcomes import Crashed as Crashed
    from greenroom.values.outcomes import FailureContext as FailureContext
    from greenroom.values.outcomes import Interrupted as Interrupted
    from greenroom.values.outcomes import LimitReached as LimitReached
    from greenroom.values.outcomes import Outcome as Outcome
    from greenroom.values.outcomes import RateLimited as RateLimited
    from greenroom.values.outcomes import Refused as Refused
    from greenroom.values.outcomes import Rejected as Rejected
    from greenroom.values.outcomes import SchemaFailed as SchemaFailed
    from greenroom.values.outcomes import StartFailed as StartFailed
    from greenroom.values.outcomes import TimedOut as TimedOut
    from greenroom.values.outcomes import Truncated as Truncated
    from greenroom.values.outcomes import TurnError as TurnError
    from greenroom.values.recovery import Recovery as Recovery
    from greenroom.values.usage import Spend as Spend
    from greenroom.values.usage import Totals as Totals
    from greenroom_protocol import Secret as Secret
    from greenroom_protocol.claude.control import AgentDefinition as AgentDefinition
    from greenroom_protocol.claude.options import BypassPermissions as BypassPermissions
    from greenroom_protocol.claude.options import HttpServer as HttpServer
    from greenroom_protocol.claude.options import SseServer as SseServer
    from greenroom_protocol.claude.options import StdioServer as StdioServer

__version__ = "0.1.0"

_HOMES = {
    "greenroom.agents.agent": ("Agent",),
    "greenroom.agents.declaration": ("AgentSpec",),
    "greenroom.agents.errors": (
        "AgentDownError",
        "AgentError",
        "AgentNotFoundError",
        "AgentsRunningError",
    ),
    "greenroom.agents.fleet": ("Fleet",),
    "greenroom.agents.record_store": ("RecordStore",),
    "greenroom.agents.status": ("AgentPhase", "AgentStatus"),
    "greenroom.agents.toml": ("load_agents",),
    "greenroom.agents.upkeep": ("Upkeep",),
    "greenroom.callbacks": ("Call", "CancelSignal"),
    "greenroom.hooks": ("Hook", "Hooks", "log_hooks"),
    "greenroom.mcp": (
        "McpBadAnswer",
        "McpCancelled",
        "McpCall",
        "McpConnection",
        "McpRefused",
        "McpError",
        "McpInfo",
        "McpPackageMissing",
        "McpServerDown",
        "McpTimedOut",
        "Restarts",
    ),
    "greenroom.permissions": (
        "Allow",
        "Answers",
        "Ask",
        "BadAnswerError",
        "Denial",
        "Deny",
        "Dialog",
        "DialogReply",
        "Elicitation",
        "ElicitationReply",
        "PermissionRequest",
        "Policy",
        "PolicyError",
        "PendingPrompt",
        "PromptGoneError",
        "PromptQueue",
        "Prompter",
        "Rule",
        "TerminalPrompter",
        "UserQuestions",
    ),
    "greenroom.runtime.backoff": ("Backoff",),
    "greenroom.runtime.process": ("Containment", "ContainmentError"),
    "greenroom.runtime.registry": ("Registry",),
    "greenroom.runtime.supervision": (
        "ChildSpec",
        "DynamicSupervisor",
        "PartitionSupervisor",
        "Supervisor",
    ),
    "greenroom.session": ("QueuedTurn", "Session", "SessionInfo"),
    "greenroom.session.resumption": ("Past",),
    "greenroom.structured": ("ShapeError",),
    "greenroom.system": (
        "Shutdown",
        "SignalShutdown",
        "System",
        "ask",
        "default_system",
        "shutdown_on_signals",
    ),
    "greenroom.tools": (
        "Image",
        "Tool",
        "ToolAnnotations",
        "ToolContext",
        "ToolDescription",
        "ToolError",
        "ToolProblem",
        "ToolRegistry",
        "ToolResult",
        "ToolServers",
        "ToolUsage",
        "tool",
    ),
    "greenroom.turn": ("Collected", "Flow", "ToolCall", "Turn", "TurnOver"),
    "greenroom.turn.tree": ("AgentNode", "CallNode", "TurnTree"),
    "greenroom.values.backlog": ("Backlog", "Overflow"),
    "greenroom.values.callback_failure": ("CallbackFailure", "CallbackFault"),
    "greenroom.values.deadlines": ("Deadlines", "Phase"),
    "greenroom.values.errors": (
        "CliNotFoundError",
        "ConfigurationError",
        "ControlError",
        "ControlLost",
        "ControlRefused",
        "ControlTimedOut",
        "GreenroomError",
        "RealAgentForbiddenError",
        "SessionStoppedError",
        "TurnNotQueuedError",
    ),
    "greenroom.values.outcomes": (
        "ApiFailed",
        "AuthenticationFailed",
        "Cancelled",
        "Completed",
        "Crashed",
        "FailureContext",
        "Interrupted",
        "LimitReached",
        "Outcome",
        "RateLimited",
        "Refused",
        "Rejected",
        "SchemaFailed",
        "StartFailed",
        "TimedOut",
        "Truncated",
        "TurnError",
    ),
    "greenroom.values.recovery": ("Recovery",),
    "greenroom.values.usage": ("Spend", "Totals"),
    "greenroom_protocol": ("Secret",),
    "greenroom_protocol.claude.control": ("AgentDefinition",),
    "greenroom_protocol.claude.options": (
        "BypassPermissions",
        "HttpServer",
        "SseServer",
        "StdioServer",
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = ["__version__", *_HOME_OF]  # noqa: PLE0604 - a list of strings all the same


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'greenroom' has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
