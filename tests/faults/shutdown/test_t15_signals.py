"""T15: signals of a host that asked to be shut down well, and of one that did not."""

import signal
import time

import pytest

BLOCKED_IN_A_RESULT = """
system = System(configuration={})
with shutdown_on_signals(grace=3, on_shutdown=lambda s: say("told", s.signal, s.at_once, *s.turns)):
    turns = begun(system, 3)
    say("ready", *(turn.id for turn in turns))
    try:
        turns[0].result()
    finally:
        say("ended", *(type(turn.outcome(5)).__name__ for turn in turns))
"""

BLOCKED_ELSEWHERE = """
system = System(configuration={})
try:
    with shutdown_on_signals(grace=3):
        turns = begun(system, 2)
        say("ready")
        threading.Event().wait()
except BaseException as error:
    say("raised", repr(error))
    raise
"""

DEAF = """
system = System(configuration={})
with shutdown_on_signals(grace=20, on_shutdown=lambda s: say("told", s.at_once)):
    turns = begun(system, 2, "deaf")
    say("ready")
    turns[0].result()
"""


def seconds_until_the_end(host):
    began = time.monotonic()
    host.code = host.end()
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_the_first_signal_ends_every_turn_and_is_reported(host, number, code):
    running = host(BLOCKED_IN_A_RESULT)
    turns = running.line("ready").split()
    running.signal(number)
    assert seconds_until_the_end(running) < 4
    assert running.code == code
    assert running.line("told").split() == [str(int(number)), "False", *turns]
    assert running.line("ended") == "Cancelled Cancelled Cancelled"
    assert "shutting_down" in running.err
    running.leaves_nothing()


@pytest.mark.parametrize(
    ("number", "raised"),
    [(signal.SIGINT, "KeyboardInterrupt()"), (signal.SIGTERM, "SystemExit(143)")],
)
def test_a_main_thread_that_waits_for_something_else_is_woken(host, number, raised):
    running = host(BLOCKED_ELSEWHERE)
    running.line("ready")
    running.signal(number)
    assert running.line("raised") == raised
    assert seconds_until_the_end(running) < 4
    running.leaves_nothing()


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_kills_now_whatever_the_grace(host, second):
    running = host(DEAF)
    running.line("ready")
    running.signal(signal.SIGINT)
    assert running.line("told") == "False"
    running.signal(second)
    assert seconds_until_the_end(running) < 4
    assert running.code == -signal.SIGINT
    running.leaves_nothing()


def test_a_signal_that_was_ignored_stays_ignored(run):
    done = run("""
signal.signal(signal.SIGHUP, signal.SIG_IGN)
with System(configuration={}) as system, shutdown_on_signals(grace=3) as shutdown:
    os.kill(os.getpid(), signal.SIGHUP)
    say(system.ask("hello", **given).text(), shutdown.signal)
""")
    assert (done.code, done.out, done.err) == (0, ["hello None"], "")


def test_after_the_block_the_handlers_of_the_host_are_back(run):
    done = run("""
mine = lambda *_: say("mine")
signal.signal(signal.SIGTERM, mine)
reader, writer = os.pipe()
os.set_blocking(writer, False)
signal.set_wakeup_fd(writer)
with shutdown_on_signals():
    assert signal.getsignal(signal.SIGTERM) is not mine
    signal.signal(signal.SIGUSR1, lambda *_: say("usr1"))
    os.kill(os.getpid(), signal.SIGUSR1)
    say(os.read(reader, 10)[0] == signal.SIGUSR1)
os.kill(os.getpid(), signal.SIGTERM)
say(os.read(reader, 10)[0] == signal.SIGTERM, signal.set_wakeup_fd(-1) == writer)
say(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
""")
    assert done.out == ["usr1", "True", "mine", "True True", "True"]
    assert (done.code, done.err) == (0, "")


def test_without_the_block_no_handler_of_the_host_is_touched(run):
    done = run("""
numbers = signal.valid_signals()
before = {number: signal.getsignal(number) for number in numbers}
with System(configuration={}) as system:
    assert system.ask("hello", **given).text() == "hello"
    assert {number: signal.getsignal(number) for number in numbers} == before
    assert signal.set_wakeup_fd(-1) == -1
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()
""")
    assert (done.code, done.out, done.err) == (0, [], "")


def test_an_asyncio_host_may_use_the_block(host):
    running = host("""
async def follow(turn):
    async for frame in turn:
        say("ready")
    await turn
async def main():
    async with shutdown_on_signals(grace=3), System(configuration={}) as system:
        turn = system.ask("wait", **given)
        await asyncio.gather(follow(turn), asyncio.sleep(60))
asyncio.run(main())
""")
    running.line("ready")
    running.signal(signal.SIGTERM)
    assert seconds_until_the_end(running) < 5
    assert running.code == 143
    running.is_quiet()
    running.leaves_nothing()


def test_an_asyncio_host_may_keep_its_own_handlers_and_close(host):
    running = host("""
async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with System(configuration={}) as system:
        turn = system.ask("wait", **given)
        say("ready")
        await stop.wait()
        await system.aclose(3)
        say(type(await turn.aoutcome()).__name__)
asyncio.run(main())
""")
    running.line("ready")
    running.signal(signal.SIGTERM)
    assert running.end() == 0
    assert running.out == ["ready", "Cancelled"]
    running.leaves_nothing()


def test_a_loop_that_takes_the_wakeup_descriptor_inside_of_the_block_gets_its_signals(host):
    running = host("""
async def main():
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lambda: say("usr1"))
    with shutdown_on_signals(grace=3):
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, lambda: say("usr2"))
        say("ready")
        await asyncio.sleep(60)
asyncio.run(main())
""")
    running.line("ready")
    for number in (signal.SIGUSR1, signal.SIGUSR2):
        running.signal(number)
        running.line(number.name[3:].lower())
    running.signal(signal.SIGTERM)
    assert running.end() == 143
    running.is_quiet()


def test_entering_the_block_on_another_thread_says_where_it_belongs(run):
    done = run("""
def enter():
    try:
        shutdown_on_signals().__enter__()
    except RuntimeError as error:
        say(error)
thread = threading.Thread(target=enter)
thread.start()
thread.join()
""")
    assert "main thread alone" in done.out[0]


def test_a_fork_inside_of_the_block_dies_by_its_own_signals_and_disturbs_nobody(run):
    done = run("""
with System(configuration={}) as system, shutdown_on_signals(grace=3) as shutdown:
    turn, = begun(system)
    pid = os.fork()
    if pid == 0:
        time.sleep(60)
    os.kill(pid, signal.SIGTERM)
    say(os.waitpid(pid, 0)[1], shutdown.signal, turn.done)
    turn.interrupt()
    turn.outcome(5)
""")
    assert done.out == [f"{signal.SIGTERM.value} None False"]
    assert (done.code, done.err) == (0, "")


def test_a_callback_that_fails_does_not_stop_the_shutdown(host):
    running = host(BLOCKED_ELSEWHERE.replace("grace=3", "grace=3, on_shutdown=1 .__truediv__"))
    running.line("ready")
    running.signal(signal.SIGTERM)
    assert running.line("raised") == "SystemExit(143)"
    assert running.end() == 143
    running.leaves_nothing()
