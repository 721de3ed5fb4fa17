"""The soak: very many lives of agents, and what they leave behind. `python -m benchmarks.soak`.

Every part prints its figures as it ends and names what should not have been. The ledger at the end
wants nothing to be there that was not there before: processes, descriptors, threads, actors, files.
Linux: it reads `/proc`.
"""
