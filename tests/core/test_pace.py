"""A bucket's last minute: points in it, and the distance between writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.pace import MINUTE_S, WRITE_GAP_S, Pace
from portico.core.price import Price
from tests.core.values import NOW

READ = Price("core", 1, 1, is_write=False)
WRITE = Price("core", 1, 5, is_write=True)
QUERY = Price("graphql", 1, 1, is_write=False)


def spent(price: Price, times: int, *, at: float = NOW) -> Pace:
    """Return the pace after so many calls at one instant."""
    pace = Pace()
    for _ in range(times):
        pace.take(price, at)
    return pace


@pytest.mark.parametrize(("price", "most"), [(READ, 900), (QUERY, 2_000)])
def test_a_minute_holds_so_many_points(price: Price, most: int) -> None:
    """Up to the limit a call may go now; beyond it when the minute is over."""
    pace = spent(price, most - 1)
    assert pace.not_before(price, NOW) == NOW

    pace.take(price, NOW)

    assert NOW + MINUTE_S <= pace.not_before(price, NOW) <= NOW + MINUTE_S + 1


def test_rest_and_graphql_have_a_minute_each() -> None:
    """A full minute of the one does not hold up the other."""
    assert spent(READ, 900).not_before(QUERY, NOW) == NOW


def test_writes_keep_their_distance() -> None:
    """A write waits a second after the one before; a read does not."""
    pace = spent(WRITE, 1)

    assert pace.not_before(WRITE, NOW + 0.25) == NOW + WRITE_GAP_S
    assert pace.not_before(READ, NOW + 0.25) == NOW + 0.25


@given(st.lists(st.tuples(st.floats(0, 20), st.sampled_from([READ, WRITE])), max_size=400))
def test_no_minute_holds_more_than_the_limit(steps: list[tuple[float, Price]]) -> None:
    """However calls come, if each waits as told no 60 seconds hold more than 900 points."""
    pace, now, sent = Pace(), NOW, list[tuple[float, int]]()
    for pause_s, price in steps * 6:
        now = max(now + pause_s / 10, pace.not_before(price, now))
        pace.take(price, now)
        sent.append((now, price.minute_points))

    for at, _ in sent:
        assert sum(points for other, points in sent if at - MINUTE_S < other <= at) <= 900


def test_a_clock_that_is_set_back_holds_up_nobody_for_long() -> None:
    """What was taken by a clock that went ahead counts as of now, not until it is that late."""
    pace = spent(WRITE, 180)
    now = NOW - 3_600

    assert pace.not_before(READ, now) <= now + MINUTE_S + 1
    assert pace.not_before(READ, now + MINUTE_S + 1) == now + MINUTE_S + 1
    assert pace.not_before(WRITE, now + MINUTE_S + 1) == now + MINUTE_S + 1
