"""T4, T5, T7: what a flood costs the host in memory, measured in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.testing import Scenario
from greenroom.testing.scenario import Frame, Oversize, StderrFlood, Text, Turn, Wait

MIB = 1024 * 1024
DELTA = {
    "type": "stream_event",
    "event": {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": "x" * 150},
    },
    "session_id": "$session_id",
}
FRAMES = 300_000
FLOOD = Frame(DELTA, times=FRAMES)
"""Some 80 MB of small frames, which take 130 MB more when they are decoded."""

PROGRAM = """
import json, re, sys
from pathlib import Path
from greenroom import Backlog, Deadlines, System

def peak_kilobytes():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

job = json.loads(sys.argv[1])
with System(configuration={}) as system:
    session = system.session(
        executable=job["cli"], api_key="not-a-real-key", include_partial_messages=True,
        deadlines=Deadlines(silence=job["silence"], interrupt=1),
        backlog=Backlog(overflow=job["overflow"], memory=4 * 2**20),
    )
    session.ask("warm up").text(60)
    Path("/proc/self/clear_refs").write_text("5")
    before = peak_kilobytes()
    turn = session.ask("flood")
    reader, seen = iter(turn), 0
    if job["reads"]:
        next(reader)
        seen += 1
    outcome = turn.outcome(90)
    for frame in reader if job["reads"] else ():
        seen += 1
    told = dict(outcome=type(outcome).__name__, grown=(peak_kilobytes() - before) * 1024,
                seen=seen, lost=turn.lost_frames)
    print(json.dumps(told))
"""

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peaks are Linux's"),
]


@pytest.fixture(name="cost")
def _cost(simulator, tmp_path):
    """A function that runs a turn of these steps in a host of its own and tells what it cost."""

    def cost(*steps, overflow="spill", reads=False, silence=60):
        played = Scenario(turns=[Turn([Text("warm")], when="warm up"), Turn(steps, when="flood")])
        cli = str(simulator(played).path)
        job = {"cli": cli, "overflow": overflow, "reads": reads, "silence": silence}
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, json.dumps(job)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            timeout=150,
        )
        return json.loads(ran.stdout)

    return cost


@pytest.mark.parametrize("overflow", ["spill", "coalesce"])
def test_a_reader_that_rests_costs_a_fixed_amount_and_misses_nothing(cost, overflow):
    told = cost(FLOOD, overflow=overflow, reads=True)
    assert (told["outcome"], told["lost"]) == ("Completed", 0)
    assert told["grown"] < 32 * MIB
    assert told["seen"] > FRAMES or overflow == "coalesce"


def test_frames_that_nobody_reads_cost_a_fixed_amount(cost):
    told = cost(FLOOD)
    assert told["outcome"] == "Completed"
    assert told["lost"] > FRAMES / 2
    assert told["grown"] < 32 * MIB


@pytest.mark.parametrize(
    "flood",
    [
        StderrFlood(200_000_000),
        StderrFlood(20_000_000, line=0),
        StderrFlood(20_000_000, binary=True),
    ],
    ids=["lines", "no newline", "binary"],
)
def test_a_flood_on_stderr_costs_next_to_nothing(cost, flood):
    told = cost(flood, Text("done"))
    assert told["outcome"] == "Completed"
    assert told["grown"] < 10 * MIB


def test_a_long_line_costs_a_few_times_its_size_once(cost):
    told = cost(Text("before"), Oversize(50_000_000), Text("after"), reads=True)
    assert (told["outcome"], told["lost"]) == ("Completed", 0)
    assert told["grown"] < 5 * 50 * MIB


def test_a_line_without_an_end_costs_what_the_longest_line_may_cost(cost):
    told = cost(Oversize(400_000_000, newline=False), Wait(), silence=2)
    assert told["outcome"] == "Interrupted"
    assert told["grown"] < 2.5 * 64 * MIB
