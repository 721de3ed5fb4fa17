"""``greenroom demo`` works anywhere: with the real CLI, and without any."""

import time

PROXY = "http://192.0.2.1:1"
HOST = {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY, "CLAUDE_CODE_OAUTH_TOKEN": "another account"}


def test_the_real_cli_plays_before_a_fake_api(run_greenroom, claude_binary):
    began = time.monotonic()
    done = run_greenroom("demo", "--executable", claude_binary, **HOST)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("greenroom demo: the real CLI against a fake API on this machine: ")
    assert "no account, no network, no cost" in done.out.splitlines()[0]
    _assert_everything_was_shown(done.out)
    assert time.monotonic() - began < 30


def test_the_simulator_plays_when_it_is_asked_to(run_greenroom):
    done = run_greenroom("demo", "--simulate")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("greenroom demo: a simulated CLI: no account, no network, no cost")
    _assert_everything_was_shown(done.out)


def test_the_simulator_plays_where_no_cli_is_found(run_greenroom, tmp_path):
    done = run_greenroom("demo", GREENROOM_CLAUDE_PATH=str(tmp_path / "none"))
    assert done.code == 0
    assert done.out.startswith("greenroom demo: a simulated CLI")


def test_a_binary_that_was_asked_for_must_be_there(run_here, tmp_path):
    done = run_here("demo", "--executable", tmp_path / "none")
    assert (done.code, done.out) == (69, "")


def _assert_everything_was_shown(out):
    for sight in (
        "\n> Say hello.\n",
        "\nHello! I am a scripted model on your own machine",
        "\ntool     Bash: echo green\n",
        "\ntool     says: green\n",
        "\nIt says: green.\n",
        "This is one conversation, in one process.\n",
        "the conversation so far: $0.00042\n",
    ):
        assert sight in out
    assert out.count("\nport     process ") == 1
    assert out.endswith("\nnothing left behind: 0 processes\n")
