"""Longer fresh and stale times while a bucket runs short: one curve, and what it is applied to.

The points that are left would last for some seconds, if they were spent as evenly as a whole
bucket over a whole window. If that is less than what is left of the window (of which no more than
half counts, as the first half of a bucket is for bursts), the times of `core/freshness.py` grow in
the same ratio, four times at most: what is renewed a third as often needs a third of the points.
Nothing else is known of a bucket than what GitHub told last, and of an unknown one nothing is
stretched. Why so: docs/decisions/0021-stretch.md.

Instants of windows are Unix seconds by GitHub's clock; durations are seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from portico.core.entry import Entry
from portico.core.freshness import TABLE, Lifetime
from portico.core.limits import window_s
from portico.core.resource import RouteClass
from portico.core.window import Window

# What people look at. Not what somebody merges or deploys by, however few points are left: what
# the others do not spend is for that. `own` is never served unasked, `immutable` never changes.
STRETCHED: Final = frozenset({RouteClass.SLOW, RouteClass.MOVING, RouteClass.SEARCH})
# Reached at an eighth of the points, shortly before renewals stop (`core/lane.py`).
MOST: Final = 4.0
# With this share of a bucket left nothing is stretched, however early it is.
PLENTY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Shortage:
    """A bucket that does not last: evenly spent its points go `lasts_s`, its reset is in `left_s`.

    Of these no more than `counted_s` count. Made by `shortage_of`, so there is less than is needed.
    """

    lasts_s: float
    left_s: float
    counted_s: float

    @property
    def factor(self) -> float:
        """By what fresh and stale times are multiplied: from 1 to `MOST`."""
        needed_s = min(self.left_s, self.counted_s)
        return MOST if needed_s >= MOST * self.lasts_s else needed_s / self.lasts_s

    def left_of(self, fresh_s: float, age_s: float) -> float:
        """Return for how long something of this age stays fresh if nothing more is spent.

        `fresh_s` is the time that is stretched. The nearer the reset the smaller the factor, and
        at the reset the time is what it was: this ends when the two meet. Negative: since when it
        is no longer fresh.
        """
        stretched_s = self.factor * fresh_s
        if age_s > stretched_s:
            return stretched_s - age_s
        most = min(MOST, self.counted_s / self.lasts_s if self.lasts_s else math.inf)
        # age + x = fresh * (left - x) / lasts, solved for x.
        met_in_s = (fresh_s * self.left_s - age_s * self.lasts_s) / (fresh_s + self.lasts_s)
        return max(0.0, min(most * fresh_s - age_s, met_in_s))


def shortage_of(window: Window | None, now: float) -> Shortage | None:
    """Return how short a bucket is at `now`; None where it lasts, or nothing is known of it."""
    if window is None or window.remaining >= PLENTY * window.limit:
        return None
    length_s = window_s(window.resource)
    lasts_s = length_s * window.remaining / window.limit
    left_s = window.reset_at - now
    return Shortage(lasts_s, left_s, PLENTY * length_s) if left_s > lasts_s else None


def may_be_stretched(entry: Entry) -> bool:
    """Return whether the times of a stored response may be stretched.

    What may not stand in for a failure may not: what was not there, and what may be from before a
    change that is known of.
    """
    return entry.route_class in STRETCHED and entry.lifetime.rescue_s > 0


def stretched(entry: Entry, shortage: Shortage) -> Lifetime:
    """Return how long an entry may be used in a shortage, if it may be stretched.

    The times of the table grow; a longer one that GitHub itself named is long enough. In all it
    is used no longer than the table lets it stand in for a failure.
    """
    own, factor = entry.lifetime, shortage.factor
    fresh_s = max(own.fresh_s, factor * TABLE[entry.route_class].fresh_s)
    return Lifetime(fresh_s, factor * own.stale_s, own.rescue_s - (fresh_s - own.fresh_s))


def freshness_left_s(entry: Entry, shortage: Shortage | None, *, now: float) -> float:
    """Return for how long an entry stays fresh, stretched or not; negative: since when it is not.

    `now` is by our own clock.
    """
    age_s = entry.age_s(now)
    own_s = entry.lifetime.fresh_s - age_s
    if shortage is None:
        return own_s
    return max(own_s, shortage.left_of(TABLE[entry.route_class].fresh_s, age_s))
