"""Who asks for what, and when: the questions of a fleet over a day, in order, from one seed.

Three sorts of asking, as fleets have them: programs that look at the same few things again and
again (nearly all of it), jobs that ask for one repository's things many times in some seconds, and
an inventory that asks for everything four times a day.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.points.trace import Ask
from benchmarks.points.world import START_AT, weights

# What is asked of each repository, one of each sort that fleets poll: itself (slow), two lists that
# people watch (moving), and what somebody merges by (deciding).
KINDS: Final = ("", "/issues", "/commits", "/commits/main/check-runs")

# How long a program waits between two looks, in seconds, and how many of ten do so.
_PERIODS: Final = {60.0: 1, 120.0: 2, 300.0: 5, 900.0: 2}
# A look takes its time too. Were it no time at all, programs that wait just as long as something is
# fresh would always come when it still is.
_LOOK_TAKES: Final = 0.02  # of the period, at most
_BURSTS_PER_CLIENT: Final = 8  # a day
_BURST_ASKS: Final = 40
_BURST_TAKES_S: Final = 10.0
_INVENTORY_EVERY_S: Final = 6 * 3600.0
_INVENTORY_GAP_S: Final = 0.2


def asks(
    repositories: Sequence[str],
    *,
    clients: int,
    watches: int,
    hours: float,
    rng: random.Random,
) -> Iterator[Ask]:
    """Draw all questions, in order. `watches` is how many things each client looks at."""
    end_at = START_AT + hours * 3600
    likely = weights(len(repositories))
    streams: list[Iterator[Ask]] = []
    for full_name in rng.choices(repositories, likely, k=clients * watches):
        path = f"/repos/{full_name}{rng.choice(KINDS)}"
        [waits_s] = rng.choices(list(_PERIODS), list(_PERIODS.values()))
        period_s = waits_s * (1 + rng.uniform(0, _LOOK_TAKES))
        streams.append(_watch(path, period_s, START_AT + rng.random() * period_s, end_at))
    bursts = round(clients * _BURSTS_PER_CLIENT * hours / 24)
    for full_name in rng.choices(repositories, likely, k=bursts):
        begins = START_AT + rng.random() * hours * 3600
        streams.append(iter(_burst(full_name, begins, rng)))
    streams.append(_inventory(repositories, end_at))
    return heapq.merge(*streams)


def _watch(path: str, period_s: float, at: float, end_at: float) -> Iterator[Ask]:
    while at < end_at:
        yield at, path
        at += period_s


def _burst(full_name: str, begins: float, rng: random.Random) -> list[Ask]:
    return sorted(
        (begins + rng.random() * _BURST_TAKES_S, f"/repos/{full_name}{rng.choice(KINDS)}")
        for _ in range(_BURST_ASKS)
    )


def _inventory(repositories: Sequence[str], end_at: float) -> Iterator[Ask]:
    begins = START_AT
    while begins < end_at:
        at = begins
        for full_name in repositories:
            for kind in KINDS:
                yield at, f"/repos/{full_name}{kind}"
                at += _INVENTORY_GAP_S
        begins += _INVENTORY_EVERY_S
