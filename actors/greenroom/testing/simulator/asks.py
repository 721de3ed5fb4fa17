"""Questions the simulated CLI puts to its client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenroom.testing.simulator.ids import new_uuid
from greenroom.testing.simulator.waiting import until_or_after

if TYPE_CHECKING:
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.tasks import Play

__all__ = ["Question", "Questions"]

STREAM_CLOSED = "stream closed before response received"


class Question:
    """One ``control_request`` to the client.

    Attributes:
        answer: the ``response`` of a success; None for an error.
        error: the text of an error answer, of a withdrawal, or of a closed stdin.
        done: whether there will be no other answer.
    """

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        self.answer: Any = None
        self.error: str | None = None
        self.done = False

    def is_done(self) -> bool:
        """Whether it is settled."""
        return self.done

    def settle(self, answer: Any, error: str | None) -> None:
        """Take the answer; later ones are ignored."""
        if not self.done:
            self.answer, self.error, self.done = answer, error, True


class Questions:
    """Every open question, by request id."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._open: dict[str, Question] = {}
        self._closed = False

    def ask(self, request: dict[str, Any]) -> Question:
        """Send a request. After the end of stdin it fails at once, unsent."""
        question = Question(new_uuid())
        if self._closed:
            question.settle(None, STREAM_CLOSED)
            return question
        self._open[question.request_id] = question
        self._stage.emit(
            {
                "type": "control_request",
                "request_id": question.request_id,
                "request": request,
            }
        )
        return question

    def answered(self, response: dict[str, Any]) -> None:
        """Take a ``control_response``; unknown ids are ignored."""
        question = self._open.pop(str(response.get("request_id")), None)
        if question is None:
            return
        if response.get("subtype") == "success":
            question.settle(response.get("response"), None)
        else:
            question.settle(None, str(response.get("error")))

    def withdraw(self, question: Question, reason: str) -> None:
        """Send ``control_cancel_request`` for a question that is open."""
        if self._open.pop(question.request_id, None) is None:
            return
        cancel = {"type": "control_cancel_request", "request_id": question.request_id}
        self._stage.emit(cancel)
        question.settle(None, reason)

    def withdraw_all(self) -> None:
        """Withdraw every open question, as an interrupt does."""
        for question in list(self._open.values()):
            self.withdraw(question, "interrupted")

    def close(self) -> None:
        """Fail every open question: nobody can answer any more."""
        self._closed = True
        for question in self._open.values():
            question.settle(None, STREAM_CLOSED)
        self._open.clear()

    def wait(self, questions: list[Question], seconds: float | None) -> Play:
        """Wait until all are settled; withdraw what is open after ``seconds``."""
        yield from until_or_after(lambda: all(each.done for each in questions), seconds)
        for question in questions:
            self.withdraw(question, "did not respond before its timeout")
