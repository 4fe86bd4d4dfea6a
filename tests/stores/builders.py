"""Keys and entries for the tests of the stores, and a clock that is set by hand."""

from __future__ import annotations

import random

from portico.core.audience import PUBLIC, Audience
from portico.core.entry import Entry
from portico.core.key import DEFAULT_ACCEPT, DEFAULT_API_VERSION, Key
from portico.core.message import Headers, Response
from portico.core.resource import RouteClass

NOON = 1_800_000_000.0


class Now:
    """A clock that stands still."""

    def __init__(self, at: float = NOON) -> None:
        self.at = at

    def __call__(self) -> float:
        """Return the instant it stands at."""
        return self.at


def key(name: object = "octo", *, audience: Audience = PUBLIC) -> Key:
    """Return the key of what GitHub says about a user."""
    return Key(
        audience=audience,
        path=f"/users/{name}",
        query="",
        accept=DEFAULT_ACCEPT,
        api_version=DEFAULT_API_VERSION,
        variant="",
    )


def entry(
    body: bytes = b'{"login":"octo"}',
    *,
    tags: tuple[str, ...] = ("owner:octo", "owner:octo/meta"),
    confirmed_at: float = NOON,
    marked: bool = False,
) -> Entry:
    """Return a stored response."""
    headers = Headers([("Content-Type", "application/json"), ("ETag", 'W/"abc"')])
    return Entry(
        response=Response(200, headers, body),
        route_class=RouteClass.SLOW,
        tags=frozenset(tags),
        obtained_with="f" * 32,
        fetched_at=NOON - 100,
        confirmed_at=confirmed_at,
        marked=marked,
        unsettled_until=confirmed_at + 30,
    )


def noise(seed: object, size_bytes: int = 10_000) -> bytes:
    """Return bytes that do not compress, always the same for one seed."""
    return random.Random(str(seed)).randbytes(size_bytes)


def content(found: Entry | None) -> tuple[object, ...] | None:
    """Return all that an entry says: entries themselves compare by identity."""
    if found is None:
        return None
    return (
        found.response,
        found.route_class,
        found.tags,
        found.obtained_with,
        found.fetched_at,
        found.confirmed_at,
        found.marked,
        found.unsettled_until,
    )
