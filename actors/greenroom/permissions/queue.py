"""Questions for people who answer from elsewhere: another thread, a web page, another process."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self, final

import pykka

from greenroom.permissions.errors import PromptGoneError
from greenroom.permissions.inquiry import check_answer, closed_answer
from greenroom.permissions.prompt import PendingPrompt, answer_from_json
from greenroom.runtime.future import Future
from greenroom.runtime.log import report_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.callbacks import Call
    from greenroom.permissions.inquiry import Inquiry

__all__ = ["PromptQueue"]

_REMEMBERED: Final = 1_000
"""Prompts of which it is known how they went; the rest is forgotten."""


@final
class PromptQueue:
    """A prompter whose questions wait until somebody answers. All methods from any thread.

    Nothing limits how long that takes but the turn: when it ends, or the CLI wants no answer any
    more, the prompt is withdrawn. A waiting prompt holds no thread. One queue may serve many
    sessions.

    Whoever answers takes prompts one by one (`wait`, ``async for``), looks at all of them
    (`pending`), or is told of each (`on_prompt`).

    Args:
        now: tells the time for `asked_at`.
    """

    def __init__(self, *, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._open: dict[str, tuple[PendingPrompt, Future[Any]]] = {}
        self._untaken: deque[str] = deque()
        self._takers: deque[Future[PendingPrompt]] = deque()
        self._watchers: list[Callable[[PendingPrompt], object]] = []
        self._gone: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"<PromptQueue with {len(self._open)} open>"

    # --- asking -------------------------------------------------------------------------------

    def ask(self, inquiry: Inquiry, call: Call, /) -> Future[Any]:
        """Add a prompt; return the future of its answer. Called for a session."""
        prompt = PendingPrompt(
            id=os.urandom(16).hex(),
            inquiry=inquiry,
            asked_at=self._now(),
            session_id=call.session_id,
            turn_id=call.turn_id,
        )
        future: Future[Any] = Future()
        with self._lock:
            self._open[prompt.id] = (prompt, future)
        call.signal.on_cancel(partial(self._withdraw, prompt.id, call), quick=True)
        with self._lock:
            watchers = list(self._watchers) if prompt.id in self._open else []
            taker = self._offer(prompt.id)
        if taker is not None:
            taker.settle(prompt)
        for watcher in watchers:
            _tell(watcher, prompt)
        return future

    def _withdraw(self, prompt_id: str, call: Call) -> None:
        taken = self._close(prompt_id, f"was withdrawn: {call.signal.reason}")
        if taken is not None:
            taken[1].fail(self._gone_error(prompt_id))

    # --- looking ------------------------------------------------------------------------------

    def pending(self) -> tuple[PendingPrompt, ...]:
        """Return all prompts that wait for an answer, the oldest first."""
        with self._lock:
            return tuple(prompt for prompt, _ in self._open.values())

    def wait(self, timeout: float | None = None) -> PendingPrompt | None:
        """Return the next prompt that nobody has taken yet; each is taken once.

        Args:
            timeout: seconds to wait for one at most; None waits for ever.

        Returns:
            None if none came in time.
        """
        future = self._take()
        try:
            prompt: PendingPrompt = future.get(timeout=timeout)
        except pykka.Timeout:
            return self._leave(future)
        except BaseException:  # Ctrl-C while waiting: the prompt is for somebody else
            self._put_back(self._leave(future))
            raise
        return prompt

    def __aiter__(self) -> Self:
        """Take prompts in a task, as `wait` does; ends with the task, or by ``break``."""
        return self

    async def __anext__(self) -> PendingPrompt:
        future = self._take()
        try:
            return await future
        except BaseException:  # the task is cancelled
            self._put_back(self._leave(future))
            raise

    def on_prompt(self, callback: Callable[[PendingPrompt], object]) -> Callable[[], None]:
        """Have `callback` called with each prompt from now on; return what ends that.

        It is called by the thread that asks, so it must be quick; what it raises is logged.
        """
        with self._lock:
            self._watchers.append(callback)

        def forget() -> None:
            with self._lock:
                if callback in self._watchers:
                    self._watchers.remove(callback)

        return forget

    # --- answering ----------------------------------------------------------------------------

    def answer(self, prompt_id: str, answer: Any) -> None:
        """Answer a prompt. The first answer counts.

        Args:
            prompt_id: of the prompt.
            answer: one that fits what is asked, see `Prompter.ask`.

        Raises:
            PromptGoneError: the prompt was answered or withdrawn, or never existed.
            BadAnswerError: the answer does not fit; the prompt still waits.
        """
        with self._lock:
            entry = self._open.get(prompt_id)
        if entry is not None:
            check_answer(entry[0].inquiry, answer)
            entry = self._close(prompt_id, "was answered already")
        if entry is None:
            raise self._gone_error(prompt_id)
        entry[1].settle(answer)

    def answer_json(self, prompt_id: str, data: bytes | str) -> None:
        """Answer a prompt by JSON, such as ``{"kind": "allow"}``; see `answer_to_json`.

        Raises:
            PromptGoneError: as `answer`.
            BadAnswerError: as `answer`, and if `data` is no answer at all.
        """
        self.answer(prompt_id, answer_from_json(data))

    def refuse(self, prompt_id: str, reason: str) -> None:
        """Give the answer that allows nothing, whatever is asked; `reason` may reach the model.

        Raises:
            PromptGoneError: as `answer`.
        """
        with self._lock:
            entry = self._open.get(prompt_id)
        if entry is None:
            raise self._gone_error(prompt_id)
        self.answer(prompt_id, closed_answer(entry[0].inquiry, reason))

    # --- the inside ---------------------------------------------------------------------------

    def _close(self, prompt_id: str, why: str) -> tuple[PendingPrompt, Future[Any]] | None:
        """Take a prompt out, if it is still there, and remember `why`."""
        with self._lock:
            entry = self._open.pop(prompt_id, None)
            if entry is not None:
                self._gone[prompt_id] = why
                if len(self._gone) > _REMEMBERED:
                    del self._gone[next(iter(self._gone))]
                if prompt_id in self._untaken:
                    self._untaken.remove(prompt_id)
            return entry

    def _gone_error(self, prompt_id: str) -> PromptGoneError:
        why = self._gone.get(prompt_id, "is not known here")
        return PromptGoneError(f"the prompt {prompt_id!r:.60} {why}", prompt_id=str(prompt_id))

    def _offer(self, prompt_id: str) -> Future[PendingPrompt] | None:
        """Return who waits for a prompt; if nobody does, leave it for the next. Locked."""
        if prompt_id not in self._open:
            return None
        if self._takers:
            return self._takers.popleft()
        self._untaken.append(prompt_id)
        return None

    def _take(self) -> Future[PendingPrompt]:
        future: Future[PendingPrompt] = Future()
        with self._lock:
            if self._untaken:
                future.settle(self._open[self._untaken.popleft()][0])
            else:
                self._takers.append(future)
        return future

    def _leave(self, future: Future[PendingPrompt]) -> PendingPrompt | None:
        """Take back a wish for a prompt; return the prompt if it was granted meanwhile."""
        with self._lock:
            if future in self._takers:
                self._takers.remove(future)
                return None
        prompt: PendingPrompt = future.get()  # whoever took the wish out grants it at once
        return prompt

    def _put_back(self, prompt: PendingPrompt | None) -> None:
        if prompt is None:
            return
        with self._lock:
            taker = self._offer(prompt.id)
            if taker is None and prompt.id in self._untaken:
                self._untaken.remove(prompt.id)
                self._untaken.appendleft(prompt.id)
        if taker is not None:
            taker.settle(prompt)


def _tell(watcher: Callable[[PendingPrompt], object], prompt: PendingPrompt) -> None:
    try:
        watcher(prompt)
    except Exception as error:  # noqa: BLE001 - who asks has done nothing wrong
        report_error(__name__, "prompt_watcher_failed", error, prompt_id=prompt.id)
