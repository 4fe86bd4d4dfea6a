"""Lanes: what each leaves of a bucket to the more urgent ones."""

from __future__ import annotations

from itertools import pairwise

from portico.core.lane import FLOORS, Lane, floor_points


def test_the_less_urgent_leaves_more() -> None:
    """Each lane has a higher floor than the one before it; who waits may spend the last point."""
    assert FLOORS[Lane.INTERACTIVE] == 0
    assert all(FLOORS[one] < FLOORS[next_one] for one, next_one in pairwise(Lane))


def test_a_floor_is_a_share_of_the_limit() -> None:
    """A larger bucket has a higher floor, in whole points."""
    assert floor_points(Lane.REFRESH, 5_000) == 500
    assert floor_points(Lane.REFRESH, 60) == 6
