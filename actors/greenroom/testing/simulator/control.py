"""Control requests of the client and what the CLI answers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from greenroom.testing import scenario as steps
from greenroom.testing.simulator import wire
from greenroom.testing.simulator.request_error import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenroom.testing.simulator.interview import Interview
    from greenroom.testing.simulator.mcp import McpServers
    from greenroom.testing.simulator.queue import PromptQueue
    from greenroom.testing.simulator.stage import Stage
    from greenroom.testing.simulator.tasks import Play
    from greenroom.testing.simulator.turns import Turns

__all__ = ["Control"]

Answer = dict[str, Any] | None

_OUTPUT_TOOL = "StructuredOutput"
_CHECKPOINTING = "CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING"
_MODES = ("acceptEdits", "auto", "bypassPermissions", "default", "dontAsk", "manual", "plan")


class Control:
    """Answers every control request once, unless the scenario says otherwise."""

    def __init__(
        self,
        stage: Stage,
        *,
        queue: PromptQueue,
        interview: Interview,
        servers: McpServers,
        turns: Turns,
    ) -> None:
        self._stage = stage
        self._talk = stage.conversation
        self._queue = queue
        self._interview = interview
        self._servers = servers
        self._turns = turns
        self._initialized = False
        self._table: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "initialize": self._initialize,
            "set_model": self._set_model,
            "set_permission_mode": self._set_permission_mode,
            "set_max_thinking_tokens": lambda _request: None,
            "apply_flag_settings": lambda _request: None,
            "mcp_message": lambda request: servers.hear(
                str(request.get("server_name")), request.get("message")
            ),
            "mcp_status": lambda _request: {"mcpServers": servers.status()},
            "mcp_toggle": lambda request: servers.toggle(
                str(request.get("serverName")), enabled=request.get("enabled") is True
            ),
            "mcp_reconnect": lambda request: servers.reconnect(str(request.get("serverName"))),
            "mcp_set_servers": lambda request: servers.replace(request.get("servers") or {}),
            "rewind_files": self._rewind_files,
            "stop_task": lambda _request: {},
            "background_tasks": lambda _request: {},
            "get_task_output": lambda _request: wire.task_output(""),
            "get_context_usage": lambda _request: wire.context_usage(self._talk.model),
            "cancel_async_message": self._cancel_message,
            "end_session": self._end_session,
        }

    def receive(self, request_id: Any, request: dict[str, Any]) -> None:
        """Answer a request, after whatever the scenario plays before."""
        reply = self._stage.scenario.requests.get(request.get("subtype", ""), steps.Reply())
        self._stage.tasks.start(self._receive(request_id, request, reply))

    def _receive(self, request_id: Any, request: dict[str, Any], reply: steps.Reply) -> Play:
        yield from self._turns.aside(reply.before)
        if reply.ignore:
            return
        if reply.error is not None:
            self._respond(request_id, error=RequestError(reply.error))
        elif request.get("subtype") == "interrupt":
            self._interrupt(request_id, request, reply)
        else:
            self._answer(request_id, request, reply)
        yield from self._turns.aside(reply.after)

    def _answer(self, request_id: Any, request: dict[str, Any], reply: steps.Reply) -> None:
        subtype = str(request.get("subtype"))
        known = self._table.get(subtype, (lambda _request: {}) if reply.response else _unknown)
        try:
            answer = known(request)
        except RequestError as error:
            self._respond(request_id, error=error)
            return
        if reply.response:
            answer = (answer or {}) | dict(reply.response)
        self._respond(request_id, answer)
        if subtype == "end_session":
            self._stage.leave(0)

    def _respond(
        self, request_id: Any, answer: Answer = None, error: RequestError | None = None
    ) -> None:
        response: dict[str, Any] = {"subtype": "success" if error is None else "error"}
        if request_id is not None:
            response["request_id"] = request_id
        if error is not None:
            response["error"] = str(error)
            response |= {} if error.code is None else {"error_code": error.code}
        elif answer is not None:
            response["response"] = answer
        if answer is not None and "commands" in answer:
            response |= {"pending_permission_requests": [], "pending_user_dialog_requests": []}
        self._stage.emit({"type": "control_response", "response": response})

    def _interrupt(self, request_id: Any, request: dict[str, Any], reply: steps.Reply) -> None:
        reaction = self._stage.scenario.on_interrupt
        if reaction == "ignore":
            return
        receipt = self._turns.receipt(cancel_queued=request.get("cancel_queued") is True)
        receipt |= reply.response
        if reaction == "acknowledge":
            self._respond(request_id, receipt)
            return
        self._interview.withdraw_questions()
        self._respond(request_id, receipt)
        self._turns.stop(None if isinstance(reaction, str) else reaction)

    def _initialize(self, request: dict[str, Any]) -> Answer:
        hooks = request.get("hooks")
        self._interview.hooks = hooks if isinstance(hooks, dict) else {}
        again, self._initialized = self._initialized, True
        if again:
            tasks = {"type": "system", "subtype": "background_tasks_changed", "tasks": []}
            self._stage.emit(self._talk.stamp(tasks))
        else:
            self._servers.connect(request.get("sdkMcpServers") or ())
        if request.get("jsonSchema") and _OUTPUT_TOOL not in self._talk.tools:
            self._talk.tools.append(_OUTPUT_TOOL)
        applied = {"hooks_applied": True} if hooks else {}
        return wire.initialize_response(self._talk.version, self._talk.permission_mode, **applied)

    def _set_model(self, request: dict[str, Any]) -> Answer:
        model = request.get("model")
        if model == "":
            raise RequestError("model must not be empty")
        self._talk.model = model or self._talk.default_model
        text = f"<local-command-stdout>Set model to `{self._talk.model}`</local-command-stdout>"
        self._stage.emit(self._talk.user_frame(text, isReplay=True))
        return {"model": self._talk.model}

    def _set_permission_mode(self, request: dict[str, Any]) -> Answer:
        mode = request.get("mode")
        if mode not in _MODES:
            raise RequestError(f"Invalid permission mode: {mode}", "invalid_mode")
        self._talk.permission_mode = mode
        status = {"type": "system", "subtype": "status", "status": None, "permissionMode": mode}
        self._stage.emit(self._talk.stamp(status))
        return {"mode": mode}

    def _rewind_files(self, request: dict[str, Any]) -> Answer:
        if not os.environ.get(_CHECKPOINTING):
            raise RequestError("File rewinding is not enabled.")
        if request.get("dry_run") is True:
            return {"canRewind": True, "filesChanged": [], "insertions": 0, "deletions": 0}
        return {"canRewind": True, "skippedLinks": 0}

    def _cancel_message(self, request: dict[str, Any]) -> Answer:
        uuid = str(request.get("message_uuid"))
        if self._queue.cancel(uuid):
            return {"cancelled": True, "message_uuid": uuid}
        return {"cancelled": False}

    def _end_session(self, _request: dict[str, Any]) -> Answer:
        return None


def _unknown(request: dict[str, Any]) -> Answer:
    text = f"Unsupported control request subtype: {request.get('subtype')}"
    raise RequestError(text, "unsupported_request")
