"""What callbacks did in a turn is kept for its outcome, and no more than fits."""

from greenroom.permissions import Denial
from greenroom.request.record import Record
from greenroom.values.callback_failure import CallbackFailure, CallbackFault


def test_a_turn_without_callbacks_has_nothing_to_tell():
    record = Record()
    assert (record.failures, record.denials()) == ((), ())


def test_what_was_noted_is_told_in_order():
    record = Record()
    failures = [
        CallbackFailure(callback=name, fault=CallbackFault.RAISED, message="x") for name in "ab"
    ]
    for failure in failures:
        record.note(failure)
    record.note(Denial(tool_name="Bash", tool_use_id="t-1", source="host"))
    assert record.failures == tuple(failures)
    assert [denial.tool_use_id for denial in record.denials()] == ["t-1"]


def test_a_cli_that_asks_without_end_fills_no_memory():
    record = Record()
    for number in range(5_000):
        record.note(Denial(tool_name="Bash", tool_use_id=str(number), source="host"))
    assert [denial.tool_use_id for denial in record.denials()] == [str(n) for n in range(1_000)]
