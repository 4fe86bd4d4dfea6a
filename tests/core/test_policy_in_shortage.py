"""The first question while points are few: never less is served, and never beyond the bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portico.core.entry import Entry
from portico.core.freshness import read_directives
from portico.core.resource import RouteClass
from portico.core.stretch import MOST, STRETCHED, Shortage
from tests.core.test_policy import DIRECTIVES, ENTRIES, SHORTAGES, plan_of
from tests.core.values import NOW, stored


@given(ENTRIES, DIRECTIVES, SHORTAGES)
def test_a_shortage_only_ever_answers_sooner(
    entry: Entry, cache_control: str, shortage: Shortage
) -> None:
    """What would have been served is served, what would not have been asked is not asked."""
    usual, plan = (plan_of(entry, cache_control, each) for each in (None, shortage))

    assert plan.answer is not None or usual.answer is None
    assert plan.ask is None or usual.ask is not None


@given(ENTRIES, DIRECTIVES, SHORTAGES)
def test_in_a_shortage_what_is_not_asked_is_within_the_bound(
    entry: Entry, cache_control: str, shortage: Shortage
) -> None:
    """Fresh is within `MOST` times the table, and within `max-age`."""
    directives = read_directives(cache_control)

    plan = plan_of(entry, cache_control, shortage)

    if plan.answer is not None and plan.ask is None and not directives.only_if_cached:
        assert entry.age_s(NOW) <= MOST * entry.lifetime.fresh_s
        assert directives.max_age_s is None or entry.age_s(NOW) <= directives.max_age_s


@given(
    st.builds(stored, age_s=st.floats(0, 1_500), route_class=st.sampled_from(sorted(STRETCHED))),
    st.integers(1, 1_000),
    st.sampled_from(["", "max-stale", "max-age=1000", "only-if-cached"]),
    SHORTAGES,
)
def test_with_min_fresh_all_is_as_in_the_table(
    entry: Entry, min_fresh_s: int, also: str, shortage: Shortage
) -> None:
    """A shortage may be over sooner than somebody needs an answer to stay fresh."""
    asked = f"min-fresh={min_fresh_s}, {also}"
    usual, plan = (plan_of(entry, asked, each) for each in (None, shortage))

    assert (plan.answer, plan.ask) == (usual.answer, usual.ask)


@given(
    st.builds(
        stored,
        age_s=st.floats(0, 100),
        route_class=st.sampled_from([RouteClass.DECIDING, RouteClass.OWN]),
    )
    | st.builds(stored, age_s=st.floats(0, 400), status=st.sampled_from([301, 404, 410, 451])),
    st.sampled_from(["", "max-stale=1", "max-age=1000", "only-if-cached"]),
    SHORTAGES,
)
def test_what_people_decide_by_is_as_in_the_table(
    entry: Entry, cache_control: str, shortage: Shortage
) -> None:
    """Nor is what is the caller's own any older, nor what is not there."""
    usual, plan = (plan_of(entry, cache_control, each) for each in (None, shortage))

    assert (plan.answer, plan.ask) == (usual.answer, usual.ask)
