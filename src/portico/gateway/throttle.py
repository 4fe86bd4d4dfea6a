"""Waiting for, or being refused, a place among the calls to GitHub.

GitHub allows 100 calls at once for REST and GraphQL together; half of that by default, as the
same credential may be in use elsewhere. Callers queue in order of arrival. A call that a limit
forbids is refused at once: waiting for the hour to end is nobody's wish.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from portico.core.budget import Budget
from portico.core.errors import Overloaded
from portico.core.limits import RATE_LIMIT_PATH, Limit, limit_answer, resource_of
from portico.core.message import Request, Response
from portico.gateway.ports import Clock

# What 50 places can work off in about a minute at 100 ms a call; beyond it waiting is pretence.
MOST_WAITING: Final = 20_000
RETRY_AFTER_S: Final = 5.0


class Throttle:
    """The places, and the budget that says who may take one."""

    def __init__(self, budget: Budget, clock: Clock, *, places: int, patience_s: float) -> None:
        self.budget = budget
        self._clock = clock
        self._places = asyncio.Semaphore(places)
        self._patience_s = patience_s
        self._waiting = 0

    def refused(self, request: Request, bucket: str) -> Response | None:
        """Return GitHub's limit answer if a limit forbids the call now, else None."""
        now = self._clock.now()
        refusal = self.budget.refusal(bucket, resource_of(request.path), now=now)
        if refusal is None:
            return None
        if request.path == RATE_LIMIT_PATH and refusal.limit is Limit.PRIMARY:
            # Free, and asked for just when nothing is left.
            return None
        return limit_answer(refusal.limit, until=refusal.until, now=now)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold one of the places for the length of the block.

        Raises:
            Overloaded: the queue is full, or no place came free within `patience_s` seconds.

        """
        await self._enter()
        try:
            yield
        finally:
            self._places.release()

    async def _enter(self) -> None:
        if self._waiting >= MOST_WAITING:
            raise Overloaded("Too many calls to GitHub wait already", retry_after_s=RETRY_AFTER_S)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience_s):
                await self._places.acquire()
        except TimeoutError as error:
            message = "No call to GitHub could be made in time: too many are under way"
            raise Overloaded(message, retry_after_s=RETRY_AFTER_S) from error
        finally:
            self._waiting -= 1
