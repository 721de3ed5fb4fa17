"""Steps that ask the client: permissions, hooks, its tools, anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from greenroom.testing import scenario as steps
from greenroom.testing.simulator.ids import new_uuid
from greenroom.testing.simulator.mcp import rpc_result
from greenroom.testing.simulator.placeholders import fill

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from greenroom.testing.scenario import Step
    from greenroom.testing.simulator.asks import Question, Questions
    from greenroom.testing.simulator.mcp import McpServers
    from greenroom.testing.simulator.speech import Speech
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.tasks import Play
    from greenroom.testing.simulator.turn_run import TurnRun

    PlaySteps = Callable[[Sequence[Step], TurnRun], Play]

__all__ = ["Interview", "TurnAbortedError"]


class TurnAbortedError(Exception):
    """A permission answer with ``interrupt`` ends the turn as an interrupt would.

    Given to a sub-agent it ends that alone.
    """


class Interview:
    """Plays the asking steps; ``play`` plays the steps inside them."""

    def __init__(
        self, stage: Stage, speech: Speech, questions: Questions, servers: McpServers
    ) -> None:
        self._stage = stage
        self._speech = speech
        self._questions = questions
        self._servers = servers
        self.hooks: dict[str, list[dict[str, Any]]] = {}

    def table(self, play: PlaySteps) -> dict[type, Callable[[Any, TurnRun], Play]]:
        """The step each method plays."""
        return {
            steps.Ask: self._ask,
            steps.Permission: lambda step, run: self._permission(step, run, play),
            steps.Hook: self._hook,
            steps.McpCall: self._mcp_call,
        }

    def withdraw_questions(self) -> None:
        """Withdraw every open question, as an interrupt does."""
        self._questions.withdraw_all()

    def _ask(self, step: steps.Ask, run: TurnRun) -> Play:
        question = self._questions.ask(fill(step.request, self._speech.values(run)))
        if step.wait:
            yield from self._questions.wait([question], step.cancel_after_seconds)

    def _permission(self, step: steps.Permission, run: TurnRun, play: PlaySteps) -> Play:
        call = next(iter(run.open_tools.values()), None)
        if call is None:
            call = {"id": f"toolu_{new_uuid()[:8]}", "name": "Bash", "input": {}}
        request = {
            "subtype": "can_use_tool",
            "tool_name": call["name"],
            "display_name": call["name"],
            "input": call["input"],
            "permission_suggestions": [],
            "tool_use_id": call["id"],
        }
        self._speech.state("requires_action")
        question = self._questions.ask(request | fill(step.fields, self._speech.values(run)))
        yield from self._questions.wait([question], step.cancel_after_seconds)
        self._speech.state("running")
        answer = question.answer if isinstance(question.answer, dict) else {}
        if answer.get("behavior") == "allow":
            yield from play(step.allowed, run)
        else:
            self._refuse(run, call, question, answer, sub_agent="agent_id" in step.fields)

    def _refuse(
        self,
        run: TurnRun,
        call: dict[str, Any],
        question: Question,
        answer: dict[str, Any],
        *,
        sub_agent: bool,
    ) -> None:
        denied = answer.get("behavior") == "deny" and isinstance(answer.get("message"), str)
        if denied:
            text = answer["message"]
            run.denials.append(
                {
                    "tool_name": call["name"],
                    "tool_use_id": call["id"],
                    "tool_input": call["input"],
                }
            )
        elif question.error is not None:
            text = f"Tool permission request failed: Error: {question.error}"
        else:
            text = "callback returned an invalid permission result"
        if denied and answer.get("interrupt") is True and run.starters and not sub_agent:
            raise TurnAbortedError
        self._speech.give_result(run, call["id"], text, is_error=True)

    def _hook(self, step: steps.Hook, run: TurnRun) -> Play:
        call = next(iter(run.open_tools.values()), {})
        talk = self._stage.conversation
        common = {
            "session_id": talk.session_id,
            "transcript_path": "",
            "cwd": talk.cwd,
            "hook_event_name": step.event,
            "permission_mode": talk.permission_mode,
        }
        if call:
            common |= {"tool_name": call["name"], "tool_input": call["input"]}
            common |= {"tool_use_id": call["id"]}
        hook_input = common | fill(step.input, self._speech.values(run))
        questions = [
            self._questions.ask(
                {
                    "subtype": "hook_callback",
                    "callback_id": callback,
                    "input": hook_input,
                    "tool_use_id": call.get("id") or new_uuid(),
                }
            )
            for callback in self._callbacks(step.event, str(call.get("name", "")))
        ]
        yield from self._questions.wait(questions, step.cancel_after_seconds)

    def _callbacks(self, event: str, tool_name: str) -> list[str]:
        return [
            callback
            for matcher in self.hooks.get(event) or ()
            if not matcher.get("matcher") or re.fullmatch(matcher["matcher"], tool_name)
            for callback in matcher.get("hookCallbackIds", ())
        ]

    def _mcp_call(self, step: steps.McpCall, run: TurnRun) -> Play:
        arguments = fill(step.arguments, self._speech.values(run))
        call_id = f"toolu_{new_uuid()[:8]}"
        self._speech.call_tool(run, f"mcp__{step.server}__{step.tool}", arguments, call_id)
        question = self._servers.request(
            step.server,
            "tools/call",
            {
                "name": step.tool,
                "arguments": arguments,
                "_meta": {"claudecode/toolUseId": call_id},
            },
        )
        yield from self._questions.wait([question], None)
        result = rpc_result(question)
        if isinstance(result, dict) and not result.get("isError"):
            content = result.get("content", [])
            self._speech.give_result(run, call_id, content, structured=content)
        else:
            text = question.error or _told(result)
            self._speech.give_result(run, call_id, text, is_error=True)


def _told(result: Any) -> str:
    """Return the text of an error result, as the CLI shows it to the model."""
    blocks = result.get("content", []) if isinstance(result, dict) else []
    texts = [block["text"] for block in blocks if "text" in block]
    return "\n".join(texts) if texts else str(result)
