"""The page on recovery names every event, its record and its fields; the classes are right."""

import re
from pathlib import Path

import pytest

from greenroom import events
from greenroom.events import SessionEvent, SupervisionReport
from greenroom.values.recovery import Recovery

PAGE = (Path(__file__).parents[2] / "docs" / "recovery.md").read_text("utf-8")
ROWS = {
    name: (record.strip(), rest)
    for name, record, rest in re.findall(r"^\| `([A-Z]\w+)` \|([^|]*)\|(.*)$", PAGE, re.MULTILINE)
}
CLASSES = {kind.__name__: kind for kind in map(events.__dict__.get, events.__all__)}
HAPPENINGS = {
    base: {
        name: kind for name, kind in CLASSES.items() if issubclass(kind, base) and kind is not base
    }
    for base in (SessionEvent, SupervisionReport)
}


def test_every_event_has_a_row_and_no_row_is_of_anything_else():
    assert sorted(ROWS) == sorted(name for kinds in HAPPENINGS.values() for name in kinds)


def test_every_event_there_is_can_be_had_from_the_module_of_events():
    for base, kinds in HAPPENINGS.items():
        made = {kind for kind in base.__subclasses__() if kind.__module__.startswith("greenroom.")}
        assert made == set(kinds.values())


@pytest.mark.parametrize("name", HAPPENINGS[SessionEvent])
def test_the_row_of_a_session_event_has_its_record_and_fields(name):
    kind, (record, rest) = CLASSES[name], ROWS[name]
    assert record == (f"**`{kind.name}`**" if kind.grave else f"`{kind.name}`")
    own = [field for field in kind.__struct_fields__ if field not in {"session", "session_id"}]
    assert re.findall(r"`(\w+)`", rest) == own


@pytest.mark.parametrize("name", HAPPENINGS[SupervisionReport])
def test_the_row_of_a_report_has_its_record_and_its_fields_are_those_of_all(name):
    kind, (record, _rest) = CLASSES[name], ROWS[name]
    assert record == (f"**`{kind.event}`**" if kind.grave else f"`{kind.event}`")
    told = re.search(r"All have (`supervisor`.*?)\.$", PAGE, re.MULTILINE | re.DOTALL)
    assert re.findall(r"`(\w+)`", told[1]) == list(kind.__struct_fields__)


def test_the_numbers_of_the_page_are_the_defaults():
    assert f"intensity={Recovery().intensity}," in PAGE
    assert f"period={Recovery().period}," in PAGE
    assert f"backoff={Recovery().backoff!r}," in PAGE
