"""Everything a CLI can do wrong, seen from outside."""

import json
import os
import signal
from pathlib import Path

import pytest

from greenroom.testing import scenario as s
from greenroom.testing.scenario import Scenario, Turn
from greenroom.testing.simulator import Simulator
from greenroom_protocol import Garbage, Oversize, Unknown
from greenroom_protocol.claude import Assistant, Result, SystemInit

HELLO = s.Text("Hello")


def begin(play, *steps, **options):
    client = play(Scenario(turns=[Turn(steps)]), **options)
    client.prompt(uuid="p-0")
    return client


def test_it_exits_in_the_middle_of_a_turn(play):
    client = begin(play, HELLO, s.Exit(3))
    client.rest()
    assert client.wait() == 3
    assert client.results() == []


def test_it_exits_with_0_after_half_a_result(play):
    client = begin(play, HELLO, s.Half(), s.Exit(0))
    client.rest()
    assert client.wait() == 0
    assert client.results() == []
    tail = client.raw.rpartition(b"\n")[2]
    assert b'"total_cost_usd"' in tail or b'"num_turns":1' in tail


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGABRT"])
def test_it_dies_by_a_signal_in_the_middle_of_a_line(play, name):
    client = begin(play, s.Half({"type": "assistant", "text": "x" * 100_000}), s.Kill(name))
    client.rest()
    assert client.wait() == -signal.Signals[name]
    assert len(client.raw.rpartition(b"\n")[2]) > 50_000


def test_it_freezes_and_thaws(play, eventually):
    client = begin(play, HELLO, s.Kill("SIGSTOP"), s.Text("thawed"))
    client.expect(Assistant)
    stat = Path(f"/proc/{client.process.pid}/stat")
    eventually(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T")
    os.kill(client.process.pid, signal.SIGCONT)
    assert client.expect(Result).result == "thawed"


def test_it_hangs_and_answers_nothing(play):
    client = begin(play, HELLO, s.Hang())
    client.expect(Assistant)
    client.request("interrupt")
    client.process.stdin.close()
    client.process.kill()
    assert client.rest() == []


def test_it_closes_stdout_and_lives_on(play):
    client = begin(play, HELLO, s.CloseStdout(), s.Gate("unused"))
    client.rest()
    assert client.process.poll() is None
    client.process.terminate()
    assert client.wait() == 143


def test_it_finishes_its_turn_without_stdout(play):
    client = begin(play, HELLO, s.CloseStdout(), s.Text("unheard"))
    assert client.finish() == 0
    assert client.results() == []


def test_it_closes_stdin_and_lives_on(play):
    client = begin(play, s.CloseStdin(), HELLO)
    client.expect(Result)
    with pytest.raises(BrokenPipeError):
        client.prompt("x" * 100_000)
    assert client.process.poll() is None


def test_it_notices_nothing_when_its_stdout_is_gone(play):
    client = begin(play, HELLO, s.Gate("go"), s.Raw("x" * 100_000))
    client.expect(Assistant)
    client.process.stdout.close()
    client.simulator.open_gate("go")
    client.process.stdin.close()
    assert client.wait() == 0


# --- lines ---


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text", [Garbage]),
        ("array", [Garbage]),
        ("null", [Garbage]),
        ("broken_json", [Garbage]),
        ("deep", [Garbage]),
        ("newline_in_string", [Garbage, Garbage]),
        ("no_type", [Unknown]),
        ("unknown_type", [Unknown]),
        ("blank", []),
        ("crlf", [Assistant]),
        ("lone_surrogate", [Assistant]),
        ("utf8", [Assistant]),
    ],
)
def test_garbage_of_each_kind_is_what_it_says(play, kind, expected):
    client = begin(play, s.Garbage(kind))
    client.expect(SystemInit)
    client.expect(Result)
    assert [type(frame) for frame in client.frames[4:-1]] == expected


def test_every_kind_of_garbage_leaves_the_next_frame_whole(play):
    kinds = s.GarbageKind.__args__
    steps = [step for kind in kinds for step in (s.Garbage(kind), s.Text(f"after {kind}"))]
    client = begin(play, *steps)
    client.finish()
    texts = {
        frame.message.content[0].text for frame in client.frames if isinstance(frame, Assistant)
    }
    assert {f"after {kind}" for kind in kinds} <= texts


def test_raw_bytes_are_written_as_they_are(play):
    client = begin(play, s.Raw("half ", b"\xff\x00\n", times=2), s.Raw('{"type":"keep_alive"}\n'))
    client.finish()
    assert b"half \xff\x00\nhalf \xff\x00\n" in client.raw


def test_a_frame_can_be_anything_and_many(play):
    client = begin(play, s.Frame({"type": "flood", "n": 1}, times=20_000))
    client.finish()
    assert client.raw.count(b'{"type":"flood","n":1}\n') == 20_000


def test_an_oversize_line_is_exactly_as_long_as_asked(play, is_typed):
    client = begin(play, HELLO, s.Oversize(5_000_000), s.Text("next"))
    client.finish()
    longest = max(client.raw.split(b"\n"), key=len)
    assert len(longest) == 5_000_000
    assert all(map(is_typed, client.frames))


def test_an_oversize_line_passes_a_framers_limit_and_the_next_is_whole(play):
    client = begin(play, s.Oversize(300_000), s.Text("next"), max_line=100_000)
    client.finish()
    [oversize] = [frame for frame in client.frames if isinstance(frame, Oversize)]
    assert oversize.size >= 300_000
    assert client.results()[0].result == "next"


def test_a_line_can_stay_without_its_end(play):
    client = begin(play, s.Oversize(200_000, newline=False), s.Exit(0))
    client.rest()
    assert len(client.raw.rpartition(b"\n")[2]) == 200_000


def test_output_can_come_in_small_writes(play):
    client = play(Scenario(turns=[[s.Text("äöü" * 50)]], write_size=1))
    client.prompt()
    assert client.finish() == 0
    assert client.results()[0].result == "äöü" * 50


def test_stderr_is_written_as_it_is(play):
    client = begin(play, s.Stderr("one\ntwo"))
    client.finish()
    assert client.stderr() == b"one\ntwo"


@pytest.mark.parametrize(
    ("flood", "lines"),
    [
        (s.StderrFlood(1_000_000, line=100), 10_000),
        (s.StderrFlood(1_000_000, line=0), 0),
        (s.StderrFlood(1_000_000, line=100, binary=True), 10_000),
    ],
)
def test_a_flood_on_stderr_has_its_size_and_blocks_until_it_is_read(play, flood, lines):
    client = begin(play, flood)
    read = bytearray()
    while len(read) < 1_000_000:
        read += os.read(client.process.stderr.fileno(), 1 << 16)
    assert (len(read), read.count(b"\n")) == (1_000_000, lines)
    assert client.expect(Result).is_error is False


def test_it_goes_on_reading_while_nobody_reads_its_stdout(play):
    client = begin(play, s.Frame({"type": "flood", "text": "x" * 1000}, times=100_000))
    client.expect(SystemInit)
    client.request("mcp_status", request_id="late")
    client.simulator.wait_for(lambda record: record.requests)
    client.process.kill()


# --- grandchildren ---


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    "kind",
    [
        s.Grandchild(),
        s.Grandchild(setsid=True),
        s.Grandchild(double_fork=True),
        s.Grandchild(setsid=True, double_fork=True, ignore_sigterm=True),
    ],
)
def test_a_grandchild_keeps_stdout_open_after_the_exit(play, kind):
    client = begin(play, kind, s.Result(text="done"), s.Exit(0))
    assert client.expect(Result).result == "done"
    assert client.wait() == 0
    [pid] = client.simulator.record().grandchildren
    assert alive(pid)
    os.set_blocking(client.process.stdout.fileno(), False)
    with pytest.raises(BlockingIOError):
        os.read(client.process.stdout.fileno(), 1)
    os.kill(pid, signal.SIGKILL)
    assert client.rest() == []


def test_a_grandchild_may_leave_the_pipes_alone(play):
    client = begin(play, s.Grandchild(keep_stdout=False), s.Exit(3))
    client.rest()
    assert client.wait() == 3
    [pid] = client.simulator.record().grandchildren
    assert alive(pid)


def session_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[3])


@pytest.mark.parametrize("setsid", [True, False])
def test_a_grandchild_is_in_a_session_of_its_own_only_if_asked(play, setsid):
    client = begin(play, s.Grandchild(setsid=setsid), HELLO)
    client.expect(Result)
    [pid] = client.simulator.record().grandchildren
    assert (session_of(pid) == pid) is setsid


def test_a_grandchild_dies_of_sigterm_unless_it_ignores_it(play, eventually):
    client = begin(play, s.Grandchild(), s.Grandchild(ignore_sigterm=True), HELLO)
    client.expect(Result)
    mortal, stubborn = client.simulator.record().grandchildren
    for pid in (stubborn, mortal):
        os.kill(pid, signal.SIGTERM)
    stat = Path(f"/proc/{mortal}/stat")
    eventually(lambda: not stat.exists() or ") Z " in stat.read_text())
    assert alive(stubborn)


def test_a_grandchild_lives_no_longer_than_it_is_given(play):
    client = begin(play, s.Grandchild(seconds=0.05), s.Exit(0))
    client.rest()  # ends when the grandchild lets go of stdout
    assert client.wait() == 0


# --- what was recorded ---


def test_it_records_how_it_was_started_without_secrets(play, tmp_path):
    secret = {"ANTHROPIC_API_KEY": "sk-secret", "PWD": str(tmp_path)}
    client = play(Scenario(), "--model=opus", env=secret, cwd=tmp_path)
    client.finish()
    record = client.simulator.record()
    assert record.argv[-1] == "--model=opus"
    assert record.pid == client.process.pid
    assert record.start["cwd"] == str(tmp_path)
    assert record.environment["PWD"] == str(tmp_path)
    assert set(record.start["names"]) >= {"ANTHROPIC_API_KEY", "PWD"}
    assert "sk-secret" not in json.dumps(record.entries)


def test_it_records_what_it_was_sent(play):
    client = play(Scenario())
    client.request("initialize")
    client.prompt("hi", uuid="p-0")
    client.send({"type": "keep_alive"})
    client.finish()
    record = client.simulator.record(1)
    assert [prompt["uuid"] for prompt in record.prompts] == ["p-0"]
    assert record.requests == ({"subtype": "initialize"},)
    assert record.inputs[-1] == {"type": "keep_alive"}
    assert (record.saw_eof, record.exit_code) == (True, 0)


def test_a_record_of_a_process_that_never_was_is_an_error(tmp_path):
    with pytest.raises(LookupError, match="not launched 1 times"):
        Simulator.install(tmp_path).record()


def test_waiting_for_a_record_ends_in_time(tmp_path):
    with pytest.raises(TimeoutError, match="did not get there"):
        Simulator.install(tmp_path).wait_for(lambda record: record.prompts, timeout_seconds=0.01)
