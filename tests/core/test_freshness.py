"""Lifetimes by class, status and GitHub's word; directives read at their strictest."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.freshness import (
    DAY_S,
    NO_DIRECTIVES,
    TABLE,
    Directives,
    Lifetime,
    lifetime,
    read_directives,
)
from portico.core.resource import RouteClass

CLASSES = st.sampled_from(RouteClass)


@pytest.mark.parametrize(
    ("route_class", "expected"),
    [
        (RouteClass.IMMUTABLE, Lifetime(30 * DAY_S, 0, math.inf)),
        (RouteClass.SLOW, Lifetime(300, DAY_S, 7 * DAY_S)),
        (RouteClass.MOVING, Lifetime(60, 300, DAY_S)),
        (RouteClass.DECIDING, Lifetime(10, 0, 3_600)),
        (RouteClass.OWN, Lifetime(0, 0, 0)),
        (RouteClass.SEARCH, Lifetime(60, 300, 3_600)),
    ],
)
def test_a_class_has_its_lifetime(route_class: RouteClass, expected: Lifetime) -> None:
    """The row of the class holds for 200 and 204, under GitHub's blanket minute too."""
    blanket = "private, max-age=60, s-maxage=60"

    assert lifetime(route_class, status=200, cache_control=None) == expected
    assert lifetime(route_class, status=204, cache_control=blanket) == expected


def test_every_class_has_a_row() -> None:
    """A class without a lifetime would be an error at the first request."""
    assert set(TABLE) == set(RouteClass)


@pytest.mark.parametrize(
    ("route_class", "cache_control", "fresh_s"),
    [
        (RouteClass.MOVING, "public, max-age=300, s-maxage=300", 300),
        (RouteClass.MOVING, "private, max-age=61", 61),
        (RouteClass.MOVING, "max-age=60", 60),
        (RouteClass.MOVING, "max-age=0, no-cache", 60),
        (RouteClass.MOVING, "s-maxage=9999", 60),
        (RouteClass.SLOW, "max-age=300", 300),
        (RouteClass.SLOW, "private, max-age=86400, s-maxage=86400", 86_400),
        (RouteClass.SEARCH, "no-cache", 60),
        (RouteClass.IMMUTABLE, "max-age=86400", 30 * DAY_S),
        (RouteClass.OWN, "max-age=86400", 0),
        (RouteClass.DECIDING, "max-age=86400", 10),
    ],
)
def test_githubs_longer_max_age_counts(
    route_class: RouteClass, cache_control: str, fresh_s: float
) -> None:
    """A longer one is believed, but not for what people act upon or for the caller's own."""
    assert lifetime(route_class, status=200, cache_control=cache_control).fresh_s == fresh_s


def test_a_longer_max_age_does_not_shorten_the_rescue() -> None:
    """What GitHub calls fresh for a month may stand in for a month."""
    month_s = 30 * DAY_S

    life = lifetime(RouteClass.SLOW, status=200, cache_control=f"max-age={month_s:.0f}")

    assert life == Lifetime(month_s, DAY_S, month_s)


@pytest.mark.parametrize("status", [301, 404, 410, 451])
@pytest.mark.parametrize(
    ("route_class", "fresh_s"),
    [
        (RouteClass.IMMUTABLE, 60),
        (RouteClass.SLOW, 60),
        (RouteClass.MOVING, 60),
        (RouteClass.DECIDING, 10),
        (RouteClass.OWN, 0),
    ],
)
def test_what_is_not_there_is_believed_a_minute_at_most(
    route_class: RouteClass, status: int, fresh_s: float
) -> None:
    """An absence is short-lived whatever GitHub's `max-age`, and never rescues."""
    life = lifetime(route_class, status=status, cache_control="max-age=86400")

    assert life == Lifetime(fresh_s, 0, 0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", NO_DIRECTIVES),
        ("no-cache", Directives(no_cache=True)),
        ("No-Cache", Directives(no_cache=True)),
        ("no-store", Directives(no_store=True)),
        ("only-if-cached", Directives(only_if_cached=True)),
        ("max-age=5", Directives(max_age_s=5)),
        ('max-age="5"', Directives(max_age_s=5)),
        (" MAX-AGE = 5 ,, min-fresh=3", Directives(max_age_s=5, min_fresh_s=3)),
        ("max-stale", Directives(max_stale_s=math.inf)),
        ("max-stale=7", Directives(max_stale_s=7)),
        ("max-stale=0", Directives(max_stale_s=0)),
        ("foo=bar, max-age=1, baz", Directives(max_age_s=1)),
        ("max-age=1, max-age=9", Directives(max_age_s=1)),
        # Broken: the strictest meaning.
        ("max-age", Directives(max_age_s=0)),
        ("max-age=", Directives(max_age_s=0)),
        ("max-age=-1", Directives(max_age_s=0)),
        ("max-age=1.5", Directives(max_age_s=0)),
        ("max-age=²", Directives(max_age_s=0)),
        ("max-stale=", Directives(max_stale_s=0)),
        ("max-stale=soon", Directives(max_stale_s=0)),
        ("min-fresh", Directives(min_fresh_s=math.inf)),
        ("min-fresh=x", Directives(min_fresh_s=math.inf)),
    ],
)
def test_directives_are_read(value: str, expected: Directives) -> None:
    """Names and values as in RFC 9111 §5.2.1; what is broken asks for the most."""
    assert read_directives(value) == expected


@pytest.mark.parametrize(
    ("cache_control", "pragma", "no_cache"),
    [
        (None, "no-cache", True),
        (None, "No-Cache", True),
        (None, "x, no-cache", True),
        (None, "x", False),
        (None, None, False),
        ("max-age=5", "no-cache", False),
        ("", "no-cache", False),
    ],
)
def test_pragma_counts_only_alone(
    cache_control: str | None, pragma: str | None, *, no_cache: bool
) -> None:
    """`Pragma` is looked at only where `Cache-Control` is absent (RFC 9111 §5.4)."""
    assert read_directives(cache_control, pragma).no_cache is no_cache


@given(st.text(), st.text())
def test_garbage_never_raises(cache_control: str, pragma: str) -> None:
    """Whatever a caller sends is read as something."""
    read_directives(cache_control, pragma)
    read_directives(None, pragma)
    read_directives(f"max-age={cache_control}, min-fresh={pragma}, max-stale={cache_control}")


@given(
    CLASSES, st.integers(100, 599), st.text() | st.integers(min_value=0).map("max-age={}".format)
)
def test_a_lifetime_is_never_negative_nor_endless(
    route_class: RouteClass, status: int, cache_control: str
) -> None:
    """Whatever GitHub says, durations are numbers that can be told as whole seconds."""
    life = lifetime(route_class, status=status, cache_control=cache_control)

    assert 0 <= life.fresh_s <= 2**31
    assert life.stale_s >= 0
    assert life.rescue_s >= 0
