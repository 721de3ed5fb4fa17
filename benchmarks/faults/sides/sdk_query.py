"""The official SDK's `query()`: one prompt, one process."""

from __future__ import annotations

from claude_agent_sdk import query

from benchmarks.faults.sides.sdk_asker import Asker

__all__ = ["ask", "ask_many", "ask_within", "stay_busy"]

_asker = Asker(lambda options: query(prompt="hello", options=options))
ask, ask_within = _asker.ask, _asker.ask_within
ask_many, stay_busy = _asker.ask_many, _asker.stay_busy
