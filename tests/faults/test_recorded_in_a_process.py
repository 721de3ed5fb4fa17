"""A sample of what `test_every_prefix` claims, with real processes that replay the recordings."""

import json
import random
import re
import sys
from pathlib import Path

import pytest

from greenroom import Completed, Crashed, Deadlines, StartFailed, TimedOut, Truncated
from greenroom.testing.ledger_processes import describe

CAPTURES = Path(__file__).parents[1] / "captures" / "claude"
SINGLE = (
    "err_500_x1_then_ok",
    "hooks_all_bash",
    "mcp_sdk_parallel",
    "structured_ok",
    "subagent_permission",
)
CUTS = 3
RESULT = b'"type":"result"'
LIMITS = Deadlines(start=10, first_event=0.4, silence=0.4, total=2, interrupt=0.2)

REPLAYER = f"""\
#!{sys.executable} -IS
import json, os, signal, sys, time
if "--version" in sys.argv or "-v" in sys.argv:
    print("2.1.329 (Claude Code)")
    sys.exit()
with open(__file__ + ".json") as file:
    plan = json.load(file)
os.environ.clear()
ids = iter(plan["turn_ids"])
with open(plan["recording"], "rb") as file:
    data = file.read()[: plan["cut"]]
written = 0
for line in sys.stdin.buffer:
    said = json.loads(line)
    if said["type"] == "control_request":
        ours, theirs = said["request_id"], plan["request_id"]
    elif said["type"] == "user":
        ours, theirs = said["uuid"], next(ids)
    else:
        continue
    data = data.replace(theirs.encode(), ours.encode())
    if said["type"] == "user":
        upto = data.find({RESULT!r}, written)
        upto = len(data) if upto < 0 else data.find(b"\\n", upto) + 1 or len(data)
        os.write(1, data[written:upto])
        written = upto
        if upto == len(data):
            break
end = plan["end"]
if end is None:
    time.sleep(60)
if end < 0:
    os.kill(os.getpid(), -end)
os._exit(end)
"""

ENDS = {
    "exit 0": (0, Truncated),
    "exit 1": (1, Crashed | StartFailed),
    "killed": (-9, Crashed),
    "terminated": (-15, Crashed),
    "silent": (None, TimedOut),
}


class Replayer:
    """An executable that replays a recording, to a cut and with an end that can be set."""

    def __init__(self, directory, name):
        self.path = directory / "claude"
        self.path.write_text(REPLAYER)
        self.path.chmod(0o755)
        self._recording = CAPTURES / f"{name}.ndjson"
        self.data = self._recording.read_bytes()
        stdin = (CAPTURES / "stdin" / f"{name}.ndjson").read_text()
        self.turn_ids = re.findall(r'"type": ?"user".*"uuid": ?"([^"]+)"}', stdin)
        self._request_id = re.search(r'"request_id": ?"([^"]+)"', stdin)[1]

    def plan(self, cut, end):
        """Say what the next process does."""
        plan = {
            "recording": str(self._recording),
            "cut": cut,
            "end": end,
            "turn_ids": self.turn_ids,
            "request_id": self._request_id,
        }
        Path(f"{self.path}.json").write_text(json.dumps(plan))

    def whole_at(self):
        """Where the last result ends, its newline not counted."""
        return self.data.index(b"\n", self.data.rindex(RESULT))


@pytest.fixture(name="replay")
def _replay(scene, tmp_path):
    """A function that has a recording replayed by a process and returns the outcome."""

    def replay(replayer, cut, end, prompts=1):
        replayer.plan(cut, end)
        schema = {"json_schema": {"type": "object"}} if b"structured" in replayer.data else {}
        session = scene.system.session(
            executable=replayer.path,
            cwd=tmp_path,
            api_key="x",
            base_url="http://127.0.0.1:9",
            deadlines=LIMITS,
            **schema,
        )
        scene.adopt(session, probe=None)
        turns = [scene.ask(session) for _ in range(prompts)]
        outcomes = [scene.outcome(turn, within=6) for turn in turns]
        session.stop()
        return outcomes

    return replay


@pytest.mark.parametrize("name", SINGLE)
def test_a_recording_that_breaks_off_is_a_failure_and_the_whole_one_a_success(
    replay, tmp_path, name
):
    replayer = Replayer(tmp_path, name)
    whole = replayer.whole_at()
    chance = random.Random(name)
    for end, kind in ENDS.values():
        for cut in (0, *sorted(chance.sample(range(whole), CUTS - 1))):
            (outcome,) = replay(replayer, cut, end)
            assert isinstance(outcome, kind), f"cut at {cut}, end {end}: {outcome!r}"
        (outcome,) = replay(replayer, whole + 1, end)
        assert isinstance(outcome, Completed), f"whole, end {end}: {outcome!r}"


@pytest.mark.parametrize(("end", "kind"), ENDS.values(), ids=ENDS)
def test_a_turn_that_had_its_result_keeps_it_when_the_next_one_breaks_off(
    replay, tmp_path, end, kind
):
    replayer = Replayer(tmp_path, "two_turns_sequential")
    between = (replayer.data.index(RESULT) + replayer.whole_at()) // 2
    first, second = replay(replayer, between, end, prompts=2)
    assert isinstance(first, Completed)
    assert isinstance(second, kind)
    assert describe(second.context.pid) is None
