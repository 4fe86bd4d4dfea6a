"""What GitHub would have answered at each instant: the versions of everything that is asked for.

A version is known by its ETag. After each change the repository's answers are looked at again, all
of them, so that nothing here assumes which change touches what.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.points.fleet import KINDS, TOKEN
from benchmarks.points.github import ask
from portico.core.audience import Credential
from portico.core.message import Request
from portico.sandbox import World

CREDENTIAL = Credential("Bearer", TOKEN.value)


@dataclass(slots=True)
class Versions:
    """The versions of one answer, oldest first: since when each was the truth, and which it was."""

    since: list[float] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    @property
    def newest(self) -> int:
        """The number of the present version."""
        return len(self.tags) - 1

    def number_of(self, tag: str) -> int:
        """Return the newest version that had this ETag; ValueError: none ever had."""
        for number in range(self.newest, -1, -1):
            if self.tags[number] == tag:
                return number
        raise ValueError(f"an answer that GitHub never gave: {tag}")

    def staleness_s(self, number: int, now: float) -> float:
        """Return for how long a version has not been the truth any more; 0 if it is."""
        return 0.0 if number == self.newest else now - self.since[number + 1]


class Truth:
    """The versions of everything, kept up to date from outside."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.of: dict[str, Versions] = {}
        for repository in world.repositories.values():
            self.look(repository.full_name)

    def look(self, full_name: str) -> None:
        """Note what GitHub answers now about a repository."""
        now = self._world.clock()
        for kind in KINDS:
            path = f"/repos/{full_name}{kind}"
            told = ask(self._world, Request("GET", path), CREDENTIAL)
            tag = told.header("etag") or ""
            versions = self.of.setdefault(path, Versions())
            if not versions.tags or versions.tags[-1] != tag:
                versions.since.append(now)
                versions.tags.append(tag)
