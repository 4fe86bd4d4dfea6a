"""Who opens which page of a popular site, and when, over a day, in order, from one seed.

Visitors come by day more than by night, and to what is popular more than to the rest. Now and then
a news site links to a page that hardly anybody knew: hundreds come within a minute, fewer and fewer
after that, and some of them leave a star.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.points.trace import Ask
from benchmarks.points.world import START_AT, Change, weights

# The day begins at midnight. At the quietest hour there are a tenth as many as at the busiest.
_QUIETEST_HOUR: Final = 4.0
_SWING: Final = 0.82
_SLOT_S: Final = 60.0
# How long a visitor of a burst comes after the link on average, in seconds.
_BURST_MEAN_S: Final = 300.0
_STARS_PER_VISIT: Final = 0.05


@dataclass(frozen=True, slots=True)
class Burst:
    """A link to a page about a repository, on a site that many read."""

    at: float
    full_name: str
    page: str


def moments(total: int, *, hours: float, rng: random.Random) -> list[float]:
    """Draw instants at which people are about, in order."""
    slots = range(math.ceil(hours * 3600 / _SLOT_S))
    likely = [_presence(slot * _SLOT_S / 3600) for slot in slots]
    begun = rng.choices(slots, likely, k=total)
    return sorted(START_AT + (slot + rng.random()) * _SLOT_S for slot in begun)


def _presence(hour: float) -> float:
    return 1 - _SWING * math.cos((hour - _QUIETEST_HOUR) / 24 * math.tau)


def visits(
    pages: Mapping[str, Mapping[str, float]], moments: Sequence[float], rng: random.Random
) -> Iterator[Ask]:
    """Draw who opens what at these moments, in their order.

    `pages` has by repository, the busiest first, how often each page is opened, relatively.
    """
    about = rng.choices(list(pages), weights(len(pages)), k=len(moments))
    for at, full_name in zip(moments, about, strict=True):
        [page] = rng.choices(list(pages[full_name]), list(pages[full_name].values()))
        yield at, page


def burst_visits(bursts: Sequence[Burst], *, each: int, seed: int) -> Iterator[Ask]:
    """Draw the visits that links bring, `each` so many, in order."""
    rng = random.Random(f"burst visits {seed}")
    return heapq.merge(*(sorted((at, one.page) for at in _after(one, each, rng)) for one in bursts))


def burst_stars(bursts: Sequence[Burst], *, visits: int, seed: int) -> Iterator[Change]:
    """Draw the stars that visitors of so many leave."""
    rng = random.Random(f"burst stars {seed}")
    for one in bursts:
        for number, at in enumerate(_after(one, round(visits * _STARS_PER_VISIT), rng)):
            yield Change(at, one.full_name, "star", number)


def _after(burst: Burst, count: int, rng: random.Random) -> Iterator[float]:
    return (burst.at + rng.expovariate(1 / _BURST_MEAN_S) for _ in range(count))
