"""Questions of the CLI: what it asks a desk, and how a simulated one comes to ask."""

from greenroom.testing.scenario import Permission, Text, ToolUse

BASH = {"tool_name": "Bash", "input": {"command": "x"}, "tool_use_id": "t-1"}
LIMIT = 60.0
"""Seconds that a callback has by default."""

LIST = ToolUse("Bash", {"command": "ls"}, id="toolu_1")
ASKED = (LIST, Permission(), Text("done"))
