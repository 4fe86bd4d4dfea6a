"""How much each key may spend of GitHub's limits in an hour, and what it has spent.

A cap is a bucket of Portico's own: it opens with the first point that is spent and lasts an hour.
What is answered from the store costs nothing, so an exhausted cap does not hide what is stored.
Instants are Unix seconds, amounts are points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portico.core.grant import Grant
from portico.core.window import Window

HOUR_S: Final = 3_600.0
# What a client knows as the bucket of ordinary calls.
_RESOURCE: Final = "core"


@dataclass(slots=True)
class _Hour:
    ends_at: float
    spent: int = 0


class Caps:
    """The hours of all grants that have a cap. `shares`: how many processes divide each cap."""

    def __init__(self, *, shares: int = 1) -> None:
        self._shares = shares
        self._hours: dict[str, _Hour] = {}

    def window(self, grant: Grant, *, now: float) -> Window | None:
        """Return what is left of a grant's cap; None where it has none."""
        if grant.points_per_hour is None:
            return None
        limit = max(1, grant.points_per_hour // self._shares)
        hour = self._hour(grant, now)
        if hour is None:
            return Window(_RESOURCE, limit, limit, now + HOUR_S)
        return Window(_RESOURCE, limit, max(0, limit - hour.spent), hour.ends_at)

    def spend(self, grant: Grant, points: int, *, now: float) -> None:
        """Count what was spent on behalf of a grant."""
        if not points or grant.points_per_hour is None:
            return
        hour = self._hour(grant, now)
        if hour is None:
            hour = self._hours[grant.name] = _Hour(now + HOUR_S)
        hour.spent += points

    def _hour(self, grant: Grant, now: float) -> _Hour | None:
        """Return the hour that a grant is in, None where the next point begins one."""
        hour = self._hours.get(grant.name)
        if hour is None or hour.ends_at <= now:
            return None
        # Where the clock was set back it must not last until it is as late again.
        hour.ends_at = min(hour.ends_at, now + HOUR_S)
        return hour
