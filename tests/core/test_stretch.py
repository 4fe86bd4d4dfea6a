"""The curve: nothing while a bucket lasts, then smoothly up to four times, and back again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portico.core.entry import Entry
from portico.core.freshness import DAY_S, TABLE, Lifetime
from portico.core.limits import window_s
from portico.core.resource import RouteClass
from portico.core.stretch import (
    MOST,
    PLENTY,
    STRETCHED,
    Shortage,
    freshness_left_s,
    may_be_stretched,
    shortage_of,
    stretched,
)
from portico.core.window import Window
from tests.core.values import NOW, stored

HOUR_S = 3_600.0
FULL = Shortage(lasts_s=0, left_s=HOUR_S, counted_s=HOUR_S / 2)
"""A bucket with nothing left, long before its reset."""

RESOURCES = st.sampled_from(["core", "search"])
# Mostly those that run short.
SHARES = st.floats(0, 0.6) | st.floats(0, 1) | st.just(0.0)
WINDOWS = st.builds(
    lambda resource, limit, share, left: Window(
        resource, limit, int(share * limit), NOW + left * window_s(resource)
    ),
    RESOURCES,
    st.sampled_from([0, 1, 10, 30, 60, 5_000, 12_500]) | st.integers(0, 15_000),
    SHARES,
    st.floats(0, 1.2),
)
ENTRIES = st.builds(
    stored,
    age_s=st.floats(0, 2_000),
    route_class=st.sampled_from(sorted(STRETCHED)),
    status=st.sampled_from([200, 204]),
)


def factor(window: Window, now: float = NOW) -> float:
    """Return by what times are multiplied."""
    shortage = shortage_of(window, now)
    return 1.0 if shortage is None else shortage.factor


def core(remaining: int, *, left_s: float = HOUR_S) -> Window:
    """Return a bucket of 5,000 points an hour."""
    return Window("core", 5_000, remaining, NOW + left_s)


@pytest.mark.parametrize(
    ("remaining", "expected"),
    [
        (5_000, (1, 1, 1, 1)),
        (2_500, (1, 1, 1, 1)),
        (2_000, (1.25, 1.25, 1, 1)),
        (1_250, (2, 2, 1, 1)),
        (1_000, (2.5, 2.5, 1.25, 1)),
        (625, (4, 4, 2, 1)),
        (500, (4, 4, 2.5, 1)),
        (250, (4, 4, 4, 5 / 3)),
        (0, (4, 4, 4, 4)),
    ],
)
def test_the_declared_curve(remaining: int, expected: tuple[float, ...]) -> None:
    """The table of docs/operations.md: by points left, an hour to five minutes before the reset."""
    at = (HOUR_S, 1_800.0, 900.0, 300.0)

    found = tuple(factor(core(remaining, left_s=left_s)) for left_s in at)

    assert found == pytest.approx(expected)


def test_nothing_known_nothing_stretched() -> None:
    """Of a bucket that no answer has told of nothing is assumed."""
    assert shortage_of(None, NOW) is None


def test_a_reset_that_has_passed_stretches_nothing() -> None:
    """A window that is over is a full one, whatever was left of it."""
    assert factor(core(0, left_s=0)) == 1
    assert factor(core(0, left_s=-1).at(NOW)) == 1


@given(WINDOWS)
def test_never_shorter_and_never_beyond_the_maximum(window: Window) -> None:
    """The factor is from 1 to `MOST`, whatever GitHub tells."""
    assert 1 <= factor(window) <= MOST


@given(WINDOWS, st.integers(1, 5_000))
def test_fewer_points_never_stretch_less(window: Window, spent: int) -> None:
    """Monotone in what is left."""
    less = replace(window, remaining=max(0, window.remaining - spent))

    assert factor(less) >= factor(window)


@given(WINDOWS, st.floats(0, HOUR_S))
def test_time_that_passes_never_stretches_more(window: Window, seconds: float) -> None:
    """While nothing is spent the factor only falls."""
    assert factor(window, NOW + seconds) <= factor(window)


@given(WINDOWS)
def test_one_point_never_makes_a_jump(window: Window) -> None:
    """Continuous in points: one of those that are left moves it by no more than its share."""
    assume(window.remaining > 0)
    less = replace(window, remaining=window.remaining - 1)

    step = factor(less) - factor(window)

    assert step <= 1.0001 * MOST / window.remaining


@given(WINDOWS, st.floats(0, 1))
def test_one_second_never_makes_a_jump(window: Window, seconds: float) -> None:
    """Continuous in time until the reset: a second moves it by no more than its share."""
    assume(window.remaining > 0 and NOW + seconds < window.reset_at)
    lasts_s = window_s(window.resource) * window.remaining / window.limit

    step = factor(window) - factor(window, NOW + seconds)

    assert step <= 1.0001 * (seconds + 1e-6) / lasts_s


@given(WINDOWS)
def test_what_lasts_is_not_stretched(window: Window) -> None:
    """A bucket that is spent more slowly than evenly is none that runs short."""
    left = (window.reset_at - NOW) / window_s(window.resource)
    assume(window.remaining >= left * window.limit or window.remaining >= PLENTY * window.limit)

    assert factor(window) == pytest.approx(1)


@given(ENTRIES, WINDOWS)
def test_the_times_of_the_table_are_multiplied(entry: Entry, window: Window) -> None:
    """Fresh and stale times grow alike; in all it is used no longer than it may rescue."""
    shortage = shortage_of(window, NOW)
    assume(shortage is not None)
    assert shortage is not None
    row = TABLE[entry.route_class]

    life = stretched(entry, shortage)

    assert life.fresh_s == pytest.approx(shortage.factor * row.fresh_s)
    assert life.stale_s == pytest.approx(shortage.factor * row.stale_s)
    assert life.fresh_s + life.rescue_s == pytest.approx(row.fresh_s + row.rescue_s)
    assert life.stale_s <= life.rescue_s


@pytest.mark.parametrize("route_class", sorted(STRETCHED))
def test_the_most_is_within_what_may_rescue(route_class: RouteClass) -> None:
    """However short the bucket, nothing is served that could not stand in for a failure."""
    row = TABLE[route_class]

    assert MOST * (row.fresh_s + row.stale_s) <= row.fresh_s + row.rescue_s


def test_a_longer_time_of_githubs_is_long_enough() -> None:
    """What GitHub itself calls fresh for longer than the table is not stretched beyond."""
    told = stored(cache_control="max-age=86400")

    assert stretched(told, FULL) == Lifetime(DAY_S, MOST * DAY_S, 7 * DAY_S)


@pytest.mark.parametrize(
    "entry",
    [
        stored(route_class=RouteClass.DECIDING),
        stored(route_class=RouteClass.OWN),
        stored(route_class=RouteClass.IMMUTABLE),
        *(stored(status=status) for status in (301, 404, 410, 451)),
        replace(stored(age_s=1), unsettled_until=NOW + 60),
    ],
    ids=lambda entry: f"{entry.route_class} {entry.response.status}",
)
def test_what_is_never_stretched(entry: Entry) -> None:
    """What people decide by, the caller's own, what is not there, the minute after a change."""
    assert not may_be_stretched(entry)


@given(ENTRIES, WINDOWS, st.sampled_from([0.5, 0.99, 1.0]))
def test_what_is_told_is_kept(entry: Entry, window: Window, share: float) -> None:
    """If nothing more is spent, what is told to be fresh for so long is fresh for so long."""
    left_s = freshness_left_s(entry, shortage_of(window, NOW), now=NOW)
    assume(left_s > 0.1)

    later = NOW + share * left_s * 0.9999

    assert freshness_left_s(entry, shortage_of(window.at(later), later), now=later) >= 0


@given(ENTRIES, WINDOWS)
def test_what_is_told_is_not_less_than_it_is(entry: Entry, window: Window) -> None:
    """And a moment later it is fresh no more."""
    left_s = freshness_left_s(entry, shortage_of(window, NOW), now=NOW)
    assume(left_s >= 0)

    later = NOW + left_s * 1.0001 + 0.001

    assert freshness_left_s(entry, shortage_of(window.at(later), later), now=later) < 0


@given(ENTRIES, WINDOWS)
def test_what_is_told_is_what_is_decided(entry: Entry, window: Window) -> None:
    """Some freshness is left just where the stretched time is not over."""
    shortage = shortage_of(window, NOW)
    life = entry.lifetime if shortage is None else stretched(entry, shortage)

    is_fresh = freshness_left_s(entry, shortage, now=NOW) >= 0

    assert is_fresh is (entry.age_s(NOW) <= life.fresh_s)


@given(ENTRIES, WINDOWS)
def test_never_less_is_left_than_by_the_table(entry: Entry, window: Window) -> None:
    """A shortage takes no freshness away."""
    shortage = shortage_of(window, NOW)

    left_s = freshness_left_s(entry, shortage, now=NOW)

    assert left_s >= freshness_left_s(entry, None, now=NOW)
