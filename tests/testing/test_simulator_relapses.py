"""Faults of a simulated CLI that come again with the process that replaces it."""

from itertools import pairwise
from pathlib import Path

import pytest

from greenroom.testing import FAULTS
from greenroom.testing import scenario as s
from greenroom.testing.scenario import Reply, Scenario, Turn
from greenroom.testing.scenario.catalogue import poisoned
from greenroom.testing.simulator import Simulator
from greenroom_protocol.claude import (
    Assistant,
    ControlResponse,
    ControlSuccess,
    Result,
    SystemInit,
)

OWN_ID = "11111111-2222-4333-8444-666666666666"
COUNTING = Scenario(turns=[[s.Text("after $history")]])


@pytest.fixture(name="hold")
def _hold(connect):
    """``hold(simulator, *argv)``: a process of one prompt; returns its result."""

    def hold(simulator, *argv, uuid="p-0"):
        client = connect(simulator, *argv)
        client.prompt(uuid=uuid)
        result = client.expect(Result)
        client.finish()
        return result

    return hold


@pytest.fixture(name="install")
def _install(tmp_path):
    return lambda *scenarios: Simulator.install(tmp_path / "cli", *scenarios)


# --- deaths ---


def test_each_process_dies_soon_after_a_good_start_and_they_can_be_counted(install, connect):
    simulator = install(FAULTS["dies_after_each_start"])
    for _ in range(3):
        client = connect(simulator)
        client.request("initialize")
        assert isinstance(client.expect(ControlResponse).response, ControlSuccess)
        assert client.rest() == []
        assert client.wait() == 1
    records = simulator.launches()
    assert [record.exit_code for record in records] == [1, 1, 1]
    starts = [record.started_at for record in records]
    assert starts == sorted(starts)
    assert all(later - earlier > 0.05 for earlier, later in pairwise(starts))


def test_a_death_behind_the_handshake_cuts_the_turn_that_has_begun(play):
    client = play(Scenario(requests={"initialize": Reply(after=[s.Gate("die"), s.Exit(1)])}))
    client.request("initialize")
    client.prompt("one")
    assert client.expect(Result).result == "You said: one"
    client.simulator.open_gate("die")
    client.rest()
    assert client.wait() == 1


# --- hangs ---


def test_it_hangs_once_it_is_idle_and_answers_nothing_more(play):
    client = play(FAULTS["hangs_when_idle"])
    client.prompt()
    assert client.expect(Result).result == "Hello"
    behind = len(client.frames)
    client.request("mcp_status")
    client.process.stdin.close()
    client.process.kill()
    client.rest()
    assert not any(isinstance(frame, ControlResponse) for frame in client.frames[behind:])


def test_it_hangs_behind_the_handshake(play):
    client = play(Scenario(requests={"initialize": Reply(after=[s.Hang()])}))
    client.request("initialize")
    client.expect(ControlResponse)
    client.prompt()
    client.process.kill()
    assert client.rest() == []


def test_it_may_leave_one_kind_of_request_unanswered(play):
    client = play(Scenario(requests={"mcp_status": Reply(ignore=True)}))
    client.request("mcp_status")
    client.prompt()
    assert client.expect(Result).result == "You said: hi"
    assert client.finish() == 0
    assert not any(isinstance(frame, ControlResponse) for frame in client.frames)


# --- memory ---


def resident_bytes(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [kilobytes] = [line.split()[1] for line in lines if line.startswith("VmRSS")]
    return int(kilobytes) * 1024


@pytest.mark.parametrize("rate", [None, 400_000_000], ids=["at once", "bit by bit"])
def test_it_takes_the_memory_it_is_told_and_no_more(play, rate):
    client = play(Scenario(turns=[[s.Gate("go"), s.Allocate(60_000_000, rate)]]))
    client.prompt()
    client.expect(SystemInit)
    before = resident_bytes(client.process.pid)
    client.simulator.open_gate("go")
    client.expect(Result)
    assert 55_000_000 < resident_bytes(client.process.pid) - before < 80_000_000


def test_it_answers_while_it_grows(play):
    client = play(Scenario(turns=[[s.Allocate(100_000_000, 1_000_000)]]))
    client.prompt()
    client.expect(SystemInit)
    client.request("mcp_status")
    assert isinstance(client.expect(ControlResponse).response, ControlSuccess)
    client.request("interrupt")
    assert client.expect(Result).is_error


# --- poison ---


WAYS = {
    "resume": [],
    "resume_at": ["--resume-session-at=p-0"],
    "fork": ["--resume-session-at=p-0", "--fork-session"],
}
REFUSED = {
    "resume_at": {"resume"},
    "fork": {"resume", "resume_at"},
    "fresh": {"resume", "resume_at", "fork"},
}


@pytest.mark.parametrize("until", REFUSED)
def test_a_poisoned_history_is_refused_up_to_a_rung(install, hold, until):
    simulator = install(poisoned(until))
    first = hold(simulator)
    results = {
        way: hold(simulator, f"--resume={first.session_id}", *flags, uuid=way)
        for way, flags in WAYS.items()
    }
    assert {way for way, result in results.items() if result.is_error} == REFUSED[until]
    assert hold(simulator).is_error is False


def test_a_refusal_of_the_history_is_told_as_the_cli_tells_it(install, hold, connect):
    simulator = install(FAULTS["poisoned_on_resume"])
    first = hold(simulator)
    client = connect(simulator, f"--resume={first.session_id}")
    client.prompt(uuid="p-1")
    said, result = client.expect(Assistant), client.expect(Result)
    assert (said.error, said.is_api_error_message) == ("invalid_request", True)
    for frame in (said, result):
        assert frame.api_error_status == 400
        assert frame.api_error_type == "invalid_request_error"
        assert frame.api_error == "tool_history_mismatch"
    assert (result.subtype, result.is_error, result.terminal_reason) == (
        "success",
        True,
        "api_error",
    )
    client.prompt(uuid="p-2")  # it lives on, and fails again
    assert client.expect(Result).is_error
    assert client.finish() == 1


def test_a_usage_limit_tells_its_reset_in_the_message_as_well(play):
    client = play(FAULTS["usage_limit"])
    client.prompt()
    said = client.expect(Assistant)
    assert said.api_error_params["rate_limit_info"]["resetsAt"] == 1_999_999_999
    assert client.expect(Result).api_error == "usage_limit_reached"


def test_an_error_without_a_status_has_no_type_either(play):
    client = play(Scenario(turns=[[s.ApiError(None)]]))
    client.prompt()
    assert (client.expect(Assistant).api_error_type, client.expect(Result).api_error) == (None,) * 2


# --- other conversations ---


@pytest.mark.parametrize(("reaction", "said"), [("fork", "after 1"), ("forget", "after 0")])
def test_it_goes_on_with_another_conversation_than_it_was_told(install, hold, reaction, said):
    simulator = install(COUNTING, Scenario(turns=COUNTING.turns, on_resume=reaction))
    first = hold(simulator)
    second = hold(simulator, f"--resume={first.session_id}", uuid="p-1")
    assert second.session_id != first.session_id
    assert second.result == said


def test_what_is_not_stored_is_not_forgotten_but_missed(install, connect):
    simulator = install(Scenario(on_resume="forget"))
    [result] = connect(simulator, f"--resume={OWN_ID}").rest()
    assert result.errors == (f"No conversation found with session ID: {OWN_ID}",)


def test_a_cut_history_stays_cut(install, hold):
    simulator = install(COUNTING)
    first = hold(simulator, uuid="p-0")
    resume = f"--resume={first.session_id}"
    assert hold(simulator, resume, uuid="p-1").result == "after 1"
    assert hold(simulator, resume, uuid="p-2").result == "after 2"
    assert hold(simulator, resume, "--resume-session-at=p-0", uuid="p-3").result == "after 1"
    assert hold(simulator, resume, uuid="p-4").result == "after 2"


def test_an_entry_that_is_not_there_is_named(install, hold, connect):
    simulator = install(COUNTING)
    first = hold(simulator)
    client = connect(simulator, f"--resume={first.session_id}", f"--resume-session-at={first.uuid}")
    [result] = client.rest()
    assert result.errors == (f"No message found with message.uuid of: {first.uuid}",)
    assert client.wait() == 1


# --- damaged files ---


def transcript(simulator, session_id):
    [path] = simulator.directory.rglob(f"{session_id}.jsonl")
    return path


@pytest.mark.parametrize("left", [b"", b'{"type":"user","uu'], ids=["nothing", "half a line"])
def test_a_transcript_without_a_whole_entry_is_none(install, hold, connect, left):
    simulator = install(COUNTING)
    first = hold(simulator)
    transcript(simulator, first.session_id).write_bytes(left)
    [result] = connect(simulator, f"--resume={first.session_id}").rest()
    assert result.errors == (f"No conversation found with session ID: {first.session_id}",)


def test_a_transcript_that_ends_in_the_middle_of_a_line_goes_on_behind_it(install, hold):
    simulator = install(COUNTING)
    first = hold(simulator, uuid="p-0")
    resume = f"--resume={first.session_id}"
    path = transcript(simulator, first.session_id)
    whole = path.read_bytes()
    path.write_bytes(b"\x00\xff garbage\n" + whole + b'{"type":"user","uu')
    assert hold(simulator, resume, uuid="p-1").result == "after 1"
    assert hold(simulator, resume, uuid="p-2").result == "after 2"


# --- turns by launch ---


def test_turns_are_chosen_by_what_the_process_was_started_for():
    scenario = Scenario(
        turns=[
            Turn([s.Text("resumed")], launched=["resume", "resume_at"]),
            Turn([s.Text("new")], launched=["fresh"]),
            [s.Text("any")],
        ]
    )
    played = {
        launched: [scenario.turn("", number, launched).steps[0].text for number in range(3)]
        for launched in ("fresh", "resume", "fork")
    }
    assert played == {
        "fresh": ["new", "any", "any"],
        "resume": ["resumed", "any", "any"],
        "fork": ["any", "any", "any"],
    }
