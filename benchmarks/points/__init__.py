"""Days in simulated time, of a fleet and of a site: what they cost, and how old the answers are.

`python -m benchmarks.points --help` tells what it can be told. Nothing here waits and nothing is
measured by the clock on the wall, so the figures are the same on every machine.
"""
