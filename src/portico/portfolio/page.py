"""Pages of a list of repositories, by cursor.

A cursor names the last repository that was shown by its sort key and its id, not by how many
came before it, so that nothing is shown twice or left out because the list changed meanwhile.
It is only good for the list, the order and the direction that it was made for.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from portico.portfolio.decode import RepositoryBody
from portico.portfolio.filters import EVERYTHING, Filter

DEFAULT_LIMIT: Final = 30
MOST_PER_PAGE: Final = 100


class Sort(StrEnum):
    """What a list is ordered by. Repositories with equal keys are ordered by id."""

    PUSHED = "pushed"
    STARS = "stars"
    NAME = "name"
    CREATED = "created"
    UPDATED = "updated"


class Direction(StrEnum):
    """Which end comes first."""

    ASC = "asc"
    DESC = "desc"


# A number, a text and the id: whichever the sort needs, the other is 0 or "".
Position: TypeAlias = tuple[int, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a list to show: at most `limit` repositories, beginning behind `after`.

    Only those that `filter` lets through are of the list. `subject` names it, so that one list's
    cursor is not taken for another's.
    """

    subject: str
    sort: Sort = Sort.PUSHED
    direction: Direction = Direction.DESC
    limit: int = DEFAULT_LIMIT
    filter: Filter = EVERYTHING
    after: Position | None = None


class _Cursor(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    subject: str
    sort: Sort
    direction: Direction
    filter: str
    number: int
    text: str
    id: int


_DECODER: Final = msgspec.json.Decoder(_Cursor)


def natural_direction(sort: Sort) -> Direction:
    """Return the direction that people expect: names from A, all else from the most or newest."""
    return Direction.ASC if sort is Sort.NAME else Direction.DESC


def window_of(
    subject: str,
    *,
    sort: Sort = Sort.PUSHED,
    direction: Direction | None = None,
    limit: int = DEFAULT_LIMIT,
    filter: Filter = EVERYTHING,  # noqa: A002 (what it is)
    cursor: str | None = None,
) -> Window:
    """Return the window that a caller asks for.

    Raises:
        ValueError: `limit` is out of bounds, or `cursor` is broken or another list's.

    """
    if not 1 <= limit <= MOST_PER_PAGE:
        raise ValueError(f"The limit must be between 1 and {MOST_PER_PAGE}.")
    window = Window(
        subject=subject.lower(),
        sort=sort,
        direction=direction or natural_direction(sort),
        limit=limit,
        filter=filter,
    )
    return window if cursor is None else _continued(window, cursor)


def ordered(
    repositories: Iterable[RepositoryBody], *, sort: Sort, direction: Direction
) -> list[RepositoryBody]:
    """Return the repositories in order. Those without a date count as older than all others."""
    return sorted(
        repositories,
        key=lambda item: _position(item, sort),
        reverse=direction is Direction.DESC,
    )


def page_of(
    repositories: Iterable[RepositoryBody], window: Window
) -> tuple[list[RepositoryBody], str | None]:
    """Return what `window` shows of a list, and the cursor of the next page, if there is one."""
    wanted = filter(window.filter.matches, repositories)
    items = ordered(wanted, sort=window.sort, direction=window.direction)
    rest = [item for item in items if _is_behind(item, window)]
    shown = rest[: window.limit]
    return shown, _cursor_behind(shown[-1], window) if len(rest) > len(shown) else None


def _position(repository: RepositoryBody, sort: Sort) -> Position:
    match sort:
        case Sort.NAME:
            return 0, repository.name.casefold(), repository.id
        case Sort.STARS:
            return repository.stargazers_count, "", repository.id
        case Sort.PUSHED:
            return _unix(repository.pushed_at), "", repository.id
        case Sort.CREATED:
            return _unix(repository.created_at), "", repository.id
        case Sort.UPDATED:
            return _unix(repository.updated_at), "", repository.id


def _unix(instant: datetime | None) -> int:
    return int(instant.timestamp()) if instant else -1


def _is_behind(repository: RepositoryBody, window: Window) -> bool:
    if window.after is None:
        return True
    position = _position(repository, window.sort)
    if window.direction is Direction.ASC:
        return position > window.after
    return position < window.after


def _cursor_behind(repository: RepositoryBody, window: Window) -> str:
    position = _position(repository, window.sort)
    cursor = _Cursor(window.subject, window.sort, window.direction, str(window.filter), *position)
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def _continued(window: Window, text: str) -> Window:
    cursor = _read_cursor(text)
    if cursor.subject != window.subject:
        raise ValueError("The cursor belongs to another list; start again without it.")
    if (cursor.sort, cursor.direction) != (window.sort, window.direction):
        raise ValueError(
            f"The cursor belongs to sort={cursor.sort} and direction={cursor.direction}; "
            "send these, or start again without it."
        )
    if cursor.filter != str(window.filter):
        raise ValueError("The cursor belongs to other filters; send these, or start without it.")
    return replace(window, after=(cursor.number, cursor.text, cursor.id))


def _read_cursor(text: str) -> _Cursor:
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        return _DECODER.decode(base64.b64decode(padded, altchars=b"-_", validate=True))
    except ValueError:
        # Without its cause: what is wrong inside is nobody's business but ours.
        raise ValueError("The cursor is none that was given out; start again without it.") from None
