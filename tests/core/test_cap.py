"""Caps: an hour of points under a name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portico.core.cap import HOUR_S, AnonymousCaps, Cap, Caps, cap_of
from portico.core.grant import Grant
from portico.core.window import Window
from tests.core.values import NOW

CAP = Cap("key:ci", 10)


def test_a_cap_is_full_until_something_is_spent() -> None:
    """What has not been used is all there, and its hour has not begun."""
    assert Caps().window(CAP, now=NOW) == Window("core", 10, 10, NOW + HOUR_S)


def test_the_hour_begins_with_the_first_point() -> None:
    """The hour does not slide with what is spent in it; what cost nothing begins none."""
    caps = Caps()
    caps.spend(CAP, 0, now=NOW - 60)
    caps.spend(CAP, 3, now=NOW)
    caps.spend(CAP, 4, now=NOW + 60)

    assert caps.window(CAP, now=NOW + 60) == Window("core", 10, 3, NOW + HOUR_S)


def test_a_new_hour_is_full() -> None:
    """At its end the cap is whole again."""
    caps = Caps()
    caps.spend(CAP, 10, now=NOW)

    assert caps.window(CAP, now=NOW + HOUR_S).remaining == 10


def test_processes_divide_a_cap() -> None:
    """Each of four processes has a quarter, and never nothing at all."""
    windows = [Caps(shares=shares).window(CAP, now=NOW) for shares in (4, 64)]

    assert [window.limit for window in windows] == [2, 1]


def test_names_do_not_share_an_hour() -> None:
    """What one has spent is no other's loss."""
    caps = Caps()
    caps.spend(CAP, 10, now=NOW)

    assert caps.window(Cap("key:other", 10), now=NOW).remaining == 10


def test_a_grant_without_a_number_has_no_cap() -> None:
    """It is bounded by GitHub alone."""
    assert cap_of(Grant(name="free")) is None
    assert cap_of(Grant(name="ci", points_per_hour=10)) == CAP


def test_what_is_over_is_forgotten() -> None:
    """Who comes once does not stay in memory for ever, whoever is there still is not lost."""
    caps = Caps()
    caps.spend(Cap("address:203.0.113.7", 10), 1, now=NOW)
    caps.spend(CAP, 2, now=NOW + 60)

    caps.spend(Cap("address:203.0.113.8", 10), 1, now=NOW + HOUR_S + 1)

    assert len(caps) == 2
    assert caps.window(CAP, now=NOW + HOUR_S + 1).remaining == 8


def test_of_too_many_names_the_oldest_goes() -> None:
    """A server without a limit of its own cannot make the caps grow without end."""
    caps = Caps(most_names=3)
    for number in range(5):
        caps.spend(Cap(f"owner:{number}", 10), 1, now=NOW + number)

    assert len(caps) == 3
    assert [caps.window(Cap(f"owner:{n}", 10), now=NOW + 5).remaining for n in (1, 2)] == [10, 9]


def test_anonymous_callers_are_counted_by_address_and_by_owner() -> None:
    """Both at once; nobody's address where it is not counted; neither where no bound is set."""
    both = AnonymousCaps(per_address=5, per_owner=7)

    assert both.of("203.0.113.7", ("solveig",)) == (
        Cap("address:203.0.113.7", 5),
        Cap("owner:solveig", 7),
    )
    assert both.of("", ("a", "b")) == (Cap("owner:a", 7), Cap("owner:b", 7))
    assert AnonymousCaps(per_address=5).of("203.0.113.7", ("a",)) == (
        Cap("address:203.0.113.7", 5),
    )
    assert AnonymousCaps().of("203.0.113.7", ("solveig",)) == ()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2_000)), max_size=20))
def test_no_hour_shows_less_than_nothing(spent: list[tuple[int, int]]) -> None:
    """Points of calls that were under way together may overshoot; the window says 0 then."""
    caps, now = Caps(), NOW
    for points, pause_s in spent:
        now += pause_s
        caps.spend(CAP, points, now=now)
        window = caps.window(CAP, now=now)

        assert 0 <= window.remaining <= 10
        assert now < window.reset_at <= now + HOUR_S


def test_a_clock_that_is_set_back_does_not_prolong_an_hour() -> None:
    """What was spent stays spent, for an hour by the clock as it goes now."""
    caps = Caps()
    caps.spend(CAP, 10, now=NOW)
    back = NOW - 86_400

    assert caps.window(CAP, now=back) == Window("core", 10, 0, back + HOUR_S)
    assert caps.window(CAP, now=back + HOUR_S) == Window("core", 10, 10, back + 2 * HOUR_S)
