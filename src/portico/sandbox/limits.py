"""Primary rate limits: one bucket per subject and resource, with GitHub's windows.

A subject is a user, an installation or an address, never a token: two tokens of a user share their
buckets. A window opens at the first use and does not slide; its reset stays where it is. Source:
https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Quota:
    """Requests (or GraphQL points) per window, for a subject with a token and for an address."""

    limit: int
    anonymous: int
    window_s: int


HOUR_S = 3600
MINUTE_S = 60

QUOTAS = {
    "core": Quota(5000, 60, HOUR_S),
    "search": Quota(30, 10, MINUTE_S),
    "graphql": Quota(5000, 0, HOUR_S),
    "integration_manifest": Quota(5000, 5, HOUR_S),
    "source_import": Quota(100, 5, MINUTE_S),
    "code_scanning_upload": Quota(1000, 60, HOUR_S),
    "code_scanning_autofix": Quota(10, 10, MINUTE_S),
    "actions_runner_registration": Quota(10000, 60, HOUR_S),
    "scim": Quota(15000, 60, HOUR_S),
    "dependency_snapshots": Quota(100, 60, MINUTE_S),
    "dependency_sbom": Quota(100, 60, MINUTE_S),
    "code_search": Quota(10, 10, MINUTE_S),
    "audit_log": Quota(1750, 60, HOUR_S),
    "audit_log_streaming": Quota(15, 15, MINUTE_S),
}


# What grows with an installation, and how far.
_SCALED = frozenset({"core", "graphql"})
_MOST_GRANTED = 12_500


def granted(*, repositories: int, members: int) -> int:
    """Return an installation's points an hour: 50 more for each repository and member above 20.

    https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#primary-rate-limit-for-github-app-installations
    """
    above = max(0, repositories - 20) + max(0, members - 20)
    return min(_MOST_GRANTED, QUOTAS["core"].limit + 50 * above)


def resource_of(path: str) -> str:
    """Return the name of the bucket that a request to `path` draws on."""
    if path == "/graphql":
        return "graphql"
    if path == "/search/code":
        return "code_search"
    return "search" if path.startswith("/search/") else "core"


@dataclass(frozen=True, slots=True)
class Reading:
    """A bucket as its headers show it. `reset_at` is in Unix seconds."""

    resource: str
    limit: int
    used: int
    reset_at: int

    @property
    def remaining(self) -> int:
        """What is left in the window; never negative."""
        return max(self.limit - self.used, 0)

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the five rate headers, in GitHub's order."""
        return (
            ("X-RateLimit-Limit", str(self.limit)),
            ("X-RateLimit-Remaining", str(self.remaining)),
            ("X-RateLimit-Reset", str(self.reset_at)),
            ("X-RateLimit-Used", str(min(self.used, self.limit))),
            ("X-RateLimit-Resource", self.resource),
        )


@dataclass(slots=True)
class _Window:
    reset_at: int
    used: int = 0


@dataclass(slots=True)
class Buckets:
    """All buckets. `limits` overrides a quota for one subject, or for all with the subject `*`.

    `granted` is what installations may spend an hour, of core and of GraphQL each.
    """

    limits: dict[tuple[str, str], int] = field(default_factory=dict)
    granted: dict[str, int] = field(default_factory=dict)
    _windows: dict[tuple[str, str], _Window] = field(default_factory=dict)

    def read(self, subject: str, resource: str, now: float) -> Reading:
        """Return a bucket's state without using it; an unopened one resets a window from now."""
        window = self._windows.get((subject, resource))
        if window is None or window.reset_at <= now:
            window = _Window(int(now) + QUOTAS[resource].window_s)
        return Reading(resource, self._limit(subject, resource), window.used, window.reset_at)

    def charge(self, subject: str, resource: str, now: float, points: int = 1) -> Reading:
        """Take points and return the state after it; opens the window if none is open."""
        before = self.read(subject, resource, now)
        self._windows[subject, resource] = _Window(before.reset_at, before.used + points)
        return self.read(subject, resource, now)

    def exhaust(self, subject: str, resource: str, now: float) -> None:
        """Leave nothing in a bucket until its reset."""
        reading = self.read(subject, resource, now)
        self._windows[subject, resource] = _Window(reading.reset_at, reading.limit)

    def refill(self) -> None:
        """Start all windows anew."""
        self._windows.clear()

    def _limit(self, subject: str, resource: str) -> int:
        for who in (subject, "*"):
            if (who, resource) in self.limits:
                return self.limits[who, resource]
        if subject in self.granted and resource in _SCALED:
            return self.granted[subject]
        quota = QUOTAS[resource]
        return quota.anonymous if subject.startswith("ip:") else quota.limit
