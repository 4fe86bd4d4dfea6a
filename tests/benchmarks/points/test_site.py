"""The site's day: who comes when, and what a link on a news site brings."""

from __future__ import annotations

from collections import Counter

from benchmarks.points.site import Site
from benchmarks.points.world import START_AT, names

SITE = Site(repositories=30, visits_per_day=20_000, bursts=2, burst_visits=1_000)
NAMES = names(SITE.world(lambda: START_AT))


def test_every_visit_is_to_a_page_that_there_is() -> None:
    """In order, within the day, and each page is opened by somebody."""
    asked = list(SITE.asks(NAMES, hours=24, seed=1))
    pages = {page for name in NAMES for page in SITE.questions(name)}

    assert asked == sorted(asked)
    assert asked[0][0] >= START_AT
    assert {page for _, page in asked} == pages
    assert len(asked) == SITE.visits_per_day + SITE.bursts * SITE.burst_visits


def test_few_come_by_night() -> None:
    """From three to five there are less than a fifth of those from three to five p.m."""
    quiet = Site(repositories=30, visits_per_day=5_000, bursts=1, burst_visits=1)
    hours = Counter(int((at - START_AT) // 3600) for at, _ in quiet.asks(NAMES, hours=24, seed=1))

    assert hours[3] + hours[4] < (hours[15] + hours[16]) / 5


def test_most_come_for_few() -> None:
    """The first repository is opened about twice as often as the second, by Zipf's law."""
    opened = Counter(page for _, page in SITE.asks(NAMES, hours=24, seed=1))
    first, second = (opened[f"/v1/repos/{name}"] for name in NAMES[:2])

    assert 1.5 < first / second < 2.7


def test_a_link_brings_hundreds_within_a_minute_to_one_page() -> None:
    """One to a repository, one to the whole picture of its owner."""
    by_minute = Counter(
        (page, int((at - START_AT) // 60)) for at, page in SITE.asks(NAMES, hours=24, seed=1)
    )
    crowded = {page for (page, _), count in by_minute.items() if count >= 100}

    assert len(crowded) == 2
    assert sum(page.endswith("/portfolio") for page in crowded) == 1


def test_a_link_brings_stars() -> None:
    """One visitor of twenty leaves one, when they come."""
    with_links = Counter(each.what for each in SITE.changes(NAMES, hours=24, seed=1))
    nobody = Site(repositories=30, bursts=1, burst_visits=1)
    without = Counter(each.what for each in nobody.changes(NAMES, hours=24, seed=1))

    assert with_links["star"] - without["star"] == 100
    assert with_links.total() - without.total() == 100


def test_changes_come_when_people_are_about() -> None:
    """Less than a third as many in the first six hours as in those from noon on."""
    hours = [(each.at - START_AT) / 3600 for each in SITE.changes(NAMES, hours=24, seed=1)]

    assert sum(hour < 6 for hour in hours) < sum(12 <= hour < 18 for hour in hours) / 3
    assert max(hours) < 24
