"""The work of ``greenroom doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenroom.cli.conduct import conduct
from greenroom.cli.doctor.examine import examine
from greenroom.cli.doctor.render import exit_code_for, json_report, text_report

if TYPE_CHECKING:
    from greenroom.cli.console import Console
    from greenroom.cli.manners import Manners

__all__ = ["run_doctor"]


def run_doctor(manners: Manners, *, output: str, executable: str | None) -> int:
    """Examine everything, print what was found, and return the exit code.

    Args:
        manners: how to talk.
        output: ``text`` or ``json``.
        executable: the binary to look at.
    """

    def work(console: Console) -> int:
        sections = examine(executable)
        if output == "json":
            console.say_bytes(json_report(sections))
        else:
            for line in text_report(sections, console.out_style):
                console.say_styled(line)
        return exit_code_for(sections)

    return conduct(manners, work)
