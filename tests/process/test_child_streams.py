"""Reading and writing: no call blocks, nothing grows without bound, nothing is reordered."""

from __future__ import annotations

import fcntl
import os
import termios

import pytest

from greenroom.runtime.process import OutQueueFull

ECHO = "import sys, shutil; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)"


def test_what_is_written_arrives_in_order_and_closing_waits_for_it(start, python):
    owner = start(python(ECHO))
    lines = [b"%d\n" % number for number in range(200)]
    for line in lines:
        assert owner.do("write", line)
    owner.do("close_stdin")
    assert owner.wait_for("closed").stdout == b"".join(lines)


def test_what_is_written_before_the_process_runs_is_sent_first(stage, spec):
    owner = stage.spawn(spec("/bin/cat"))
    owner.child.write(b"before ")
    stage.run_until_heard(owner, "spawned")
    owner.child.write(b"after")
    owner.child.close_stdin()
    stage.run_until_heard(owner, "exit")
    assert owner.stdout == b"before after"


@pytest.mark.parametrize("size", [64 * 1024 + 1, 3 * 1024 * 1024, 12 * 1024 * 1024])
def test_a_payload_larger_than_the_pipe_and_the_queue_arrives_whole(start, python, size):
    owner = start(python(ECHO))
    payload = os.urandom(size)
    assert owner.do("write", payload)
    owner.do("close_stdin")
    assert owner.wait_for("closed").stdout == payload


def test_a_child_that_never_reads_fills_the_queue_and_no_more(start, shell):
    owner = start(shell("exec sleep 60"))
    with pytest.raises(OutQueueFull) as caught:
        owner.run(lambda: fill(owner.child, b"x" * 64 * 1024))
    assert caught.value.waiting_bytes <= 8 * 1024 * 1024 + 64 * 1024
    assert 100 < caught.value.messages <= 256


def test_the_queue_is_bounded_in_messages_too(start, shell):
    owner = start(shell("exec sleep 60"))
    owner.do("write", b"x" * 100_000)  # more than the pipe holds: from here on messages wait
    with pytest.raises(OutQueueFull) as caught:
        owner.run(lambda: fill(owner.child, b"x"))
    assert caught.value.messages - 8 * 1024 * 1024 // 257 in {0, 1}  # the first is on its way


def fill(child, message):
    for _ in range(40_000):
        child.write(message)


def test_writing_to_a_dead_child_says_so_and_raises_nothing(start, shell):
    owner = start(shell("exit 0")).wait_for("closed")
    assert owner.do("write", b"hello\n") is False
    owner.do("close_stdin")


def test_writing_to_a_child_that_closed_its_stdin_stops_without_an_error(start, shell):
    owner = start(shell("exec <&-; echo closed; exec sleep 60")).wait_for_stdout(b"closed")
    owner.do("write", b"x" * 100_000)
    assert owner.do("write", b"more") is False
    assert owner.child.stdin_open is False
    assert "exit" not in owner.heard


def test_a_reader_that_goes_away_with_messages_waiting_is_noticed(start, shell, eventually):
    owner = start(shell("read go; exec <&-; exec sleep 60"))
    owner.do("write", b"go\n" + b"x" * 1_000_000)
    eventually(lambda: not owner.child.stdin_open)
    assert "exit" not in owner.heard


def test_a_long_line_comes_whole(start, python):
    owner = start(python("import sys; sys.stdout.write('x' * 10_000_000 + '\\n')"))
    owner.wait_for("closed")
    assert len(owner.stdout) == 10_000_001
    assert owner.stdout.endswith(b"x\n")


def test_a_paused_child_blocks_and_the_host_does_not_grow(start, python, eventually):
    code = "import os\nfor _ in range(64 * 16): os.write(1, b'x' * 65536)"
    owner = start(python(code)).wait_for("stdout")
    owner.do("pause_stdout")
    taken = len(owner.stdout)
    stdout = owner.child._output._out._fd
    eventually(lambda: in_pipe(stdout) == fcntl.fcntl(stdout, fcntl.F_GETPIPE_SZ))
    assert len(owner.stdout) == taken
    owner.do("resume_stdout")
    owner.wait_for("closed")
    assert len(owner.stdout) == 64 << 20


def in_pipe(fd):
    return int.from_bytes(fcntl.ioctl(fd, termios.FIONREAD, bytes(4)), "little")


def test_stderr_is_drained_whatever_happens_and_only_its_tail_kept(start, python):
    code = (
        "import os\nfor _ in range(50 * 16): os.write(2, b'e' * 65536)\nos.write(2, b'the end')\n"
    )
    owner = start(python(code))
    owner.do("pause_stdout")
    owner.wait_for("closed")
    tail = owner.child.stderr_tail()
    assert len(tail) == 64 * 1024
    assert tail.endswith(b"the end")
    assert owner.child.stderr_dropped_bytes == 50 * 1024 * 1024 + 7 - len(tail)


def test_stderr_is_complete_when_the_exit_is_told(start, shell):
    owner = start(shell("echo reason >&2; exit 1")).wait_for("exit")
    assert owner.child.stderr_tail() == b"reason\n"


def test_stderr_is_shown_without_what_a_terminal_would_obey(start, python):
    owner = start(python(r"import os; os.write(2, b'\x1b[31mred\x1b]0;title\x07 \xff end\r\n')"))
    owner.wait_for("closed")
    assert owner.child.stderr_text() == "red � end\n"


def test_a_flood_is_read_in_bounded_pieces(dispatcher, spawner, python, owner):
    sizes = []
    owner.on_stdout = lambda data: sizes.append(len(data))
    spawner.spawn(python("import os\nfor _ in range(200): os.write(1, b'x' * 65536)"), owner)
    owner.wait_for("closed")
    assert sum(sizes) == 200 * 65536
    assert max(sizes) <= 256 * 1024


def test_pausing_before_the_start_holds(stage, shell):
    owner = stage.spawn(shell("echo x; echo ready >&2; exec sleep 60"))
    owner.child.pause_stdout()
    stage.run_until(lambda: "spawned" in owner.heard and owner.child.stderr_tail())
    assert owner.stdout == b""
    owner.child.resume_stdout()
    stage.run_until(lambda: owner.stdout == b"x\n")


def test_what_a_paused_child_wrote_is_delivered_when_it_exits(stage, shell):
    owner = stage.spawn(shell("echo last words"))
    owner.child.pause_stdout()
    stage.run_until_heard(owner, "exit")
    assert owner.stdout == b"last words\n"
