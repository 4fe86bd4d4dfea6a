"""The distance between our clock and GitHub's."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.offset import ClockOffset, read_date
from tests.core.values import NOW


@given(st.floats(-7_200, 7_200), st.lists(st.floats(0, 300), min_size=1, max_size=12))
def test_the_freshest_answer_tells(ahead_s: float, delays_s: list[float]) -> None:
    """Answers that were long on their way, or kept by an edge, do not move the clock."""
    offset = ClockOffset()
    for delay_s in delays_s:
        offset.learn(formatdate(NOW - ahead_s - delay_s, usegmt=True), now=NOW)

    # A Date has whole seconds.
    assert ahead_s - 0.001 <= offset.seconds - min(delays_s) <= ahead_s + 1.001


def test_instants_are_translated_both_ways() -> None:
    """What GitHub's clock shows is found from ours, and back."""
    offset = ClockOffset()
    offset.learn(formatdate(NOW - 300, usegmt=True), now=NOW)

    assert offset.githubs(NOW) == NOW - 300
    assert offset.ours(offset.githubs(NOW)) == NOW


def test_a_clock_that_is_set_is_followed() -> None:
    """After some answers an old difference is forgotten."""
    offset = ClockOffset()
    offset.learn(formatdate(NOW + 600, usegmt=True), now=NOW)
    for _ in range(16):
        offset.learn(formatdate(NOW, usegmt=True), now=NOW)

    assert offset.seconds == 0


def test_what_no_edge_has_kept_is_believed_at_once() -> None:
    """Its date counts alone, whichever way the clock was set; a broken one does not."""
    offset = ClockOffset()
    offset.learn(formatdate(NOW + 600, usegmt=True), now=NOW)

    offset.learn(formatdate(NOW, usegmt=True), now=NOW, is_of_now=True)
    offset.learn(None, now=NOW, is_of_now=True)

    assert offset.seconds == 0


@pytest.mark.parametrize("date", [None, "", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "0" * 99])
def test_nonsense_moves_nothing(date: str | None) -> None:
    """A date that is none, or an age away, is not believed."""
    offset = ClockOffset()

    offset.learn(date, now=NOW)

    assert offset.seconds == 0


@given(st.text())
def test_reading_a_date_never_raises(date: str) -> None:
    """Whatever the field holds."""
    read_date(date)
