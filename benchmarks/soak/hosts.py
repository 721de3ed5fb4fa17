"""The host is killed while its agents are busy: light agents, and real ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.bundled import bundled_claude
from benchmarks.soak.agent import GRANDCHILD_SECONDS, GRANDCHILDREN
from benchmarks.soak.killing import ENDINGS, kill_a_host
from benchmarks.soak.report import Report
from greenroom.testing import FakeAnthropic
from greenroom.testing.fake_anthropic import Text, ToolUse

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.soak.setting import Setting

__all__ = ["run", "run_real"]

_AGENTS = 50
_MOST_SECONDS = 3.0
_MIB_PER_REAL_AGENT = 200
_SHELL = (
    f"setsid sleep {GRANDCHILD_SECONDS} & nohup sleep {GRANDCHILD_SECONDS} >/dev/null 2>&1 & "
    f"sleep {GRANDCHILD_SECONDS}"
)
_SLEEP = f"sleep\0{GRANDCHILD_SECONDS}\0".encode()


def run(setting: Setting) -> Report:
    """Kill hosts of light agents, each with three grandchildren, two of them detached."""
    agents = setting.many(_AGENTS)
    report = Report(f"host ended under {agents} busy agents with detached grandchildren")
    _kill_each_way(report, setting, agents, setting.options())
    return report


def run_real(setting: Setting) -> Report:
    """Kill hosts of real agents, whose Bash tool left two grandchildren and waits for a third."""
    binary = bundled_claude()
    if binary is None:
        return Report("no real agent here: claude-agent-sdk brings none for this machine")
    agents = min(setting.many(_AGENTS, least=1), _room())
    report = Report(f"host ended under {agents} real agents with detached grandchildren")
    with FakeAnthropic() as api:
        api.on("work", ToolUse("Bash", {"command": _SHELL, "description": "work"}), Text("done"))
        variables = api.environment(setting.directory / "home")
        del variables["TMPDIR"]  # each process is given its own
        options = {
            "executable": str(binary),
            "cwd": str(setting.directory),
            "env": variables | setting.marked.environment,
            "tools": ["Bash"],
            "allowed_tools": ["Bash"],
        }
        _kill_each_way(report, setting, agents, options)
    return report


def _kill_each_way(report: Report, setting: Setting, agents: int, options: dict[str, Any]) -> None:
    for name, ending in ENDINGS.items():
        killed = kill_a_host(
            {"agents": agents, "options": options},
            ending,
            marked=setting.marked,
            temporary=setting.temporary,
            is_busy=_all_have_grandchildren(setting, agents),
        )
        report.figures[f"{name}: processes before"] = killed.processes
        seconds = killed.seconds
        report.figures[f"{name}: seconds until none was left"] = (
            "never" if seconds is None else round(seconds, 2)
        )
        if seconds is not None and seconds > _MOST_SECONDS:
            report.wrong.append(f"{report.title}: {name}: took {seconds:.1f} s")
        report.expect(f"{name}: processes left after 10 s", killed.left)
        report.expect(f"{name}: temporary files left", killed.files)


def _all_have_grandchildren(setting: Setting, agents: int) -> Callable[[], bool]:
    def check() -> bool:
        sleeping = sum(_command(pid) == _SLEEP for pid in setting.marked.pids())
        return sleeping >= agents * GRANDCHILDREN

    return check


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has ended
        return b""


def _room() -> int:
    """Return how many real agents fit into two thirds of the memory that is free."""
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            free = int(line.split()[1]) // 1024
            return max(1, free * 2 // 3 // _MIB_PER_REAL_AGENT)
    return 1
