"""Who decides what an agent may do: handlers, policies, and people.

Nothing in here ever allows by default: what nobody decides is denied.
"""

from greenroom.permissions.answers import Allow, Ask, Deny
from greenroom.permissions.denial import Denial, merge_denials
from greenroom.permissions.dialog import Dialog, DialogReply
from greenroom.permissions.elicitation import Elicitation, ElicitationReply
from greenroom.permissions.errors import BadAnswerError, PolicyError, PromptGoneError
from greenroom.permissions.inquiry import Answer, Inquiry
from greenroom.permissions.policy import Policy, Verdict
from greenroom.permissions.prompt import PendingPrompt, answer_from_json, answer_to_json
from greenroom.permissions.prompter import Prompter
from greenroom.permissions.questions import Answers, Choice, Question, UserQuestions
from greenroom.permissions.queue import PromptQueue
from greenroom.permissions.request import PermissionRequest
from greenroom.permissions.rule import Rule
from greenroom.permissions.service import PermissionService
from greenroom.permissions.terminal_prompter import TerminalPrompter

__all__ = [
    "Allow",
    "Answer",
    "Answers",
    "Ask",
    "BadAnswerError",
    "Choice",
    "Denial",
    "Deny",
    "Dialog",
    "DialogReply",
    "Elicitation",
    "ElicitationReply",
    "Inquiry",
    "PendingPrompt",
    "PermissionRequest",
    "PermissionService",
    "Policy",
    "PolicyError",
    "PromptGoneError",
    "PromptQueue",
    "Prompter",
    "Question",
    "Rule",
    "TerminalPrompter",
    "UserQuestions",
    "Verdict",
    "answer_from_json",
    "answer_to_json",
    "merge_denials",
]
