"""`FakeAnthropic`: the Messages API on loopback, answering from a script.

Example:
    ```python
    with FakeAnthropic() as api:
        api.on("list the files", ToolUse("Bash", {"command": "ls"}), Text("There are two."))
        api.on("say hello", Text(("Hel", "lo!")))
        subprocess.run(["claude", "-p", "say hello"], env=api.environment(tmp_path), check=True)
        assert api.requests[0].prompt == "say hello"
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from greenroom.testing.fake_anthropic.api import MessagesApi
from greenroom.testing.fake_anthropic.environment import hermetic_environment
from greenroom.testing.fake_anthropic.loopback import Loopback
from greenroom.testing.fake_anthropic.recording import Recording
from greenroom.testing.fake_anthropic.rules import RuleBook

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from greenroom.testing.fake_anthropic.recording import Predicate, RecordedRequest
    from greenroom.testing.fake_anthropic.replies import Block, Reply
    from greenroom.testing.fake_anthropic.rules import Matcher
    from greenroom.testing.fake_anthropic.scripts import Script

__all__ = ["FakeAnthropic"]


class FakeAnthropic:
    """The Messages API on 127.0.0.1, for the real CLI or any other client, answering from a script.

    Use it as a context manager. Every method may be called from any thread; rules may be added
    while requests are served. After `close` no thread, socket or task is left.

    Which reply a request gets: the rule that was added last among those that match the last human
    prompt of the conversation, and of its replies the n-th for the n-th API call of that turn; the
    last one repeats. The CLI makes a further call of the same turn for every round of tool
    results, and also when a background task reports back. A prompt that no rule matches is echoed.
    Requests the CLI makes for itself (titles, compaction, suggestions) get a harmless answer and
    use no reply up.

    Args:
        default: The reply to prompts without a rule, instead of the echo.
        models: The models that exist; asking for another is answered with 404 `not_found_error`.
            None: every model exists.
        require_key: Answer 401 to requests with neither `x-api-key` nor `authorization`.
        keep: How many requests are kept in `requests`.
    """

    def __init__(
        self,
        *,
        default: Reply | Block | None = None,
        models: Collection[str] | None = None,
        require_key: bool = True,
        keep: int = 1000,
    ) -> None:
        self._rules = RuleBook(default)
        self._recording = Recording(keep)
        api = MessagesApi(self._rules, self._recording, models=models, require_key=require_key)
        self._loopback = Loopback(api.respond)
        self._port: int | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Listen on a free port of 127.0.0.1; does nothing if it listens already."""
        if self._port is None:
            self._port = self._loopback.start()

    def close(self) -> None:
        """Cut every connection and return when nothing is left. Idempotent."""
        self._loopback.close()
        self._port = None

    @property
    def url(self) -> str:
        """The base URL, for `ANTHROPIC_BASE_URL`.

        Raises:
            RuntimeError: The server is not running.
        """
        if self._port is None:
            raise RuntimeError("the fake API is not running; use it in a with statement")
        return f"http://127.0.0.1:{self._port}"

    def environment(self, home: Path, *, oauth: bool = False) -> dict[str, str]:
        """Return a whole, hermetic environment for the real CLI.

        It points the CLI at this server, keeps its files below `home` and turns its side traffic
        off. `home` and its `tmp` are created, for their owner only. Add `CLAUDE_CODE_MAX_RETRIES`
        where a scripted error is to end a turn: by default the CLI retries for three minutes.

        Args:
            home: A directory of the test's own.
            oauth: Log in with a dummy OAuth token instead of a dummy API key; the CLI tells of
                usage limits only then.
        """
        return hermetic_environment(self.url, home, oauth=oauth)

    def on(self, when: Matcher, *replies: Reply | Block) -> Self:
        """Add a rule before all others; returns the server.

        Args:
            when: Part of the last human prompt, or a predicate for it, such as
                `re.compile("sums?").search`. The empty string matches every prompt.
            *replies: What the API calls of such a turn get, in order. A block alone is a whole
                answer; several blocks of one answer are a `Message((block, block))`.

        Raises:
            ValueError: There are no replies.
            TypeError: A reply is not one.
        """
        self._rules.add(when, *replies)
        return self

    def play(self, script: Script) -> Self:
        """Add the rules of a script, the first of them to be asked first; returns the server."""
        for rule in reversed(script.rules):
            self._rules.add(rule.when, *rule.replies)
        return self

    def forget_rules(self) -> None:
        """Remove every rule."""
        self._rules.clear()

    def release(self) -> None:
        """Let every response that stalls or was asked for by now go on; later ones stall again."""
        self._loopback.release()

    @property
    def requests(self) -> tuple[RecordedRequest, ...]:
        """What was asked, oldest first, at most `keep`; credentials are masked."""
        return self._recording.requests

    def wait_for_request(
        self, predicate: Predicate | None = None, timeout: float = 5.0
    ) -> RecordedRequest:
        """Return the first request that fits the predicate, as soon as there is one.

        Requests that have come already count. The request is recorded before it is answered.

        Args:
            predicate: Default: any request fits.
            timeout: Seconds to wait.

        Raises:
            TimeoutError: None came in time; the text lists what did come.
        """
        return self._recording.wait_for_request(predicate, timeout)

    def wait_for_stall(self, count: int = 1, timeout: float = 5.0) -> None:
        """Return as soon as `count` responses stall: what precedes the stalls has been sent then.

        Raises:
            TimeoutError: They do not within `timeout` seconds.
        """
        self._recording.wait_for_stall(count, timeout)
