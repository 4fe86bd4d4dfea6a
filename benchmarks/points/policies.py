"""What Portico is compared with: ways to answer, each with one store for all who ask.

Each is told the truth, as it would learn it by asking, and says which versions it answers. An
answer that takes many calls is judged call by call. Prices are GitHub's: a call costs a point, a
304 with a token does not
(https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from benchmarks.points.github import Bill, class_of
from benchmarks.points.truth import Truth
from portico.core.freshness import TABLE

Shown: TypeAlias = Sequence[tuple[str, int]]
"""What an answer was made of: the target of each call, and which version of it was shown."""


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

    async def answer(self, question: str) -> Shown:
        """Answer a question; return which versions of the truth were shown."""
        ...


class _Told(ABC):
    """What the policies without a gateway share: the truth, a clock, a bill.

    `_held` has by target the version that is in the store, and when it was confirmed.
    """

    def __init__(self, truth: Truth, now: Callable[[], float]) -> None:
        self._truth = truth
        self._now = now
        self._held: dict[str, tuple[int, float]] = {}
        self.bill = Bill()

    async def answer(self, question: str) -> Shown:
        """Answer each of the question's parts as the policy would."""
        return [(target, self._part(target)) for target in self._truth.parts[question]]

    @abstractmethod
    def _part(self, target: str) -> int:
        """Return which version is shown, asking GitHub if need be."""

    def _ask(self, target: str, *, is_conditional: bool) -> int:
        """Ask GitHub; what has not changed is free if it is asked by its validator."""
        newest, now = self._truth.of[target].newest, self._now()
        is_free = is_conditional and target in self._held and self._held[target][0] == newest
        self.bill.add(target, points=int(not is_free), now=now)
        self._held[target] = (newest, now)
        return newest

    def _age_s(self, target: str) -> float:
        return self._now() - self._held[target][1] if target in self._held else math.inf


class NoCache(_Told):
    """Every question is a call."""

    title = "no cache"

    def _part(self, target: str) -> int:
        return self._ask(target, is_conditional=False)


class Revalidating(_Told):
    """Every question is a conditional call: the policy of Kubernetes' ghproxy."""

    title = "revalidate always"

    def _part(self, target: str) -> int:
        return self._ask(target, is_conditional=True)


class Expiring(_Told):
    """A plain cache that keeps what it got for GitHub's own minute, and then forgets it."""

    title = "TTL only, 60 s"
    ttl_s = 60.0

    def _part(self, target: str) -> int:
        if self._age_s(target) < self.ttl_s:
            return self._held[target][0]
        return self._ask(target, is_conditional=False)


class Declared(_Told):
    """Keeps to the times of `core/freshness.py`, is told of nothing, and lets everybody wait.

    No store that keeps to these times and learns only by asking can do with fewer calls.
    """

    title = "the declared times alone"

    def _part(self, target: str) -> int:
        if self._age_s(target) <= TABLE[class_of(target)].fresh_s:
            return self._held[target][0]
        return self._ask(target, is_conditional=True)


class Clairvoyant(_Told):
    """The least there can be: one call for each version that somebody asked for."""

    title = "clairvoyant minimum"

    def _part(self, target: str) -> int:
        newest = self._truth.of[target].newest
        if target in self._held and self._held[target][0] == newest:
            return newest
        return self._ask(target, is_conditional=False)
