"""What is left to spend, by credential and resource, as GitHub's answers tell it.

Every answer teaches, 304s and errors too. Answers arrive out of order: within one window the
lowest count left is believed, and a window that ends later replaces one that ends earlier.
Instants are Unix seconds, amounts are points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from portico.core.limits import Limit, limit_of, window_s
from portico.core.message import Headers, Response, delta_seconds

# "Wait at least one minute": GitHub's advice where a secondary limit names no time.
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
SECONDARY_WAIT_S: Final = 60.0
# Beyond this many buckets the longest unused is forgotten; a caller may bring any token.
MOST_BUCKETS: Final = 10_000
# GitHub's longest window is an hour. A reset beyond a day is no instant in seconds, and would
# outrank every true one that comes later.
FURTHEST_RESET_S: Final = 86_400.0
# Long enough for an instant, short enough for a float.
_NUMBER: Final = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Window:
    """One bucket of points, as last known."""

    resource: str
    limit: int
    remaining: int
    reset_at: float

    def at(self, now: float) -> Window:
        """Return the window as it stands at `now`: full again once its reset has passed."""
        if now < self.reset_at:
            return self
        return Window(self.resource, self.limit, self.limit, now + window_s(self.resource))

    def headers(self) -> Headers:
        """Return the five header fields in which GitHub tells this."""
        return Headers(
            (
                ("X-RateLimit-Limit", str(self.limit)),
                ("X-RateLimit-Remaining", str(self.remaining)),
                ("X-RateLimit-Reset", str(int(self.reset_at))),
                ("X-RateLimit-Used", str(self.limit - self.remaining)),
                ("X-RateLimit-Resource", self.resource),
            )
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call must not be made before `until`."""

    limit: Limit
    until: float


class Budget:
    """All buckets. A bucket is named by the fingerprint of its credential, "" for none."""

    def __init__(self) -> None:
        self._windows: dict[str, dict[str, Window]] = {}
        self._cooling_until: dict[str, float] = {}

    def learn(self, bucket: str, response: Response, *, now: float) -> None:
        """Take in what one answer says of its bucket and of a limit that it hit."""
        window = read_window(response.headers)
        if window is not None and window.reset_at <= now + FURTHEST_RESET_S:
            self._merge(bucket, window, now=now)
        if limit_of(response) is Limit.SECONDARY:
            # GitHub sends seconds, never a date (RFC 9110 §10.2.3 would allow one).
            wait_s = delta_seconds(response.headers.get("Retry-After")) or SECONDARY_WAIT_S
            self._cool(bucket, until=now + wait_s)

    def refusal(self, bucket: str, resource: str, *, now: float) -> Refusal | None:
        """Return why a call may not be made now, or None if it may."""
        cooling_until = self._cooling_until.get(bucket, 0.0)
        if cooling_until > now:
            return Refusal(Limit.SECONDARY, cooling_until)
        self._cooling_until.pop(bucket, None)
        window = self._windows.get(bucket, {}).get(resource)
        if window is not None and window.remaining <= 0 and window.reset_at > now:
            return Refusal(Limit.PRIMARY, window.reset_at)
        return None

    def window(self, bucket: str, resource: str, *, now: float) -> Window | None:
        """Return what is known of a bucket at `now`, or None if nothing is."""
        window = self._windows.get(bucket, {}).get(resource)
        return window.at(now) if window else None

    def windows(self, bucket: str, *, now: float) -> tuple[Window, ...]:
        """Return all that is known of a bucket at `now`, by name of resource."""
        known = self._windows.get(bucket, {})
        return tuple(known[resource].at(now) for resource in sorted(known))

    def _cool(self, bucket: str, *, until: float) -> None:
        until = max(until, self._cooling_until.pop(bucket, 0.0))
        self._cooling_until[bucket] = until
        if len(self._cooling_until) > MOST_BUCKETS:
            del self._cooling_until[next(iter(self._cooling_until))]

    def _merge(self, bucket: str, new: Window, *, now: float) -> None:
        known = self._windows.pop(bucket, {})
        self._windows[bucket] = known  # at the end: the most recently used
        old = known.get(new.resource)
        if old is not None and now < old.reset_at:
            if new.reset_at < old.reset_at:
                return
            if new.reset_at == old.reset_at and new.remaining > old.remaining:
                return
        known[new.resource] = new
        if len(self._windows) > MOST_BUCKETS:
            forgotten = next(iter(self._windows))
            del self._windows[forgotten]
            self._cooling_until.pop(forgotten, None)


def read_window(headers: Headers) -> Window | None:
    """Read the five `X-RateLimit-*` fields; None where they are absent or nonsense."""
    said = [headers.get(f"X-RateLimit-{name}") or "" for name in ("Limit", "Remaining", "Reset")]
    if not all(_NUMBER.fullmatch(value) for value in said):
        return None
    limit, remaining, reset_at = map(int, said)
    resource = headers.get("X-RateLimit-Resource") or "core"
    return Window(resource, limit, remaining, float(reset_at))
