"""Tells what this process has cost so far, in one line of JSON.

It imports nothing but what every interpreter has, so that it counts for nothing itself.
"""

import sys
import time


def tell() -> None:
    """Print processor time, modules and largest resident set of this process."""
    cpu, modules = time.process_time(), len(sys.modules)
    print(
        f'{{"cpu_seconds": {cpu}, "modules": {modules}, "peak_rss_bytes": {_peak()}}}', flush=True
    )


def _peak() -> int:
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - pathlib counts
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except OSError:  # macOS counts in bytes
        import resource  # noqa: PLC0415 - see above

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
