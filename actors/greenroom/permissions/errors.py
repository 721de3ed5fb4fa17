"""What goes wrong when people answer."""

from __future__ import annotations

from greenroom.values.errors import GreenroomError

__all__ = ["BadAnswerError", "PolicyError", "PromptGoneError"]


class PromptGoneError(GreenroomError):
    """The prompt does not wait for an answer: it was answered, withdrawn, or never existed.

    Attributes:
        prompt_id: which was meant.
    """

    code = "prompt_gone"

    def __init__(self, message: str, *, prompt_id: str) -> None:
        super().__init__(message)
        self.prompt_id = prompt_id


class BadAnswerError(GreenroomError, ValueError):
    """This is no answer to what was asked. A prompt that got one still waits."""

    code = "bad_answer"


class PolicyError(GreenroomError, ValueError):
    """A permission policy cannot be understood.

    Attributes:
        rule: the number of the rule, from 1; None if it is about no single one.
    """

    code = "bad_policy"

    def __init__(self, message: str, *, rule: int | None = None) -> None:
        super().__init__(message)
        self.rule = rule
