"""Forecasts: whether a bucket lasts until its reset."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portico.core.forecast import Forecast, forecast
from portico.core.window import Window
from tests.core.values import NOW


def test_a_slow_pace_lasts() -> None:
    """A tenth used in half of the hour leaves eight tenths at its end."""
    window = Window("core", 5_000, 4_500, NOW + 1_800)

    assert forecast(window, NOW) == Forecast(4_000, None)


def test_a_fast_pace_ends_before_the_reset() -> None:
    """Four fifths used in half of the hour: the rest lasts an eighth of the hour."""
    window = Window("core", 5_000, 1_000, NOW + 1_800)

    assert forecast(window, NOW) == Forecast(0, NOW + 450)


def test_a_window_that_has_just_opened_tells_nothing() -> None:
    """The first seconds are no pace."""
    assert forecast(Window("core", 5_000, 4_990, NOW + 3_590), NOW) is None


@given(st.integers(1, 5_000), st.integers(0, 5_000), st.floats(-10, 4_000))
def test_it_never_promises_more_than_is_there(limit: int, used: int, left_s: float) -> None:
    """Whatever the window: what is left at its end is no more than what is left now."""
    window = Window("core", limit, max(0, limit - used), NOW + left_s)
    found = forecast(window, NOW)

    if found is not None:
        assert 0 <= found.remaining_at_reset <= window.remaining
        assert found.empty_at is None or NOW <= found.empty_at <= window.reset_at
