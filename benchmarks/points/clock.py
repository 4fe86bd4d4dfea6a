"""Simulated time: it stands still until it is moved, and whoever sleeps wakes on the way."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from typing import Final

# The longest chain of tasks has about ten links; what goes on for so long goes on for ever.
_MOST_STEPS: Final = 10_000


class SimulatedClock:
    """Implements `gateway.ports.Clock`, and is the clock of the sandbox's world as well."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._sleeping: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Return the simulated Unix time in seconds."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return when the clock has been moved on by so much."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        sleeper = (self._now + seconds, next(self._order), turn)
        heapq.heappush(self._sleeping, sleeper)
        try:
            await turn
        finally:
            if sleeper in self._sleeping:  # cancelled before its time
                self._sleeping.remove(sleeper)
                heapq.heapify(self._sleeping)

    async def move_to(self, at: float) -> None:
        """Move on to an instant, stopping at each at which somebody wakes."""
        while self._sleeping and self._sleeping[0][0] <= at:
            due, _, turn = heapq.heappop(self._sleeping)
            if not turn.done():  # else cancelled, and about to leave
                self._now = max(self._now, due)
                turn.set_result(None)
                await self.settled()
        self._now = max(self._now, at)

    async def settled(self) -> None:
        """Return when no task but the caller's own can go on without time passing.

        Raises:
            RuntimeError: one goes on for ever, or waits for something else than time.

        """
        for _ in range(_MOST_STEPS):
            waiting = sum(not turn.done() for _, _, turn in self._sleeping)
            if len(asyncio.all_tasks()) - 1 <= waiting:
                return
            await asyncio.sleep(0)
        raise RuntimeError("a task does not come to its end")
