"""What a query leaves behind in memory."""

import gc

from greenroom.testing import Scenario

QUERIES = 10


def test_queries_that_are_over_leave_nothing_to_the_garbage_collector(play, eventually):
    session = play(Scenario(), parallel=True)

    def ask_all():
        for turn in [session.ask("hi") for _ in range(QUERIES)]:
            turn.result(20)
        eventually(lambda: session.info.phase == "idle")

    ask_all()  # what is made once, is made now
    gc.collect()
    gc.disable()
    try:
        ask_all()
        assert gc.collect() < QUERIES
    finally:
        gc.enable()
