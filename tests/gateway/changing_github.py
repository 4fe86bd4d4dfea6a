"""A GitHub that changes, whose replicas lag, and whose deliveries wait to be handed over or lost.

A path shows how often that changed which it shows: `{"version": 3}`. What it showed at each
instant is known, so that an answer can be judged by its age.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Final

from portico.core.happening import Happening, RepositoryRef
from tests.support.clock import ManualClock
from tests.support.upstream import Reply, Sent, not_modified, ok

META: Final = "/repos/octo/hello"
ISSUES: Final = "/repos/octo/hello/issues"
ISSUES_BY_ID: Final = "/repositories/5/issues"
OTHER: Final = "/repos/octo/other"
PATHS: Final = (META, ISSUES, ISSUES_BY_ID, OTHER)
HELLO: Final = RepositoryRef(id=5, full_name="octo/hello", is_private=False, owner_id=9)
# What changes -> the paths that show it.
SHOWN: Final = {"opened": (META, ISSUES, ISSUES_BY_ID), "starred": (META,)}
# How far a replica may be behind: less than the minute that GitHub is given.
MOST_LAG_S: Final = 50.0


@dataclass(slots=True)
class Change:
    """Something that happened at `at`, and its delivery. `versions` are those that it made."""

    kind: str
    at: float
    versions: dict[str, int]
    happening: Happening
    guid: str
    is_received: bool = False


@dataclass(slots=True)
class ChangingGitHub:
    """The world, and what is still to be delivered of it.

    `ahead_s` is how far this GitHub's clock is ahead of the test's; `lag_s` how far the replica is
    behind that answers next.
    """

    clock: ManualClock
    ahead_s: float = 0.0
    lag_s: float = 0.0
    is_timed: bool = True
    changes: list[Change] = field(default_factory=list)
    pending: list[Change] = field(default_factory=list)
    _history: list[tuple[float, dict[str, int]]] = field(default_factory=list)

    def change(self, kind: str, *, is_told: bool = True) -> Change:
        """Let something happen; its delivery waits unless nothing tells of it."""
        versions = dict(self.versions_at(self.clock.now()))
        for path in SHOWN[kind]:
            versions[path] = versions.get(path, 0) + 1
        self._history.append((self.clock.now(), versions))
        number = len(self.changes)
        made = Change(
            kind=kind,
            at=self.clock.now(),
            versions={path: versions[path] for path in SHOWN[kind]},
            happening=self._happening(kind, number),
            guid=f"delivery-{number}",
        )
        self.changes.append(made)
        if is_told:
            self.pending.append(made)
        return made

    def versions_at(self, instant: float) -> dict[str, int]:
        """Return what each path showed at an instant."""
        found = [versions for at, versions in self._history if at <= instant]
        return found[-1] if found else {}

    def version_at(self, path: str, instant: float) -> int:
        """Return what a path showed at an instant."""
        return self.versions_at(instant).get(path, 0)

    def answer(self, sent: Sent) -> Reply:
        """Answer as a replica that is as far behind as it is."""
        path = sent.request.path
        now = self.clock.now()
        date = formatdate(now + self.ahead_s, usegmt=True)
        if sent.request.method != "GET":
            self.change("opened", is_told=False)
            return ok(b"{}", status=201).having("Date", date)
        version = self.version_at(path, now - self.lag_s)
        etag = f'"{version}"'
        if sent.if_none_match == etag:
            return not_modified().having("Date", date)
        body = json.dumps({"version": version}).encode()
        return ok(body, etag=etag).having("Date", date)

    def _happening(self, kind: str, number: int) -> Happening:
        # Cut to the second, as GitHub does.
        at = float(int(self.clock.now() + self.ahead_s)) if self.is_timed else None
        event, details = ("issues", {"number": number}) if kind == "opened" else ("star", {})
        return Happening(
            event=event,
            action="opened" if kind == "opened" else "created",
            repository=HELLO,
            owner="octo",
            owner_id=9,
            sender="hubot",
            at=at,
            details=details,
        )


def newest_received(changes: Iterable[Change], path: str) -> Change | None:
    """Return the last change that a path shows and that Portico has been told of."""
    told = [each for each in changes if each.is_received and path in each.versions]
    return max(told, key=lambda each: each.versions[path], default=None)
