"""One call per key at a time; callers who arrive meanwhile share it.

A call runs in a task of its own, so nobody's leaving ends it for the others. Two things are
easy to get wrong here:

1. The key leaves the board before any waiter wakes. Were it the other way round, a caller who
   arrives in between would be handed an answer that had landed before they asked.
2. A flight that took off before a change must not carry a caller who arrives after it: they
   may have made the change. `is_outdated` tells such flights; a new one takes their place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from portico.core.key import Key
from portico.core.lane import Lane

T = TypeVar("T")


class Flight(Generic[T]):
    """One call under way. `position` is the mark position (`core.marks`) at its start."""

    def __init__(self, position: int, lane: Lane) -> None:
        self.position = position
        self.lane = lane
        self.is_sent = False
        """Set by the call once GitHub has been asked: from then on the answer is wanted."""
        self.waiting = 0
        self.task: asyncio.Task[T]

    def sent(self) -> None:
        """Note that GitHub has been asked."""
        self.is_sent = True


class Flights(Generic[T]):
    """The board of all flights, by key.

    `left_over` is handed the result of a flight that landed when everybody had left, so that
    it can let go of what the result holds open.
    """

    def __init__(self, left_over: Callable[[T], Coroutine[Any, Any, None]]) -> None:
        self._left_over = left_over
        self._by_key: dict[Key, Flight[T]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    async def join(
        self,
        key: Key,
        call: Callable[[Flight[T]], Coroutine[Any, Any, T]],
        *,
        lane: Lane,
        position: int,
        is_outdated: Callable[[int], bool],
    ) -> tuple[T, bool]:
        """Return the result of the flight for `key`, and whether it was started for this caller.

        Raises:
            Exception: whatever the call raised; every caller who shares it gets the same.

        """
        flight = self._by_key.get(key)
        leads = flight is None or _is_too_late(flight, lane) or is_outdated(flight.position)
        if flight is None or leads:
            flight = self._take_off(key, call, position, lane)
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task), leads
        finally:
            flight.waiting -= 1
            if flight.waiting == 0:
                self._abandon(key, flight)

    async def drain(self, patience_s: float) -> None:
        """Wait for what is under way, at most `patience_s` seconds; then cancel the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience_s)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _take_off(
        self,
        key: Key,
        call: Callable[[Flight[T]], Coroutine[Any, Any, T]],
        position: int,
        lane: Lane,
    ) -> Flight[T]:
        flight: Flight[T] = Flight(position, lane)
        flight.task = asyncio.create_task(call(flight), name=f"flight {key.path}")
        self._by_key[key] = flight
        self._tasks.add(flight.task)
        flight.task.add_done_callback(lambda _: self._land(key, flight))
        return flight

    def _land(self, key: Key, flight: Flight[T]) -> None:
        self._tasks.discard(flight.task)
        self._off_the_board(key, flight)
        if flight.task.cancelled():
            return
        # Asked for, so that asyncio does not report it as never retrieved.
        failed = flight.task.exception() is not None
        if flight.waiting == 0 and not failed:
            self._clean_up(flight.task.result())

    def _abandon(self, key: Key, flight: Flight[T]) -> None:
        """See to a flight that the last caller has left."""
        if not flight.task.done():
            if not flight.is_sent:
                # Still queueing for a place: nobody wants it any more.
                self._off_the_board(key, flight)
                flight.task.cancel()
        elif not flight.task.cancelled() and flight.task.exception() is None:
            self._clean_up(flight.task.result())

    def _clean_up(self, result: T) -> None:
        task = asyncio.create_task(self._left_over(result), name="clean up after a flight")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _off_the_board(self, key: Key, flight: Flight[T]) -> None:
        if self._by_key.get(key) is flight:
            del self._by_key[key]


def _is_too_late(flight: Flight[T], lane: Lane) -> bool:
    """Return whether a flight waits in a lane behind the caller's, or may be refused there."""
    return flight.lane > lane and not flight.is_sent
