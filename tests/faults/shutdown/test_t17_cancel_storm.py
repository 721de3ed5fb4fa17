"""T17: a storm of cancellations at random moments; the invariants hold after it."""

import json
import os
import random
from pathlib import Path

import pytest

STORM = Path(__file__).with_name("storm.py").read_text(encoding="utf-8")
COUNT = int(os.environ.get("GREENROOM_STORM_COUNT", "200"))
SEEDS = [int(seed) for seed in os.environ.get("GREENROOM_STORM_SEEDS", "1").split(",")]
IDLE_SHARE = 0.02


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "seed", [*SEEDS, pytest.param(random.SystemRandom().randrange(10**6), id="random")]
)
def test_every_turn_has_one_outcome_and_nothing_is_left_nor_spins(host, seed):
    running = host(STORM, COUNT=str(COUNT), SEED=str(seed))
    assert running.end(240) == 0, f"seed {seed}: {running.err}"
    seen = json.loads(running.out[-1])
    told = f"seed {seed}: {seen}"
    assert seen["surprises"] == [], told
    assert (seen["changed"], seen["unfinished"], seen["further"]) == (False, 0, "hello"), told
    assert sum(seen["outcomes"].values()) == seen["asked"], told
    assert set(seen["outcomes"]) <= {"Cancelled", "Completed"}, told
    assert seen["idle_cpu"] < IDLE_SHARE, told
    assert (seen["descriptors"], seen["threads"], seen["actors"]) == (0, 0, 0), told
    running.leaves_nothing()
    assert "Traceback" not in running.err, told
