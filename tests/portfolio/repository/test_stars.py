"""The star history: pages, holes, and what is beyond reach."""

from datetime import date

from portico.portfolio.repository.plan import MOST_STAR_PAGES, stars_plan
from portico.portfolio.repository.stars import By, fold_stars
from tests.portfolio.repository.canned import ASKED, SUNDAY, WEEK_S, Harbor, run, star_weeks

HISTORY = "stargazers/history"
PLAN = stars_plan("solveig", "harbor")


def test_weeks_are_summed_up() -> None:
    """The oldest week first, with the running sum, and today's number beside it."""
    harbor = Harbor({HISTORY: (star_weeks(30), star_weeks(2, newest=SUNDAY - 30 * WEEK_S))})

    found = fold_stars(run(PLAN, harbor), by=By.WEEK, asked=ASKED)

    assert found.complete
    assert [item.total for item in found.items] == list(range(1, 33))
    assert found.items[-1].starts_on == date(2026, 11, 1)
    assert (found.standing, found.total) == (32, 1)


def test_days_are_shown_on_their_dates() -> None:
    """By day, the week's seven days follow its Sunday."""
    week = {"week": SUNDAY, "total": 6, "days": [1, 0, 0, 0, 0, 2, 3]}

    found = fold_stars(run(PLAN, Harbor({HISTORY: ([week],)})), by=By.DAY, asked=ASKED)

    assert [(item.starts_on.day, item.total) for item in found.items if item.stars] == [
        (1, 1),
        (6, 3),
        (7, 6),
    ]


def test_no_star_is_an_empty_history() -> None:
    """There is nothing, and nothing is missing."""
    found = fold_stars(run(PLAN, Harbor({HISTORY: ([],)})), by=By.WEEK, asked=ASKED)

    assert (found.complete, found.items, found.standing) == (True, [], 0)
    assert found.parts[1].state == "empty"


def test_pages_behind_the_first_must_know_the_newest_week() -> None:
    """The newest week began four days before GitHub's date, so older pages are not taken."""
    harbor = Harbor({HISTORY: (star_weeks(30), star_weeks(30, newest=SUNDAY - 30 * WEEK_S))})

    run(PLAN, harbor)

    fields = [request.headers.get("Cache-Control") for request in harbor.asked]
    assert fields == [None, None, f"max-age={4 * 86_400}"]


def test_the_bound_holds_for_pages_that_are_found_one_by_one() -> None:
    """Also where GitHub tells of the next page only, it is the first page's week that counts."""
    pages = tuple(star_weeks(30, newest=SUNDAY - n * 30 * WEEK_S) for n in range(3))
    harbor = Harbor({HISTORY: pages}, tells_last=False)

    run(PLAN, harbor)

    fields = [request.headers.get("Cache-Control") for request in harbor.asked]
    assert fields == [None, None, *[f"max-age={4 * 86_400}"] * 2]


def test_a_week_on_two_pages_counts_once() -> None:
    """A page of last week overlaps the first one of this week."""
    harbor = Harbor({HISTORY: (star_weeks(30), star_weeks(5, newest=SUNDAY - 29 * WEEK_S))})

    found = fold_stars(run(PLAN, harbor), by=By.WEEK, asked=ASKED)

    assert (found.complete, found.standing) == (True, 34)


def test_a_hole_is_named_and_no_sum_is_made_up() -> None:
    """Where a week is left out the part is partial, and the running sum is not told."""
    harbor = Harbor({HISTORY: (star_weeks(30), star_weeks(5, newest=SUNDAY - 31 * WEEK_S))})

    found = fold_stars(run(PLAN, harbor), by=By.WEEK, asked=ASKED)

    assert (found.complete, found.parts[1].state) == (False, "partial")
    assert "leaves out weeks" in (found.parts[1].reason or "")
    assert {item.total for item in found.items} == {None}


def test_a_failed_page_is_named() -> None:
    """One page of three fails: the others are shown, without running sums."""
    pages = (star_weeks(30), 500, star_weeks(5, newest=SUNDAY - 60 * WEEK_S))

    found = fold_stars(run(PLAN, Harbor({HISTORY: pages})), by=By.WEEK, asked=ASKED)

    assert (found.complete, found.standing, len(found.items)) == (False, 35, 35)
    assert [failure.name for failure in found.parts[1].failures] == ["stars/2"]
    assert found.items[0].total is None


def test_what_is_beyond_reach_is_said() -> None:
    """GitHub gives a hundred pages; where the last is full, there may be more behind it."""
    newest = SUNDAY + 1_000 * WEEK_S
    pages = tuple(
        star_weeks(30, newest=newest - n * 30 * WEEK_S) for n in range(MOST_STAR_PAGES + 20)
    )
    harbor = Harbor({HISTORY: pages})

    found = fold_stars(run(PLAN, harbor), by=By.WEEK, asked=ASKED)

    assert len(harbor.asked) == 1 + MOST_STAR_PAGES
    assert found.parts[1].state == "partial"
    assert "beyond reach" in (found.parts[1].reason or "")


def test_nonsense_is_githubs_failure() -> None:
    """Negative counts, short weeks and years that no calendar has are not shown."""
    for week in (
        {"week": SUNDAY, "days": [-1, 0, 0, 0, 0, 0, 0]},
        {"week": SUNDAY, "days": [1]},
        {"week": 10**18, "days": [0] * 7},
    ):
        found = fold_stars(run(PLAN, Harbor({HISTORY: ([week],)})), by=By.WEEK, asked=ASKED)

        assert (found.parts[1].state, found.items) == ("missing", [])
        assert found.parts[1].failures[0].code == "github-broken"
