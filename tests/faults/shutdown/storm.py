"""A host program that cancels agents at random moments in every way there is, then idles.

Arguments come as ``COUNT`` and ``SEED`` in the environment; it prints one JSON object.
"""

import asyncio
import json
import os
import random
import resource
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from greenroom import Deadlines, SessionStoppedError, System, TurnError
from greenroom.runtime.process import StopLadder

GIVEN = json.loads(os.environ["GIVEN"])
DEADLINES = Deadlines(start=60, first_event=60, silence=60, interrupt=0.3)
LADDER = StopLadder(eof_grace=0.5, term_grace=0.3, kill_grace=1.5, drain=0.2)
PROMPTS = ("hello", "wait", "wait", "deaf")
WORKERS = 16
LONGEST_WAIT = 0.15


def ask(system, chance):
    """A turn in a session of its own, or one of the system's; and what ends more than the turn."""
    prompt = chance.choice(PROMPTS)
    if chance.random() < 0.3:
        return system.ask(prompt, deadlines=DEADLINES, **GIVEN), None
    session = system.session(deadlines=DEADLINES, **GIVEN)
    turn = session.ask(prompt)
    if chance.random() < 0.2:
        session.ask("never sent")
    return turn, session


def interrupt(turn, _session, chance):
    time.sleep(chance.random() * LONGEST_WAIT)
    turn.interrupt()
    if chance.random() < 0.5:
        turn.interrupt()


def interrupt_from_two_threads(turn, _session, _chance):
    threads = [threading.Thread(target=turn.interrupt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def leave_the_iteration(turn, _session, chance):
    left = chance.randrange(2)  # there are two frames, whatever was asked
    for _ in turn:
        left -= 1
        if left < 0:
            break
    turn.interrupt()  # one that ended by itself takes no notice


def stop_the_session(turn, session, chance):
    time.sleep(chance.random() * LONGEST_WAIT)
    if session is None:
        turn.interrupt()
        return
    session.actor_ref.stop(block=False)
    turn.interrupt()
    session.stop()


def cancel_a_task(turn, session, chance):
    wait = chance.random() * LONGEST_WAIT

    async def read():
        async for _ in turn:
            pass
        await turn

    async def main():
        task = asyncio.ensure_future(read())
        await asyncio.sleep(wait)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        turn.interrupt()
        if session is not None and wait < LONGEST_WAIT / 4:
            await session.astop()

    asyncio.run(main())


WAYS = (
    interrupt,
    interrupt_from_two_threads,
    leave_the_iteration,
    stop_the_session,
    cancel_a_task,
)


def cancel_one(system, turns, seed):
    """Ask once and cancel it; systems that are being closed under it are no surprise."""
    chance = random.Random(seed)
    try:
        turn, session = ask(system, chance)
    except SessionStoppedError:
        return
    turns.append(turn)
    try:
        chance.choice(WAYS)(turn, session, chance)
    except TurnError:
        return


def used_cpu(seconds):
    """The share of a core that this process uses, while nothing is asked of it."""
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    time.sleep(seconds)
    after, took = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - started
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return used / took


def descriptors():
    there = Path("/proc/self/fd")
    return len(list(there.iterdir())) if there.is_dir() else 0


def close_aside(system):
    threading.Thread(target=system.close).start()


def storm(count, seed):
    """Run it and return the figures."""
    before, threads = descriptors(), threading.active_count()
    turns, surprises = [], []
    first, second = (System(configuration={}, ladder=LADDER, max_parallel=24) for _ in range(2))
    with ThreadPoolExecutor(WORKERS) as pool:
        pairs = [(i, (first, second)[i % 2]) for i in range(count)]
        jobs = [pool.submit(cancel_one, system, turns, seed + i) for i, system in pairs]
        jobs[count * 2 // 3].add_done_callback(lambda _: close_aside(second))  # in the middle of it
        surprises = [repr(error) for job in jobs if (error := job.exception(120)) is not None]
    outcomes = [type(turn.outcome(30)).__name__ for turn in turns]
    again = [type(turn.outcome(0)).__name__ for turn in turns]
    session = first.session(deadlines=DEADLINES, **GIVEN)
    further = session.ask("hello").text(30)
    session.stop()
    idle_cpu = used_cpu(2.0)
    left = first.unfinished_turns() + second.unfinished_turns()
    first.close()
    second.close()
    return {
        "asked": len(turns),
        "outcomes": {name: outcomes.count(name) for name in sorted(set(outcomes))},
        "changed": outcomes != again,
        "surprises": surprises,
        "further": further,
        "unfinished": len(left),
        "idle_cpu": round(idle_cpu, 4),
        "descriptors": descriptors() - before,
        "threads": threading.active_count() - threads,
        "actors": sum(len(s.dispatcher.live_actors()) for s in (first, second)),
    }


sys.stdout.write(json.dumps(storm(int(os.environ["COUNT"]), int(os.environ["SEED"]))) + "\n")
