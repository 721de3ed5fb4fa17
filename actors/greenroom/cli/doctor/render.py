"""An examination for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from greenroom.cli.exit_codes import ExitCode
from greenroom.runtime.process import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from greenroom.cli.doctor.findings import Finding, Section
    from greenroom.cli.style import Style

__all__ = ["exit_code_for", "json_report", "text_report"]


def exit_code_for(sections: Iterable[Section]) -> ExitCode:
    """Return what a run would end with because of what was found."""
    codes = (finding.code for _, finding in _all(sections) if finding.code is not None)
    return next(codes, ExitCode.OK)


def text_report(sections: tuple[Section, ...], style: Style) -> Iterator[str]:
    """Yield the lines of the report."""
    for section in sections:
        yield style.bold(section.title)
        for finding in section.findings:
            yield from _lines(finding, style)
    if exit_code_for(sections) is ExitCode.OK:
        yield style.good("A session can be started.")
    else:
        yield style.bad("A session cannot be started.")


def _lines(finding: Finding, style: Style) -> Iterator[str]:
    value = finding.value["path"] if isinstance(finding.value, dict) else finding.value
    shown = value[0] if isinstance(value, list) and value else value or "none"
    note = style.faint(f" ({plain_text(finding.note)})") if finding.note else ""
    if finding.problem is not None:
        shown, note = style.bad(f"problem: {plain_text(finding.problem)}"), ""
    else:
        shown = plain_text(str(shown))
    yield f"  {finding.name:<20}  {shown}{note}".rstrip()
    if isinstance(value, list):
        yield from (f"  {'':<20}  {plain_text(str(more))}" for more in value[1:])
    if finding.doubt is not None:
        yield f"  {'':<20}  {style.doubtful(f'warning: {plain_text(finding.doubt)}')}"
    if finding.hint:
        yield f"  {'':<20}  {style.faint(f'hint: {plain_text(finding.hint)}')}"


def json_report(sections: tuple[Section, ...]) -> bytes:
    """Return one JSON object: an object for each section, and ``usable`` and ``problems``."""
    code = exit_code_for(sections)
    report: dict[str, Any] = {
        "usable": code is ExitCode.OK,
        "exit_code": int(code),
        "problems": [
            {"section": section.title, "name": finding.name, "text": text, "hint": finding.hint}
            for section, finding in _all(sections)
            if (text := finding.problem) is not None
        ],
        "warnings": [
            {"section": section.title, "name": finding.name, "text": text, "hint": finding.hint}
            for section, finding in _all(sections)
            if (text := finding.doubt) is not None
        ],
    }
    for section in sections:
        report[section.title] = {
            finding.name.replace(" ", "_"): finding.value for finding in section.findings
        }
    return msgspec.json.format(msgspec.json.encode(report), indent=2)


def _all(sections: Iterable[Section]) -> Iterator[tuple[Section, Finding]]:
    return ((section, finding) for section in sections for finding in section.findings)
