"""What Portico is compared with: four ways to answer, each with one store for all clients.

Each is told the truth, as it would learn it by asking, and says which version it answers. Prices
are GitHub's: a call costs a point, a 304 with a token does not
(https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from benchmarks.points.github import Bill
from benchmarks.points.truth import Truth


class Policy(Protocol):
    """A way to answer. `bill` is what it has cost so far."""

    @property
    def title(self) -> str:
        """What it is called in tables."""
        ...

    @property
    def bill(self) -> Bill:
        """What it has cost so far."""
        ...

    async def answer(self, path: str) -> int:
        """Answer a question; return which version of the truth was shown."""
        ...


class _Told:
    """What the policies without a gateway share: the truth, a clock, a bill."""

    def __init__(self, truth: Truth, now: Callable[[], float]) -> None:
        self._truth = truth
        self._now = now
        self.bill = Bill()

    def _call(self, points: int) -> None:
        self.bill.add(points, now=self._now())


class NoCache(_Told):
    """Every question is a call."""

    title = "no cache"

    async def answer(self, path: str) -> int:
        """Ask GitHub."""
        self._call(1)
        return self._truth.of[path].newest


class Revalidating(_Told):
    """Every question is a conditional call: the policy of Kubernetes' ghproxy."""

    title = "revalidate always"

    def __init__(self, truth: Truth, now: Callable[[], float]) -> None:
        super().__init__(truth, now)
        self._held: dict[str, int] = {}

    async def answer(self, path: str) -> int:
        """Ask GitHub whether what is held is the truth still."""
        newest = self._truth.of[path].newest
        self._call(int(self._held.get(path) != newest))
        self._held[path] = newest
        return newest


class Expiring(_Told):
    """A plain cache that keeps what it got for GitHub's own minute, and then forgets it."""

    title = "TTL only, 60 s"
    ttl_s = 60.0

    def __init__(self, truth: Truth, now: Callable[[], float]) -> None:
        super().__init__(truth, now)
        self._held: dict[str, tuple[float, int]] = {}

    async def answer(self, path: str) -> int:
        """Answer from the store for a minute, then ask GitHub."""
        held, now = self._held.get(path), self._now()
        if held is not None and now - held[0] < self.ttl_s:
            return held[1]
        self._call(1)
        self._held[path] = (now, self._truth.of[path].newest)
        return self._held[path][1]


class Clairvoyant(_Told):
    """The least there can be: one call for each version that somebody asked for."""

    title = "clairvoyant minimum"

    def __init__(self, truth: Truth, now: Callable[[], float]) -> None:
        super().__init__(truth, now)
        self._held: dict[str, int] = {}

    async def answer(self, path: str) -> int:
        """Ask GitHub if, and only if, the answer has changed."""
        newest = self._truth.of[path].newest
        if self._held.get(path) != newest:
            self._call(1)
            self._held[path] = newest
        return newest
