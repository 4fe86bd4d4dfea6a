"""Pages by cursor: order, completeness, stability, and cursors that are none."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.portfolio.decode import RepositoryBody, read_repositories
from portico.portfolio.page import Direction, Sort, Window, ordered, page_of, window_of
from tests.portfolio.canned import repositories, repository


def bodies(*items: dict[str, Any]) -> tuple[RepositoryBody, ...]:
    """Return what GitHub's answer with these items holds."""
    return read_repositories(json.dumps(items).encode())


MANY = bodies(*repositories(250))


def walk(items: tuple[RepositoryBody, ...], window: Window) -> list[int]:
    """Return the ids on all pages, one page after the other."""
    shown, cursor = page_of(items, window)
    ids = [item.id for item in shown]
    # Bounded: a page that does not move on must fail the test, not hang it.
    while cursor is not None and len(ids) <= len(items):
        window = window_of(
            window.subject,
            sort=window.sort,
            direction=window.direction,
            limit=window.limit,
            cursor=cursor,
        )
        shown, cursor = page_of(items, window)
        ids += [item.id for item in shown]
    return ids


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("limit", [1, 30, 100])
def test_all_pages_together_are_the_list(sort: Sort, direction: Direction, limit: int) -> None:
    """Nothing is left out and nothing is shown twice, whatever the order, equal keys included."""
    window = window_of("solveig", sort=sort, direction=direction, limit=limit)

    expected = [item.id for item in ordered(MANY, sort=sort, direction=direction)]
    assert walk(MANY, window) == expected
    assert sorted(expected) == list(range(1, 251))


def test_the_last_page_has_no_next() -> None:
    """A page that ends with the list has no cursor, also where it is full."""
    shown, cursor = page_of(MANY[:30], window_of("solveig"))

    assert (len(shown), cursor) == (30, None)


def test_an_empty_list_is_one_empty_page() -> None:
    """Nobody's repositories are an empty page."""
    assert page_of((), window_of("solveig")) == ([], None)


def test_a_page_does_not_move_when_the_list_changes() -> None:
    """What is pushed to or deleted between two pages neither repeats nor hides another."""
    before = bodies(*(repository(n, pushed_at=f"2020-01-{n:02}T00:00:00Z") for n in range(1, 11)))
    first, cursor = page_of(before, window_of("solveig", limit=4))
    after = bodies(
        *(repository(n, pushed_at=f"2020-01-{n:02}T00:00:00Z") for n in range(1, 11) if n != 7),
        repository(99, pushed_at="2021-01-01T00:00:00Z"),
    )

    second, _ = page_of(after, window_of("solveig", limit=4, cursor=cursor))

    assert [item.id for item in first] == [10, 9, 8, 7]
    assert [item.id for item in second] == [6, 5, 4, 3]


def test_repositories_without_a_date_are_the_oldest() -> None:
    """A repository that was never pushed to comes last, not nowhere."""
    items = bodies(repository(1, pushed_at=None), repository(2))

    assert [item.id for item in page_of(items, window_of("solveig"))[0]] == [2, 1]


@pytest.mark.parametrize(
    ("sort", "first"),
    [(Sort.NAME, "alpha"), (Sort.STARS, "Beta"), (Sort.CREATED, "gamma"), (Sort.UPDATED, "gamma")],
)
def test_each_sort_begins_where_people_expect(sort: Sort, first: str) -> None:
    """Names begin at A without regard to case; stars and dates at the most and the newest."""
    newest = {"created_at": "2024-01-01T00:00:00Z", "updated_at": "2026-02-01T00:00:00Z"}
    items = bodies(
        repository(1, name="Beta", stargazers_count=9),
        repository(2, name="alpha", stargazers_count=1),
        repository(3, name="gamma", stargazers_count=5, **newest),
    )

    assert page_of(items, window_of("solveig", sort=sort))[0][0].name == first


def test_a_cursor_is_safe_in_a_url() -> None:
    """A cursor needs no encoding in a query."""
    items = bodies(*(repository(n, name=f"é?&=+/{n}") for n in range(1, 4)))

    _, cursor = page_of(items, window_of("solveig", sort=Sort.NAME, limit=1))

    assert cursor is not None
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_a_cursor_ignores_the_case_of_the_login() -> None:
    """GitHub ignores it too."""
    _, cursor = page_of(MANY, window_of("Solveig", limit=1))

    assert window_of("SOLVEIG", limit=1, cursor=cursor).after is not None


def test_a_cursor_is_good_for_another_limit() -> None:
    """The page may become larger on the way."""
    _, cursor = page_of(MANY, window_of("solveig", limit=1))

    assert len(page_of(MANY, window_of("solveig", limit=100, cursor=cursor))[0]) == 100


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"subject": "nordlys"}, "another list"),
        ({"subject": "solveig", "sort": Sort.NAME}, "sort=pushed and direction=desc"),
        ({"subject": "solveig", "direction": Direction.ASC}, "sort=pushed and direction=desc"),
    ],
)
def test_a_foreign_cursor_is_refused(asked: dict[str, Any], said: str) -> None:
    """A cursor of another list or order is not taken for one of this."""
    _, cursor = page_of(MANY, window_of("solveig", limit=1))

    with pytest.raises(ValueError, match=said):
        window_of(**asked, cursor=cursor)


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%",
        "é",
        "\ud800",
        "AAAA",
        "=" * 8,
        "A" * 100_000,
        _encoded({}),
        _encoded(["solveig", "pushed", "desc", 1, ""]),
        _encoded(["solveig", "pushed", "desc", 1, "", 1, 2]),
        _encoded(["solveig", "pushed", "desc", "1", "", 1]),
        _encoded(["solveig", "size", "desc", 1, "", 1]),
    ],
    ids=lambda cursor: repr(cursor[:12]),
)
def test_a_broken_cursor_is_refused(cursor: str) -> None:
    """Whatever was not given out is refused in plain words."""
    with pytest.raises(ValueError, match="none that was given out"):
        window_of("solveig", cursor=cursor)


@given(st.text())
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    """No text makes anything but a window or a ValueError."""
    try:
        window_of("solveig", cursor=text)
    except ValueError as error:
        assert "cursor" in str(error)  # noqa: PT017 (a window is as good)


@pytest.mark.parametrize("limit", [0, -1, 101, 10**9])
def test_an_absurd_limit_is_refused(limit: int) -> None:
    """A page holds 1 to 100 repositories."""
    with pytest.raises(ValueError, match="between 1 and 100"):
        window_of("solveig", limit=limit)
