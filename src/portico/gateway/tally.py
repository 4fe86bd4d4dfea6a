"""Counting what answers cost: in memory at once, in the store every few seconds.

A request only adds to a dictionary. What is not written yet when a process is killed is lost: a
few seconds of sums, never an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from portico.core.audience import Caller
from portico.core.tally import KEPT_S, Cost, Line, Sums, line_of
from portico.gateway.ports import Clock, Store

# Often enough for a table that people watch, seldom enough to be no load for a disk.
WRITE_EVERY_S: Final = 5.0


class Tally:
    """Sums by line, those of other processes on the same store included."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._unwritten: dict[Line, Sums] = {}

    def count(self, caller: Caller, cost: Cost, *, route: str, mode: str, answers: int = 1) -> None:
        """Count one answer, or what was spent for this caller without one."""
        line = line_of(caller, route=route, mode=mode, now=self._clock.now())
        counted = Sums(answers, cost.spent, cost.saved)
        known = self._unwritten.get(line)
        self._unwritten[line] = counted if known is None else known + counted

    async def sums(self, *, since: float) -> Mapping[Line, Sums]:
        """Return all sums from the hour of an instant (Unix seconds) on."""
        self.write()
        return await self._store.sums(since=max(since, self._clock.now() - KEPT_S))

    def write(self) -> None:
        """Hand what was counted to the store."""
        if self._unwritten:
            counted, self._unwritten = self._unwritten, {}
            self._store.add(counted)

    @asynccontextmanager
    async def written(self) -> AsyncIterator[None]:
        """Write every few seconds while the block runs, and once more at its end."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._keep_writing(), name="write the tally")
            try:
                yield
            finally:
                task.cancel()
                self.write()

    async def _keep_writing(self) -> None:
        while True:
            await self._clock.sleep(WRITE_EVERY_S)
            self.write()
