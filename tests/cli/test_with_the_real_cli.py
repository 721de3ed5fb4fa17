"""``greenroom ask`` and the real CLI, offline."""

import signal

import pytest

from greenroom.testing.fake_anthropic import Error, Stall, Text, words


@pytest.fixture(name="real")
def _real(fake_anthropic, claude_binary, tmp_path):
    """The environment in which the command finds the real CLI and a fake API."""
    env = fake_anthropic.environment(tmp_path / "home")
    return {**env, "GREENROOM_CLAUDE_PATH": str(claude_binary), "CLAUDE_CODE_MAX_RETRIES": "0"}


def test_the_answer_is_streamed(run_greenroom, fake_anthropic, real):
    fake_anthropic.on("hello", words("Hello from the other side."))
    done = run_greenroom("ask", "-v", "say hello", **real)
    assert (done.code, done.out) == (0, "Hello from the other side.\n")
    assert "10 tokens in, 5 out, $0.0001" in done.err


@pytest.mark.parametrize(("reply", "code"), [(Error(429), 75), (Error(401), 69), (Error(529), 75)])
def test_errors_of_the_api_have_their_exit_codes(run_greenroom, fake_anthropic, real, reply, code):
    fake_anthropic.on("", reply)
    done = run_greenroom("ask", "-o", "json", "hello", **real)
    assert done.code == done.object["exit_code"] == code
    assert not done.object["ok"]


def test_ctrl_c_aborts_the_turn(start, fake_anthropic, real):
    fake_anthropic.on("", Stall(Text(("It begins ", "and never ends")), after_events=3))
    running = start("ask", "hello", **real)
    running.wait_for("It begins")
    running.signal(signal.SIGINT)
    code, out, err = running.end()
    assert (code, out) == (130, "It begins \n")
    assert err.startswith("interrupted: ")
