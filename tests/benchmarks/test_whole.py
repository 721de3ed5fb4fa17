"""Every benchmark is written about, drawn, and runs from what the suite calls it."""

import importlib
from pathlib import Path

import pytest

from benchmarks.__main__ import _BENCHMARKS
from tests.suite import ROOT, run

RESULTS = sorted((ROOT / "benchmarks" / "results").glob("*.json"))
README = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", _BENCHMARKS)
def test_a_benchmark_can_be_run_and_is_written_about(name):
    benchmark = importlib.import_module(f"benchmarks.{name}")
    assert benchmark.ROUNDS >= 1
    assert callable(benchmark.run)
    assert f"| `{name}`" in README


def test_there_is_a_plot_of_every_benchmark():
    pytest.importorskip("matplotlib")
    gallery = importlib.import_module("benchmarks.plot.gallery")
    assert set(gallery.PLOTS) == set(_BENCHMARKS)


@pytest.mark.parametrize("file", RESULTS, ids=lambda file: file.stem)
def test_results_that_are_kept_can_still_be_drawn(file, tmp_path):
    pytest.importorskip("matplotlib")
    done = run("benchmarks.plot", file, "--to", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {Path(line).name for line in done.stdout.split()} == {
        path.name for path in tmp_path.iterdir()
    }
