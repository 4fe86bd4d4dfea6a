"""Pages and the Link header that leads through them (RFC 8288), in GitHub's three forms.

Most lists are paged by number; the issues of a repository by cursor; /users by the last id seen.
Paths in links are by id, and query parameters are repeated as they were sent.
Source: https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote_plus

from portico.sandbox import errors
from portico.sandbox.errors import Refusal
from portico.sandbox.message import Request

DEFAULT_PER_PAGE = 30
MOST_PER_PAGE = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list's items and the Link header to the others, if there are others."""

    items: Sequence[T]
    link: str | None = None


def per_page(
    request: Request, *, default: int = DEFAULT_PER_PAGE, most: int = MOST_PER_PAGE
) -> int:
    """Return how many items a page has; nonsense counts as not sent, too many as the most."""
    sent = _number(request.parameter("per_page"), 0)
    return min(sent, most) if sent > 0 else default


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() else default


def by_number(
    request: Request,
    items: Sequence[T],
    path: str,
    *,
    default: int = DEFAULT_PER_PAGE,
    most: int = MOST_PER_PAGE,
    reachable: int | None = None,
) -> Page[T]:
    """Return the page that `page` and `per_page` ask for. `reachable` caps what can be paged to."""
    size = per_page(request, default=default, most=most)
    page = max(_number(request.parameter("page"), 1), 1)
    count = len(items) if reachable is None else min(len(items), reachable)
    last = max(-(-count // size), 1)
    rows = items[(page - 1) * size : page * size]
    pages = {
        "prev": min(page - 1, last) if page > 1 else 0,
        "next": page + 1 if page < last else 0,
        "last": last if page != last and last > 1 else 0,
        "first": 1 if page > 1 else 0,
    }
    links = [
        f'<{_url(request, path, page=str(number))}>; rel="{relation}"'
        for relation, number in pages.items()
        if number and (last > 1 or page > 1)
    ]
    return Page(rows, ", ".join(links) or None)


def _url(request: Request, path: str, *, drop: tuple[str, ...] = (), **set_last: str) -> str:
    """Return the link to another page: parameters as sent, those of paging itself at the end."""
    kept = [pair for pair in request.query if pair[0] not in {*set_last, *drop}]
    pairs = [*kept, *set_last.items()]
    query = "&".join(f"{quote_plus(key)}={quote_plus(value)}" for key, value in pairs)
    return f"{request.api_url}{path}?{query}"


def by_cursor(
    request: Request, items: Sequence[T], path: str, *, key: Callable[[T], str], deepest_page: int
) -> Page[T]:
    """Return a page of a cursor-paged list: `next` and `prev` only, no way to the end.

    `key` identifies an item; the cursor holds the key of the item beside the page. A `page` without
    cursor is still understood near the start; a deep one raises 422.
    """
    size = per_page(request)
    page = max(_number(request.parameter("page"), 1), 1)
    after, before = request.parameter("after"), request.parameter("before")
    if not (after or before) and page > deepest_page:
        raise Refusal(422, errors.TOO_DEEP_ISSUES)
    keys = [key(item) for item in items]
    if after:
        start = _position(keys, after) + 1
    elif before:
        start = max(_position(keys, before) - size, 0)
    else:
        start = (page - 1) * size
    rows = items[start : start + size]
    links = []
    if rows and start > 0:
        links.append(_cursor_link(request, path, "prev", before=keys[start]))
    if rows and start + size < len(items):
        links.insert(0, _cursor_link(request, path, "next", after=keys[start + size - 1]))
    return Page(rows, ", ".join(links) or None)


def _cursor_link(request: Request, path: str, relation: str, **cursor: str) -> str:
    packed = {name: _pack(value) for name, value in cursor.items()}
    url = _url(
        request,
        path,
        drop=("page", "after", "before"),
        per_page=str(per_page(request)),
        **packed,
    )
    return f'<{url}>; rel="{relation}"'


def _pack(key: str) -> str:
    return base64.urlsafe_b64encode(f"cursor:v2:{key}".encode()).decode()


def _position(keys: Sequence[str], cursor: str) -> int:
    """Return where the cursor points; raises 422 for one that was never given out."""
    try:
        key = base64.urlsafe_b64decode(cursor).decode().removeprefix("cursor:v2:")
        return keys.index(key)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise Refusal(422, "The cursor is invalid or has expired") from None


def by_since(
    request: Request, items: Sequence[T], path: str, *, key: Callable[[T], int]
) -> Page[T]:
    """Return the items with an id above `since`; `first` is a URI template (RFC 6570)."""
    since = _number(request.parameter("since"), 0)
    rest = [item for item in items if key(item) > since]
    rows = rest[: per_page(request)]
    template = f'<{request.api_url}{path}{{?since}}>; rel="first"'
    if len(rest) <= len(rows):
        return Page(rows, template)
    following = _url(request, path, since=str(key(rows[-1])))
    return Page(rows, f'<{following}>; rel="next", {template}')


def onward(request: Request, items: Sequence[T], path: str, *, key: Callable[[T], str]) -> Page[T]:
    """Return a page of a list that is only read onward: `cursor`, and `next` alone."""
    cursor = request.parameter("cursor")
    start = _position([key(item) for item in items], cursor) + 1 if cursor else 0
    rows = items[start : start + per_page(request)]
    if start + len(rows) >= len(items):
        return Page(rows, None)
    following = _url(request, path, cursor=_pack(key(rows[-1])))
    return Page(rows, f'<{following}>; rel="next"')
