"""The table of `greenroom status`."""

from greenroom.agents.status import AgentPhase, AgentStatus
from greenroom.cli.agents.table import status_lines
from greenroom.cli.style import PLAIN, Style


def test_the_table_shows_what_an_agent_suffers_from_below_it():
    agents = [
        AgentStatus(
            name="reviewer",
            phase=AgentPhase.PARKED,
            since=1000.0,
            turns=12,
            losses=2,
            memory=512 * 1024**2,
            parked_reason="the limit\nis used up\x1b[31m",
            parked_until=2_000_000_000.0,
            last_error="429",
        ),
        AgentStatus(name="b", phase=AgentPhase.GIVEN_UP, memory=3 * 1024**3, since=1000.0),
    ]
    lines = list(status_lines(agents, PLAIN, now=1000.0 + 3 * 86400 + 7200))
    assert lines[0].split() == (
        ["NAME", "PHASE", "FOR", "PID", "TURNS", "QUEUED", "LOSSES", "MEMORY", "SESSION"]
    )
    assert lines[1].split() == [
        "reviewer",
        "parked",
        "3d2h",
        "-",
        "12",
        "0",
        "2",
        "512",
        "MiB",
        "-",
    ]
    assert lines[2] == "  parked: the limit is used up"
    assert lines[3].startswith("  tries again at ")
    assert lines[4] == "  last error: 429"
    assert "3.0 GiB" in lines[5]


def test_the_table_of_no_agents_is_its_head():
    assert len(list(status_lines([], PLAIN, now=0.0))) == 1


def test_phases_have_colours_where_colours_may_be():
    agents = [AgentStatus(name="a", phase=AgentPhase.GIVEN_UP, since=0.0)]
    [_, line] = status_lines(agents, Style(colour=True, weight=True), now=59.0)
    assert "\x1b[31mgiven_up\x1b[0m  59s" in line
