"""The endpoints of the Messages API that the CLI (2.1.329) uses: request in, planned answer out.

No sockets, no threads. Everything else is answered with 404, like everything unknown at the real
API.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.testing.fake_anthropic.connection import Answer
from greenroom.testing.fake_anthropic.conversation import read_conversation
from greenroom.testing.fake_anthropic.plan import json_steps, plan
from greenroom.testing.fake_anthropic.recording import RecordedRequest, masked
from greenroom.testing.fake_anthropic.replies import Error, Message, Text
from greenroom.testing.fake_anthropic.side import side_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from greenroom.testing.fake_anthropic.connection import HttpRequest
    from greenroom.testing.fake_anthropic.conversation import Conversation
    from greenroom.testing.fake_anthropic.recording import Recording
    from greenroom.testing.fake_anthropic.rules import Choice, RuleBook

    _Endpoint = Callable[[HttpRequest, dict[str, Any], Conversation], Answer]

__all__ = ["MessagesApi", "refused"]

# How much of a prompt the echo repeats.
_ECHO_LIMIT = 500

# A token of the estimate is this many bytes of the request.
_BYTES_A_TOKEN = 4


def refused(status: int, text: str) -> Answer:
    """Return an answer that tells a client what was wrong with its request."""
    return Answer(plan(Error(status, message=text), model="", stream=False))


class MessagesApi:
    """The endpoints. `respond` is for one thread at a time.

    Args:
        rules: The script.
        recording: Gets every request before it is answered.
        models: The models that exist; None: every model.
        require_key: Answer 401 to requests without credentials.
    """

    def __init__(
        self,
        rules: RuleBook,
        recording: Recording,
        *,
        models: Collection[str] | None,
        require_key: bool,
    ) -> None:
        self._rules = rules
        self._recording = recording
        self._models = models
        self._require_key = require_key
        self._endpoints: dict[tuple[str, str], _Endpoint] = {
            ("GET", "/"): self._root,
            ("HEAD", "/"): self._root,
            ("POST", "/v1/messages"): self._messages,
            ("POST", "/v1/messages/count_tokens"): self._count_tokens,
        }

    def respond(self, request: HttpRequest) -> Answer:
        """Return the answer to `request`. Never raises."""
        body = _decoded(request.content)
        talk = read_conversation(request.headers, body)
        self._recording.add(_record(request, talk))
        endpoint = self._endpoints.get((request.method, request.path))
        if endpoint is None:
            return refused(404, f"{request.method} {request.path} is not served here")
        try:
            return endpoint(request, body, talk)
        except Exception as error:  # noqa: BLE001 - predicates are the user's; the client is told
            return refused(400, f"the script failed: {error!r}")

    def _root(self, *_: object) -> Answer:
        return Answer(json_steps(200, {"status": "ok"}))

    def _count_tokens(self, request: HttpRequest, body: dict[str, Any], _: Conversation) -> Answer:
        tokens = len(request.content) // _BYTES_A_TOKEN
        return self._refusal(request, body) or Answer(json_steps(200, {"input_tokens": tokens}))

    def _messages(self, request: HttpRequest, body: dict[str, Any], talk: Conversation) -> Answer:
        if (refusal := self._refusal(request, body)) is not None:
            return refusal
        model, stream = str(body["model"]), body.get("stream") is True
        if talk.side is not None:
            return Answer(plan(side_reply(talk.side, body), model=model, stream=stream))
        choice = self._rules.choose(talk)
        if choice is None:
            echo = Message((Text(f"You said: {talk.prompt[:_ECHO_LIMIT]}"),))
            return Answer(plan(echo, model=model, stream=stream))
        return Answer(plan(choice.reply, model=model, stream=stream), self._holding(choice))

    def _refusal(self, request: HttpRequest, body: dict[str, Any]) -> Answer | None:
        if self._require_key and request.headers.keys().isdisjoint(("x-api-key", "authorization")):
            return refused(401, "x-api-key header is required")
        missing = [name for name in ("model", "messages") if name not in body]
        if missing:
            return refused(400, f"{missing[0]}: Field required")
        model = str(body["model"])
        if self._models is not None and model not in self._models:
            return Answer(plan(Error(404), model=model, stream=False))
        return None

    @contextmanager
    def _holding(self, choice: Choice) -> Iterator[None]:
        self._recording.stall(1)
        try:
            yield
            self._rules.restore(choice)
        finally:
            self._recording.stall(-1)


def _decoded(content: bytes) -> dict[str, Any]:
    """Return the JSON object in `content`; empty if there is none."""
    try:
        body = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _record(request: HttpRequest, talk: Conversation) -> RecordedRequest:
    return RecordedRequest(
        method=request.method,
        path=request.path,
        query=request.query,
        headers=masked(request.headers),
        content=request.content,
        prompt=talk.prompt,
        side=talk.side,
    )
