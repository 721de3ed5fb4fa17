"""The Messages API of Anthropic, faked on loopback for tests and demonstrations.

The real CLI runs against it offline: no credentials, no cost, no network. What the model answers is
data, bound to prompts by `FakeAnthropic.on`:

    ```python
    with FakeAnthropic() as api:
        api.on("hello", Text("Hi!"))                                # one delta
        api.on("count", Text(("one ", "two ", "three")))            # three deltas
        api.on("story", Message((words("Once upon a time"),), delay_seconds=0.05))
        api.on("think", Message((Thinking("Hm."), Text("Yes."))))
        api.on("list", ToolUse("Bash", {"command": "ls"}), Text("Two files."))
        api.on("both", parallel(ToolUse("A"), ToolUse("B")), Text("Done."))
        api.on("flaky", Error(529), Text("Here I am."))             # the retry succeeds
        api.on("busy", Error(429, retry_after=120))
        api.on("limit", limit_reached(resets_at=2_000_000_000))
        api.on("cut", Drop(after_events=3), Text("Whole again."))
        api.on("wait", Stall(Text(("so far ", "so good")), after_events=3))
        api.on("forbidden", refusal())
        subprocess.run(["claude", "-p", "hello"], env=api.environment(tmp_path), check=True)
    ```

What was asked is in `FakeAnthropic.requests`; `wait_for_request`, `wait_for_stall` and `release`
synchronise a test with the model. `SCRIPTS` holds ready-made rules.
"""

from greenroom.testing.fake_anthropic.recording import RecordedRequest
from greenroom.testing.fake_anthropic.replies import (
    Block,
    Drop,
    Error,
    Message,
    RawBlock,
    Reply,
    Stall,
    Text,
    Thinking,
    ToolUse,
    Usage,
    limit_reached,
    parallel,
    refusal,
    words,
)
from greenroom.testing.fake_anthropic.rules import Rule
from greenroom.testing.fake_anthropic.scripts import SCRIPTS, Script
from greenroom.testing.fake_anthropic.server import FakeAnthropic

__all__ = [
    "SCRIPTS",
    "Block",
    "Drop",
    "Error",
    "FakeAnthropic",
    "Message",
    "RawBlock",
    "RecordedRequest",
    "Reply",
    "Rule",
    "Script",
    "Stall",
    "Text",
    "Thinking",
    "ToolUse",
    "Usage",
    "limit_reached",
    "parallel",
    "refusal",
    "words",
]
