"""The same misbehaving CLI under Greenroom and under the official SDK, side by side.

`python -m benchmarks.faults` prints a table of what each of them made of it. No verdict is written
down anywhere: `scenarios.py` says what is right, as a test of what was observed.
"""
