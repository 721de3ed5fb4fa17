"""The suite runs, says what it found, and says clearly why it did not."""

import json

import pytest

from tests.suite import run

pytest.importorskip("claude_agent_sdk")

SIDES = {"greenroom", "greenroom_asyncio", "sdk", "naive", "bare"}


@pytest.fixture(name="results", scope="module")
def _results(tmp_path_factory):
    """The file that one benchmark wrote, and what the command printed."""
    file = tmp_path_factory.mktemp("results") / "results.json"
    done = run("benchmarks", "stream", "--quick", "--rounds", "1", "--json", file)
    assert done.returncode == 0, done.stdout + done.stderr
    return file, done.stdout


def test_every_bar_is_printed_as_held_or_missed(results):
    _, printed = results
    rows = [line for line in printed.splitlines() if line.startswith("| stream, Greenroom")]
    assert len(rows) >= 4
    assert all(row.endswith(("held |", "MISSED |")) for row in rows)


def test_the_file_tells_machine_versions_and_how_it_was_run(results):
    file, _ = results
    content = json.loads(file.read_text())
    assert {"cpu", "cores", "memory_mib", "python", "libraries"} <= set(content["machine"])
    assert {"greenroom", "claude-agent-sdk"} <= set(content["machine"]["libraries"])
    run = content["benchmarks"]["stream"]["run"]
    assert run["quick"] is True
    assert run["rounds"] == 1
    assert run["at"].endswith("+00:00")
    assert {"load_average", "free_memory_mib", "sources", "seconds"} <= set(run)
    assert run["argv"] == ["stream", "--quick", "--rounds", "1"]
    assert str(file.parent) not in file.read_text()


def test_the_file_has_every_figure_reading_and_bar(results):
    file, _ = results
    found = json.loads(file.read_text())["benchmarks"]["stream"]
    assert set(found["readings"]) >= SIDES
    assert all(len(readings) == 1 for readings in found["readings"].values())
    assert set(found["figures"]["costs"]) >= SIDES
    assert all({"what", "bound", "measured", "held"} <= set(bar) for bar in found["bars"])


def test_a_plot_is_drawn_of_what_the_file_has(results, tmp_path):
    pytest.importorskip("matplotlib")
    file, _ = results
    drawn = []
    for directory in (tmp_path / "first", tmp_path / "again"):
        done = run("benchmarks.plot", file, "--to", directory)
        assert done.returncode == 0, done.stdout + done.stderr
        assert [path.name for path in directory.iterdir()] == ["stream.svg"]
        drawn.append((directory / "stream.svg").read_bytes())
    assert drawn[0] == drawn[1]
    assert b"Greenroom, asyncio</text>" in drawn[0]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["floating"], "no such benchmark: floating; there are decode, stream"),
        (["stream", "--rounds", "0"], "--rounds must be at least 1, not 0"),
        (["stream", "--rounds", "many"], "invalid int value: 'many'"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_reason(arguments, complaint):
    done = run("benchmarks", *arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_side_that_fails_is_named_with_what_it_wrote(tmp_path):
    (tmp_path / "claude_agent_sdk.py").write_text("raise RuntimeError('no luck today')")
    environment = {"PYTHONPATH": str(tmp_path)}
    done = run("benchmarks", "stream", "--quick", "--rounds", "1", env=environment)
    assert done.returncode == 1
    assert "stream, side sdk ended with code 1" in done.stderr
    assert "RuntimeError: no luck today" in done.stderr
    assert "no figures of stream" in done.stderr


def test_a_file_of_something_else_is_left_alone(tmp_path):
    file = tmp_path / "diary.json"
    file.write_text('{"monday": "rain"}')
    for command in (("benchmarks", "stream", "--json", file), ("benchmarks.plot", file)):
        done = run(*command)
        assert done.returncode == 1
        assert "was not written by this suite" in done.stderr
        assert file.read_text() == '{"monday": "rain"}'
