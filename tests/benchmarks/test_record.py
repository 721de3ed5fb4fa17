"""What is run again takes its place in the file; what is of another machine gets none."""

import json

import pytest

from benchmarks.record import Record, RecordError
from benchmarks.result import Bar, Result
from benchmarks.spread import Spread


def found(value):
    spread = Spread(value, value, value)
    return Result({"speed": spread}, {"ours": [{"s": value}]}, [Bar.at_least(1, "it", spread)])


def test_benchmarks_that_are_run_again_replace_what_was_there_and_others_stay(tmp_path):
    file = tmp_path / "results" / "new.json"
    record = Record.to_add_to(file)
    record.add("one", {"rounds": 1}, found(1.0))
    record.add("two", {"rounds": 1}, found(2.0))
    record.write(file)
    again = Record.to_add_to(file)
    again.add("two", {"rounds": 9}, found(0.5))
    again.write(file)
    benchmarks = Record.read(file).benchmarks
    assert benchmarks["one"]["figures"]["speed"]["median"] == 1.0
    assert benchmarks["two"]["figures"]["speed"]["median"] == 0.5
    assert benchmarks["two"]["run"] == {"rounds": 9}
    assert [benchmarks[name]["bars"][0]["held"] for name in ("one", "two")] == [True, False]


def test_figures_of_another_machine_or_other_versions_are_not_mixed(tmp_path):
    file = tmp_path / "results.json"
    record = Record.to_add_to(file)
    record.machine["cores"] = 4096
    record.write(file)
    with pytest.raises(RecordError, match=r"figures from elsewhere \(cores: 4096, not \d+\)"):
        Record.to_add_to(file)
    assert Record.read(file).machine["cores"] == 4096


def test_a_file_of_another_format_is_not_read(tmp_path):
    file = tmp_path / "results.json"
    file.write_text('{"format": 99}')
    with pytest.raises(RecordError, match="has format 99, not 1"):
        Record.read(file)


def test_a_file_that_is_missing_is_not_read_but_begun(tmp_path):
    with pytest.raises(RecordError, match="No such file"):
        Record.read(tmp_path / "none.json")
    assert Record.to_add_to(tmp_path / "none.json").benchmarks == {}


def test_the_file_is_json_with_short_lines_and_figures_of_six_digits(tmp_path):
    file = tmp_path / "results.json"
    record = Record.to_add_to(file)
    record.add("one", {}, found(1 / 3))
    record.write(file)
    text = file.read_text()
    assert json.loads(text)["benchmarks"]["one"]["readings"] == {"ours": [{"s": 0.333333}]}
    assert '    {"s": 0.333333}\n' in text
