"""The table of events in the documentation says what the code does."""

import re
from pathlib import Path

import pytest

from greenroom.hooks import EVENTS

PAGE = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text()


@pytest.fixture(scope="module", name="rows")
def _rows():
    """The cells of each event: when, matcher, deny, context, besides."""
    rows = {}
    for line in PAGE.splitlines():
        first, *cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        names = re.findall(r"`(\w+)`", first)
        if len(cells) == 5 and names:
            rows.update(dict.fromkeys(names, cells))
    return rows


def test_every_event_has_a_row(rows):
    assert set(rows) == set(EVENTS)


@pytest.mark.parametrize("event", EVENTS)
def test_a_row_tells_what_its_event_takes(event, rows):
    _when, matcher, deny, context, _besides = rows[event]
    known = EVENTS[event]
    assert bool(matcher) == (known.matches is not None)
    assert bool(deny) == (known.decides or event == "PermissionRequest")
    assert bool(context) == known.takes_context
