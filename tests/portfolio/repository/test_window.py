"""Pages of a repository's lists."""

import base64

import pytest

from portico.portfolio.repository.window import Position, Window, shown_in, window_of

ITEMS: list[Position] = [(5, "a"), (9, "b"), (5, "c"), (0, "d"), (9, "a")]
IN_ORDER: list[Position] = [(9, "a"), (9, "b"), (5, "a"), (5, "c"), (0, "d")]


def page(items: list[Position], window: Window) -> tuple[list[Position], str | None]:
    """Return a page of items that are their own positions."""
    return shown_in(items, window, lambda item: item)


def test_pages_show_everything_once() -> None:
    """Following the cursors leads through all items, the greatest first."""
    shown, cursor = page(ITEMS, window_of("x", limit=2, cursor=None))
    while cursor:
        further, cursor = page(ITEMS, window_of("x", limit=2, cursor=cursor))
        shown += further

    assert shown == IN_ORDER


def test_a_change_neither_repeats_nor_hides() -> None:
    """What came or went meanwhile moves nothing that has been shown or is to be."""
    _, cursor = page(ITEMS, window_of("x", limit=2, cursor=None))
    changed = [(99, "new"), *ITEMS[2:]]

    shown, _ = page(changed, window_of("x", limit=10, cursor=cursor))

    assert shown == [(5, "c"), (0, "d")]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "%%%",
        "🦆",
        "e30",
        base64.urlsafe_b64encode(b'["x","1","a"]').decode(),
        base64.urlsafe_b64encode(b'["x",1,"a",2]').decode(),
        "A" * 2_000,
    ],
)
def test_a_broken_cursor_is_refused(cursor: str) -> None:
    """Whatever is not one of Portico's own is told from one."""
    with pytest.raises(ValueError, match="cursor"):
        window_of("x", limit=1, cursor=cursor)


def test_another_lists_cursor_is_refused() -> None:
    """A cursor is good for the list that it was made for; case does not matter."""
    _, cursor = page(ITEMS, window_of("Solveig/Harbor/releases", limit=1, cursor=None))

    assert window_of("solveig/harbor/RELEASES", limit=1, cursor=cursor).after == (9, "a")
    with pytest.raises(ValueError, match="another list"):
        window_of("solveig/harbor/contributors", limit=1, cursor=cursor)
