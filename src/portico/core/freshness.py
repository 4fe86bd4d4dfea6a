"""How long a stored response may be used, and what a caller may ask for instead.

`TABLE` is the whole policy, one line per class of route; while points are few its times grow
(`core/stretch.py`). A caller may ask for fresher answers than the table gives (`max-age`,
`min-fresh`, `no-cache`) or accept older ones (`max-stale`), by the request directives of RFC 9111
§5.2.1. All durations are seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from portico.core.message import delta_seconds
from portico.core.resource import RouteClass

DAY_S: Final = 86_400.0
# GitHub sends `max-age=60` with nearly every answer, whatever it is; only a longer one says
# something about this resource (a day for trees and blobs, five minutes for public events).
GITHUB_BLANKET_MAX_AGE_S: Final = 60.0
# A missing thing may be made at any moment, and a moved name taken by a new repository.
NEGATIVE_FRESH_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How old, in seconds since GitHub last confirmed it, a stored response may be.

    Up to `fresh_s` it is served without asking. Beyond that, for `stale_s` more, it is served
    and renewed behind the answer. Beyond `fresh_s`, for `rescue_s` more, it may stand in when
    GitHub fails.
    """

    fresh_s: float
    stale_s: float
    rescue_s: float


TABLE: Final[dict[RouteClass, Lifetime]] = {
    # Named by a hash of its content.
    RouteClass.IMMUTABLE: Lifetime(30 * DAY_S, 0, math.inf),
    # Shown on pages; five minutes is what people call "now", a day what they forgive once.
    RouteClass.SLOW: Lifetime(300, DAY_S, 7 * DAY_S),
    # Lists that people watch: GitHub's own minute.
    RouteClass.MOVING: Lifetime(60, 300, DAY_S),
    # Somebody merges or deploys by it: seconds, and never older without waiting.
    RouteClass.DECIDING: Lifetime(10, 0, 3_600),
    # The caller's own: only ever what GitHub has just confirmed.
    RouteClass.OWN: Lifetime(0, 0, 0),
    # Dear (30 a minute) and approximate anyway.
    RouteClass.SEARCH: Lifetime(60, 300, 3_600),
}


@dataclass(frozen=True, slots=True)
class Directives:
    """A `Cache-Control` field, read. A duration is None where the directive is absent."""

    no_cache: bool = False
    no_store: bool = False
    only_if_cached: bool = False
    max_age_s: float | None = None
    min_fresh_s: float = 0.0
    max_stale_s: float = 0.0


NO_DIRECTIVES: Final = Directives()


def read_directives(cache_control: str | None, pragma: str | None = None) -> Directives:
    """Read a `Cache-Control` field (RFC 9111 §5.2).

    What cannot be read is read as its strictest meaning: a broken `max-age` is 0, a broken
    `max-stale` none, a broken `min-fresh` endless. `Pragma: no-cache` counts only where
    `Cache-Control` is absent (§5.4).
    """
    if cache_control is None:
        return Directives(no_cache=True) if "no-cache" in (pragma or "").lower() else NO_DIRECTIVES
    found: dict[str, str | None] = {}
    for part in cache_control.lower().split(","):
        name, equals, value = part.strip().partition("=")
        found.setdefault(name.strip(), value.strip().strip('"') if equals else None)
    max_stale = found.get("max-stale", "0")
    return Directives(
        no_cache="no-cache" in found,
        no_store="no-store" in found,
        only_if_cached="only-if-cached" in found,
        max_age_s=_seconds(found["max-age"], strictest=0.0) if "max-age" in found else None,
        min_fresh_s=_seconds(found.get("min-fresh", "0"), strictest=math.inf),
        # Without a value: however stale (RFC 9111 §5.2.1.2).
        max_stale_s=math.inf if max_stale is None else _seconds(max_stale, strictest=0.0),
    )


def _seconds(value: str | None, *, strictest: float) -> float:
    seconds = delta_seconds(value)
    return strictest if seconds is None else seconds


def lifetime(route_class: RouteClass, *, status: int, cache_control: str | None) -> Lifetime:
    """Return how long a response of this class, status and `Cache-Control` may be used."""
    row = TABLE[route_class]
    if status not in (200, 204):
        # No rescue: an error of yesterday helps nobody.
        return Lifetime(min(row.fresh_s, NEGATIVE_FRESH_S), 0, 0)
    if route_class in (RouteClass.OWN, RouteClass.DECIDING):
        return row
    said = read_directives(cache_control).max_age_s or 0.0
    if said <= max(row.fresh_s, GITHUB_BLANKET_MAX_AGE_S):
        return row
    return Lifetime(said, row.stale_s, max(row.rescue_s, said))
