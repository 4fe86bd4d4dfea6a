"""What the benchmarks are built from: an upstream, a load, processes, rounds, a report.

Two processes stand beside the server that is measured, each a module of its own that can be run
by hand: `stub` is the GitHub behind it, `load` the callers in front of it. All else runs in the
process that the person started, and only starts, watches, counts and writes.
"""
