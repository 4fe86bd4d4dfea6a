"""How long a stored answer may be used for a caller now, and what its answer tells of that.

By its class (`core/freshness.py`); by events, if they cover it (`core/coverage.py`); or by the
curve of `core/stretch.py`, if the bucket that would be spent from runs short.
"""

from __future__ import annotations

from dataclasses import replace

from portico.core.audience import Caller
from portico.core.budget import Budget
from portico.core.entry import Entry
from portico.core.freshness import Lifetime
from portico.core.limits import resource_of
from portico.core.message import Request
from portico.core.policy import Mode
from portico.core.stretch import (
    Shortage,
    freshness_left_s,
    may_be_stretched,
    shortage_of,
    stretched,
)
from portico.gateway.answer import Answer
from portico.gateway.covering import Covering
from portico.gateway.ports import Clock


class Lives:
    """The lifetimes of entries, for the shelf and for whoever makes an answer of one."""

    def __init__(self, covering: Covering, budget: Budget, clock: Clock) -> None:
        self._covering = covering
        self._budget = budget
        self._clock = clock

    def covered(self, request: Request, entry: Entry, caller: Caller) -> Lifetime | None:
        """Return how long an entry may be used if events tell of its changes, else None."""
        return self._covering.life_of(request, entry, caller)

    def stretched(self, request: Request, entry: Entry, caller: Caller) -> Lifetime | None:
        """Return how long an entry may be used if its bucket runs short, else None."""
        shortage = self._shortage(request, entry, caller)
        return None if shortage is None else stretched(entry, shortage)

    def from_store(
        self, entry: Entry, request: Request, caller: Caller, *, is_covered: bool = False
    ) -> Answer:
        """Return the answer that a stored response is, fresh or stale.

        What is fresh only because events tell of its changes promises nothing: no event reaches
        the caches of those who are answered.
        """
        answer = self.dated(Answer(Mode.HIT, entry.response, entry=entry), request, caller)
        if answer.ttl_s >= 0:
            return answer
        return replace(answer, ttl_s=0.0) if is_covered else replace(answer, mode=Mode.STALE)

    def dated(self, answer: Answer, request: Request, caller: Caller) -> Answer:
        """Return an answer with its age and the freshness left, if it is a stored response."""
        entry = answer.entry
        if entry is None:
            return answer
        now = self._clock.now()
        left_s = freshness_left_s(entry, self._shortage(request, entry, caller), now=now)
        return replace(answer, age_s=entry.age_s(now), ttl_s=left_s)

    def _shortage(self, request: Request, entry: Entry, caller: Caller) -> Shortage | None:
        """Return how short the bucket is that asking would spend from, if that counts here.

        Not for a principal: for as long as its answer is fresh, GitHub's word is believed that
        this principal may see it.
        """
        if not caller.is_public or not may_be_stretched(entry):
            return None
        now = self._clock.now()
        window = self._budget.window(caller.bucket, resource_of(request.path), now=now)
        return shortage_of(window, self._budget.offset.githubs(now))
