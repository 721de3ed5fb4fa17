"""``greenroom.logging.configure``: one stream, one line a record, no secrets, no escapes."""

import io
import json
import logging

import pytest
import structlog

from greenroom.logging import configure


@pytest.fixture(autouse=True)
def _as_before():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(name="log")
def _log():
    """A function that configures into a stream and returns it."""

    def log(**how):
        stream = io.StringIO()
        configure(stream=stream, **how)
        return stream

    return log


def _records(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_structlog_and_the_standard_library_come_out_in_one_stream(log):
    stream = log(level="info")
    structlog.get_logger("our.own").info("turn_finished", cost_usd=0.5)
    logging.getLogger("pykka").warning("it said %s", "so")
    ours, theirs = _records(stream)
    assert (ours["event"], ours["logger"], ours["cost_usd"]) == (
        "turn_finished",
        "our.own",
        0.5,
    )
    assert (theirs["event"], theirs["logger"], theirs["level"]) == (
        "it said so",
        "pykka",
        "warning",
    )
    assert ours["timestamp"].endswith("Z")


@pytest.mark.parametrize("how", ["json", "console"])
def test_a_record_is_one_line_without_escapes_and_secrets(log, how):
    stream = log(format=how, secrets=["hunter-22"], colors=False)
    structlog.get_logger("x").error("a\nb\x1b[2J", api_key="k", text="hunter-22 \ud800\x9b31m")
    said = stream.getvalue()
    assert said.count("\n") == 1
    assert not [bad for bad in ("hunter-22", "\x1b", "\x9b", "\ud800") if bad in said]
    assert said.count("***") == 2


@pytest.mark.parametrize("how", ["json", "console"])
def test_tracebacks_are_shown_without_local_variables(log, how):
    stream = log(format=how, colors=False)
    local = "a local value"
    try:
        int(local)
    except ValueError:
        structlog.get_logger("x").exception("it_failed")
        logging.getLogger("y").exception("it failed")
    assert stream.getvalue().count("ValueError: invalid literal") == 2
    assert "local = " not in stream.getvalue()


def test_configuring_again_replaces_the_setup_before(log):
    first, second = log(), log()
    logging.getLogger("x").error("once")
    assert (first.getvalue(), len(_records(second))) == ("", 1)


def test_levels_below_the_asked_one_are_not_shown(log):
    stream = log(level="error")
    structlog.get_logger("x").warning("a")
    logging.getLogger("x").warning("b")
    assert stream.getvalue() == ""
