"""Caps: a key's own hour of points."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portico.core.cap import HOUR_S, Caps
from portico.core.grant import Grant
from portico.core.window import Window
from tests.core.values import NOW

GRANT = Grant(name="ci", points_per_hour=10)


def test_a_cap_is_full_until_something_is_spent() -> None:
    """What has not been used is all there, and its hour has not begun."""
    assert Caps().window(GRANT, now=NOW) == Window("core", 10, 10, NOW + HOUR_S)


def test_the_hour_begins_with_the_first_point() -> None:
    """The hour does not slide with what is spent in it."""
    caps = Caps()
    caps.spend(GRANT, 3, now=NOW)
    caps.spend(GRANT, 4, now=NOW + 60)

    assert caps.window(GRANT, now=NOW + 60) == Window("core", 10, 3, NOW + HOUR_S)


def test_a_new_hour_is_full() -> None:
    """At its end the cap is whole again."""
    caps = Caps()
    caps.spend(GRANT, 10, now=NOW)
    window = caps.window(GRANT, now=NOW + HOUR_S)

    assert window is not None
    assert window.remaining == 10


def test_processes_divide_a_cap() -> None:
    """Each of four processes has a quarter, and never nothing at all."""
    window = Caps(shares=4).window(GRANT, now=NOW)
    least = Caps(shares=64).window(GRANT, now=NOW)

    assert window is not None
    assert least is not None
    assert (window.limit, least.limit) == (2, 1)


def test_who_has_no_cap_has_no_window() -> None:
    """A grant without a number is bounded by GitHub alone."""
    caps = Caps()
    caps.spend(Grant(name="free"), 5, now=NOW)

    assert caps.window(Grant(name="free"), now=NOW) is None


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2_000)), max_size=20))
def test_no_hour_shows_less_than_nothing(spent: list[tuple[int, int]]) -> None:
    """Points of calls that were under way together may overshoot; the window says 0 then."""
    caps, now = Caps(), NOW
    for points, pause_s in spent:
        now += pause_s
        caps.spend(GRANT, points, now=now)
        window = caps.window(GRANT, now=now)

        assert window is not None
        assert 0 <= window.remaining <= 10
        assert now < window.reset_at <= now + HOUR_S


def test_a_clock_that_is_set_back_does_not_prolong_an_hour() -> None:
    """What was spent stays spent, for an hour by the clock as it goes now."""
    caps = Caps()
    caps.spend(GRANT, 10, now=NOW)
    back = NOW - 86_400

    assert caps.window(GRANT, now=back) == Window("core", 10, 0, back + HOUR_S)
    assert caps.window(GRANT, now=back + HOUR_S) == Window("core", 10, 10, back + 2 * HOUR_S)
