"""A stored response, with what is needed to judge and to revalidate it.

The body is GitHub's own, byte for byte: validators are computed over it, and URLs are
rewritten only on the way out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from portico.core.freshness import Lifetime, lifetime
from portico.core.message import Headers, Response
from portico.core.resource import RouteClass

# Beside the body, about what an entry occupies in memory with its key and its index rows.
OVERHEAD_BYTES: Final = 2_048


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Entry:
    """One stored response.

    `confirmed_at` is when the request was sent to which GitHub last answered that this is
    current: Unix seconds. `marked` means that something changed since, so that GitHub must
    be asked before it is served again. `lifetime` is how long this may be used, in seconds from
    `confirmed_at`. `obtained_with` is the fingerprint of the credential
    whose ETag this is, "" if it was none: GitHub's ETags differ by credential. Until
    `unsettled_until` one of GitHub's replicas may have answered with what was before a change
    that is known of: it is fresh no longer than that.

    Compared by identity, so that it can be the key of a weak dictionary of renderings.
    """

    response: Response
    route_class: RouteClass
    tags: frozenset[str]
    obtained_with: str
    fetched_at: float
    confirmed_at: float
    marked: bool = False
    unsettled_until: float = 0.0
    lifetime: Lifetime = field(init=False)

    def __post_init__(self) -> None:
        # Once, as every look at an entry asks for it.
        cache_control = self.response.headers.get("Cache-Control")
        status = self.response.status
        found = lifetime(self.route_class, status=status, cache_control=cache_control)
        if self.unsettled_until > self.confirmed_at:
            # Nor may it be served stale or rescue: it may show what has just been hidden.
            settles_in_s = self.unsettled_until - self.confirmed_at
            found = Lifetime(min(found.fresh_s, settles_in_s), 0, 0)
        object.__setattr__(self, "lifetime", found)

    @property
    def etag(self) -> str | None:
        """GitHub's validator, as a strong one: it must only ever be compared weakly."""
        value = self.response.headers.get("ETag")
        return value.removeprefix("W/") if value else None

    @property
    def size_bytes(self) -> int:
        """About how much memory this occupies: as GitHub sent it, and once as a caller gets it."""
        fields = sum(len(name) + len(value) for name, value in self.response.headers)
        return 2 * (len(self.response.body) + fields) + OVERHEAD_BYTES

    def age_s(self, now: float) -> float:
        """Return the seconds since GitHub confirmed it (RFC 9111 §4.2.3), never negative."""
        return max(0.0, now - self.confirmed_at)

    def confirmed(self, headers: Headers, *, at: float) -> Entry:
        """Return this entry after a 304: same body, newer header fields (RFC 9111 §4.3.4).

        A 304 of GitHub's says nothing of `Content-Type` or `Link`; what it leaves out is kept.
        """
        response = replace(self.response, headers=self.response.headers.updated(headers))
        return replace(self, response=response, confirmed_at=at, marked=False, unsettled_until=0.0)
