"""The ready-made faults: each one shows, from outside, what its name says."""

import signal

import pytest

from greenroom.testing import FAULTS
from greenroom_protocol.claude import Assistant, ControlRequest

ENDINGS = {
    "killed_in_mid_line": -signal.SIGKILL,
    "segfault": -signal.SIGSEGV,
    "exit_0_after_half_a_result": 0,
    "exit_0_without_result": 0,
    "exit_3_without_result": 3,
    "exit_143_unasked": 143,
    "exit_at_start": 1,
    "result_of_another_prompt": 0,
}
RESULTS = {
    "result_twice": [False, False],
    "result_before_init": [False],
    "result_without_members": [False],
    "unsolicited_result_first": [False, False],
    "no_structured_output": [False],
    "garbage": [False],
    "usage_limit": [True],
    "login_expired": [True],
    "overloaded": [True],
    "unreachable": [True],
    "max_turns": [True],
}
RELAPSES = {  # shown in test_simulator_relapses.py
    "dies_after_each_start",
    "forgets_on_resume",
    "hangs_when_idle",
    "poisoned_on_resume",
}
SPOKEN_THEN_SILENT = [
    "frozen",
    "ignores_eof_and_sigterm",
    "long_tool",
    "silent_in_mid_line",
    "hangs",
    "interrupt_ignored",
    "interrupt_not_obeyed",
    "endless_line",
    "grows",
    "oversize_line",
    "stderr_flood",
    "stderr_flood_without_newline",
    "stderr_flood_of_bytes",
]


@pytest.mark.parametrize(("name", "code"), ENDINGS.items())
def test_it_ends_as_it_says(play, name, code):
    client = play(FAULTS[name])
    client.simulator.wait_for(lambda record: record.entries)
    if code != 1:
        client.prompt(uuid="p-0")
    client.rest()
    assert client.wait() == code
    assert [each for each in client.results() if "p-0" in each.user_message_uuids] == []


@pytest.mark.parametrize(("name", "failures"), RESULTS.items())
def test_it_reports_as_it_says(play, name, failures):
    client = play(FAULTS[name])
    client.prompt(uuid="p-0")
    assert client.finish() == failures[-1]
    assert [result.is_error for result in client.results()] == failures


@pytest.mark.parametrize("name", SPOKEN_THEN_SILENT)
def test_it_speaks_and_goes_no_further(play, name):
    client = play(FAULTS[name])
    client.prompt(uuid="p-0")
    client.expect(Assistant)
    assert client.process.poll() is None


@pytest.mark.parametrize("name", [name for name in FAULTS if name.startswith("silent_")])
def test_a_silence_gives_no_result(play, name):
    client = play(FAULTS[name])
    client.request("initialize")
    client.simulator.wait_for(lambda record: record.is_running)
    client.process.terminate()
    client.rest()
    assert client.wait() == 143
    assert client.results() == []


@pytest.mark.parametrize("name", [name for name in FAULTS if name.startswith("grandchild_")])
def test_a_grandchild_is_left(play, name):
    client = play(FAULTS[name])
    client.prompt()
    assert client.wait() == (3 if "crash" in name else 0)
    assert len(client.simulator.record().grandchildren) == 1


def test_a_permission_is_asked_behind_the_flood(play):
    client = play(FAULTS["flood_then_permission"])
    client.prompt()
    client.expect(ControlRequest)
    assert client.raw.count(b'"stream_event"') == 100_000


def test_every_fault_can_be_written_to_a_file_and_read_back(tmp_path):
    for name, scenario in FAULTS.items():
        path = tmp_path / f"{name}.json"
        path.write_bytes(scenario.dump())
        assert type(scenario).load(path).dump() == scenario.dump()


def test_the_tests_here_leave_no_fault_out():
    shown = {*ENDINGS, *RESULTS, *SPOKEN_THEN_SILENT, *RELAPSES, "stdout_closed_but_alive"}
    rest = [name for name in FAULTS if name not in shown]
    assert all(name.startswith(("silent_", "grandchild_", "flood_")) for name in rest), rest


def test_stdout_closes_and_the_process_lives(play):
    client = play(FAULTS["stdout_closed_but_alive"])
    client.prompt()
    client.rest()
    assert not client.results()
    assert client.process.poll() is None
