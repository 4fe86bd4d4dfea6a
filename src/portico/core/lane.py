"""For what a call is made, and how much of a bucket it must leave to what is more urgent."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Lane(IntEnum):
    """Why GitHub is asked. The lower number goes first."""

    INTERACTIVE = 0
    """Somebody waits for the answer."""
    REFRESH = 1
    """Renewing what has just been served, or what changed."""
    BACKGROUND = 2
    """Nobody waits and nothing is known to have changed: samples, warming."""


# The share of a bucket's limit that a lane must leave. A tenth of 5,000 answers an hour of people
# looking on after renewals have stopped; samples stop while most can still be renewed.
FLOORS: Final[dict[Lane, float]] = {
    Lane.INTERACTIVE: 0.0,
    Lane.REFRESH: 0.1,
    Lane.BACKGROUND: 0.25,
}


def floor_points(lane: Lane, limit: int) -> int:
    """Return how many points of a bucket of `limit` the lane must leave."""
    return int(FLOORS[lane] * limit)
