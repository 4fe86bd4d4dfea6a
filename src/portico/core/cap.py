"""How many points may be spent in an hour on whose behalf, and how many have been.

A cap is a bucket of Portico's own: it opens with the first point that is spent and lasts an hour.
What is answered from the store costs nothing, so an exhausted cap does not hide what is stored.
Instants are Unix seconds, amounts are points of GitHub's primary limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from portico.core.grant import Grant
from portico.core.window import Window

HOUR_S: Final = 3_600.0
# Each name has cost a point at least within the hour, so GitHub's own limit keeps them few. This
# is for a GitHub Enterprise Server without one.
MOST_NAMES: Final = 100_000
# What a client knows as the bucket of ordinary calls.
_RESOURCE: Final = "core"


@dataclass(frozen=True, slots=True)
class Cap:
    """A bound for what is spent under one name: `key:NAME`, `address:NETWORK` or `owner:LOGIN`."""

    name: str
    points_per_hour: int


@dataclass(frozen=True, slots=True)
class AnonymousCaps:
    """The bounds for callers without a credential, in points an hour; None: there is none.

    `per_address` is by where they come from, `per_owner` by whose things they ask about,
    wherever they come from. What names no owner counts as one more of them.
    """

    per_address: int | None = None
    per_owner: int | None = None

    def of(self, address: str, owners: Iterable[str]) -> tuple[Cap, ...]:
        """Return the caps of a caller from `address` ("": not counted) who asks about `owners`."""
        caps = []
        if self.per_address is not None and address:
            caps.append(Cap(f"address:{address}", self.per_address))
        if self.per_owner is not None:
            caps += [Cap(f"owner:{owner}", self.per_owner) for owner in owners]
        return tuple(caps)


def cap_of(grant: Grant) -> Cap | None:
    """Return the cap of a key's grant, or None if it has none."""
    if grant.points_per_hour is None:
        return None
    return Cap(f"key:{grant.name}", grant.points_per_hour)


@dataclass(slots=True)
class _Hour:
    ends_at: float
    spent: int = 0


class Caps:
    """The hours that are under way. `shares`: how many processes divide each cap."""

    def __init__(self, *, shares: int = 1, most_names: int = MOST_NAMES) -> None:
        self._shares = shares
        self._most_names = most_names
        # The one that ends first stands first, as all are equally long.
        self._hours: dict[str, _Hour] = {}

    def __len__(self) -> int:
        return len(self._hours)

    def window(self, cap: Cap, *, now: float) -> Window:
        """Return what is left of a cap."""
        limit = max(1, cap.points_per_hour // self._shares)
        hour = self._hour(cap, now)
        if hour is None:
            return Window(_RESOURCE, limit, limit, now + HOUR_S)
        return Window(_RESOURCE, limit, max(0, limit - hour.spent), hour.ends_at)

    def spend(self, cap: Cap, points: int, *, now: float) -> None:
        """Count what was spent under a cap's name."""
        if not points:
            return
        hour = self._hour(cap, now)
        if hour is None:
            self._forget(now)
            hour = self._hours[cap.name] = _Hour(now + HOUR_S)
        hour.spent += points

    def _hour(self, cap: Cap, now: float) -> _Hour | None:
        """Return the hour that a cap is in, None where the next point begins one."""
        hour = self._hours.get(cap.name)
        if hour is None or hour.ends_at <= now:
            return None
        # A clock that was set back must not make it longer than an hour.
        hour.ends_at = min(hour.ends_at, now + HOUR_S)
        return hour

    def _forget(self, now: float) -> None:
        """Drop the hours that are over, and the oldest of too many."""
        while self._hours:
            name = next(iter(self._hours))
            if self._hours[name].ends_at > now and len(self._hours) < self._most_names:
                return
            del self._hours[name]
