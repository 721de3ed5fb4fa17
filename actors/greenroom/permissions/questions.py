"""Questions that the agent asks the user, and what the user says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

import msgspec

from greenroom.permissions.answers import Allow
from greenroom_protocol.errors import shown

if TYPE_CHECKING:
    from greenroom.permissions.request import PermissionRequest

__all__ = ["ASKING_TOOL", "Answers", "Choice", "Question", "UserQuestions"]

ASKING_TOOL: Final = "AskUserQuestion"
"""The tool with which the model asks the user; the CLI wants a permission for it."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One of the answers that are offered.

    Attributes:
        label: by which it is chosen.
        description: what it means.
        preview: a sketch of what it leads to, of one or more lines.
    """

    label: str
    description: str = ""
    preview: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True, rename={"multi_select": "multiSelect"}):
    """One question.

    Attributes:
        question: its text, by which it is answered.
        header: a word or two above it.
        options: the answers that are offered; another text is an answer, too.
        multi_select: several may be chosen.
    """

    question: str
    header: str = ""
    options: tuple[Choice, ...] = ()
    multi_select: bool = False


class UserQuestions(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="questions"):
    """The agent asks the user something. Answered by `Answers`, or by `Deny`.

    Attributes:
        questions: one or more.
        input: of the tool, as the model wrote it.
        tool_use_id: the tool call.
        agent_id: the sub-agent that asks; None for the main conversation.
    """

    questions: tuple[Question, ...]
    input: dict[str, Any] = msgspec.field(default_factory=dict)
    tool_use_id: str = ""
    agent_id: str | None = None

    @classmethod
    def of(cls, request: PermissionRequest) -> Self:
        """Return the questions that `request` for the asking tool holds.

        Raises:
            ValueError: it holds none, one of another shape, or one twice.
        """
        questions = msgspec.convert(request.input.get("questions", ()), tuple[Question, ...])
        if not questions or len({one.question for one in questions}) != len(questions):
            raise ValueError(f"there must be questions, each once: {shown(request.input)}")
        return cls(
            questions=questions,
            input=request.input,
            tool_use_id=request.tool_use_id,
            agent_id=request.agent_id,
        )


class Answers(
    msgspec.Struct, frozen=True, tag_field="kind", tag="answers", forbid_unknown_fields=True
):
    """What the user says.

    Args:
        answers: for the text of each question a label, or another text; for a question with
            `multi_select` also a list of them.
    """

    answers: dict[str, str | tuple[str, ...]]

    def problem(self, asked: UserQuestions) -> str | None:
        """Return why these are no answers to what was `asked`; None if they are."""
        given: object = self.answers
        if not isinstance(given, dict):
            return f"answers are a dictionary of question and label, not {shown(given)}"
        texts = [one.question for one in asked.questions]
        unknown = [text for text in given if text not in texts]
        if unknown:
            return f"nobody asked {shown(unknown[0])}; the questions are {shown(texts)}"
        wrong = (_wrong(one, given.get(one.question)) for one in asked.questions)
        return next((problem for problem in wrong if problem), None)

    def allow(self, asked: UserQuestions) -> Allow:
        """Return the permission that carries them to the model."""
        answers = {
            one.question: _text(self.answers[one.question])
            for one in asked.questions  # in the order of the questions
        }
        return Allow(input={**asked.input, "answers": answers})


def _wrong(question: Question, answer: object) -> str | None:
    if answer is None:
        return f"there is no answer to {shown(question.question)}"
    texts = answer if isinstance(answer, list | tuple) and question.multi_select else (answer,)
    if texts and all(isinstance(text, str) and text.strip() for text in texts):
        return None
    wanted = "a text or a list of texts" if question.multi_select else "one text"
    return f"the answer to {shown(question.question)} must be {wanted}, not {shown(answer)}"


def _text(answer: str | tuple[str, ...]) -> str:
    return answer if isinstance(answer, str) else ", ".join(answer)
