"""The figures of a results file as SVG: `python -m benchmarks.plot FILE`, or `make plots`."""
