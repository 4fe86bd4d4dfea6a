"""What may stay fresh for a day, because every change of it is told: covered mode.

What a path shows is covered when every event that `core/webhook.py` counts as announcing it is
known to reach us (`core/hooks.py`), of whichever hook. Deliveries are lost all the same, above all
while nobody was there to take them. So an answer counts as covered only if GitHub confirmed it
after its events had begun to reach this process, no longer than a day, and only until a sample
finds a change that no delivery told of (`core/sampling.py`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from portico.core.entry import Entry
from portico.core.freshness import DAY_S, Lifetime
from portico.core.hooks import REPOSITORY, Hook, Hooks
from portico.core.resource import Resource, RouteClass
from portico.core.webhook import announcing

# Class of route -> how long a covered answer is fresh, in seconds. A day, because deliveries are
# lost; and whoever merges or deploys by an answer is not to be misled for long by one that is lost.
# What has no line is never covered.
FRESH_S: Final[dict[RouteClass, float]] = {
    RouteClass.SLOW: DAY_S,
    RouteClass.MOVING: DAY_S,
    RouteClass.DECIDING: 300.0,
}
# The events that tell that somebody lost sight of a private repository. Only the hooks of
# organisations and Apps are sent them, even if a repository's hook asks for all.
ACCESS_EVENTS: Final = frozenset({"member", "membership", "organization", "team"})
_MOST_RECKONED: Final = 10_000


class Coverage:
    """The policy of covered mode, over what is known of hooks. Instants are Unix seconds."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks
        self._version = hooks.version
        self._reckoned: dict[tuple[str, str, bool], float] = {}

    def subject_of(self, route: Resource) -> str | None:
        """Return what a path is about: a repository, or an owner's list of repositories.

        By name, in lower case; None where it is neither, or is given by an id that is not known.
        """
        if route.repository is not None:
            return self._hooks.name_of(route.repository)
        return route.owner if route.facet == "repos" else None

    def life_of(self, entry: Entry, route: Resource, *, is_public: bool) -> Lifetime | None:
        """Return how long a covered answer may be used; None where it is as any other.

        Never what is not there; never what was obtained without a credential, which GitHub's edge
        may have kept from before a change; never what a lagging replica may have answered.
        """
        fresh_s = FRESH_S.get(entry.route_class)
        is_plain = entry.response.status in (200, 204) and entry.obtained_with != ""
        if fresh_s is None or not is_plain or entry.unsettled_until > entry.confirmed_at:
            return None
        if entry.confirmed_at < self.since(route, is_public=is_public):
            return None
        own = entry.lifetime
        return replace(own, fresh_s=max(own.fresh_s, fresh_s))

    def since(self, route: Resource, *, is_public: bool) -> float:
        """Return from when on every change of what a path shows is told to us; else infinity."""
        if self._version != self._hooks.version or len(self._reckoned) >= _MOST_RECKONED:
            self._version = self._hooks.version
            self._reckoned.clear()
        subject = self.subject_of(route)
        if subject is None:
            return math.inf
        # A list of repositories shows of each what the repository itself shows.
        shown = "meta" if route.repository is None else route.shape.path if route.shape else ""
        key = (subject, shown, is_public)
        found = self._reckoned.get(key)
        if found is None:
            found = self._reckoned[key] = self._reckon(subject, shown, is_public=is_public)
        return found

    def _reckon(self, subject: str, shown: str, *, is_public: bool) -> float:
        needed = announcing(shown)
        if needed is None:
            return math.inf
        hooks = self._hooks.watching(subject)
        since = _reach_from(needed, hooks)
        if is_public or self._hooks.is_public(subject):
            return since
        wide = [hook for hook in hooks if hook.kind != REPOSITORY]
        return max(since, _reach_from(ACCESS_EVENTS, wide))


def _reach_from(events: Iterable[str], hooks: Iterable[Hook]) -> float:
    """Return from when on all these events reach us, each by whichever hook was the first."""
    those = tuple(hooks)
    return max((_first(event, those) for event in events), default=math.inf)


def _first(event: str, hooks: Iterable[Hook]) -> float:
    known = (hook.reaches_from(event) for hook in hooks)
    return min((at for at in known if at is not None), default=math.inf)
