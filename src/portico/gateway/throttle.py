"""Waiting for, or being refused, a place among the calls to GitHub.

GitHub allows 100 calls at once for REST and GraphQL together; half of that by default, as the
same credential may be in use elsewhere. Callers wait in order of lane; within a lane the buckets
take turns, and the callers of one bucket come in order of arrival, so that nobody with many calls
holds up the others. Who would have to wait longer than they can is refused at once, with the
answer that GitHub would give.

State changes only between awaits: `_advance` hands out what is free whenever somebody comes, a
call lands, or an instant comes at which a limit ends.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

from portico.core.budget import Budget, Refusal, Reservation
from portico.core.errors import Overloaded
from portico.core.lane import Lane
from portico.core.limits import RATE_LIMIT_PATH, Limit, limit_answer
from portico.core.message import Request, Response
from portico.core.price import Price, price_of
from portico.gateway.ports import Clock

# What 50 places can work off in about a minute at 100 ms a call; beyond it waiting is pretence.
MOST_WAITING: Final = 20_000
RETRY_AFTER_S: Final = 5.0


@dataclass(slots=True)
class Place:
    """What came of asking for a place: a reservation, or the answer in place of GitHub's.

    Whoever holds it puts the answer into `answer` when it is there; a call that GitHub never saw
    is `unsent`.
    """

    reservation: Reservation | None = None
    refused: Response | None = None
    answer: Response | None = None
    is_unsent: bool = False


@dataclass(slots=True, eq=False)
class _Waiter:
    bucket: str
    price: Price
    is_exempt: bool
    deadline_at: float
    turn: asyncio.Future[Place]


# Waiters whom the same limits stop: only the first of them need be looked at.
_Line: TypeAlias = OrderedDict[int, _Waiter]
_LineKey: TypeAlias = tuple[str, Price]


class Throttle:
    """The places, and the budget that says who may take one. `patience_s`: the longest wait."""

    def __init__(self, budget: Budget, clock: Clock, *, places: int, patience_s: float) -> None:
        self.budget: Final = budget
        self._clock = clock
        self._free = places
        self._patience_s = patience_s
        # By lane; the first line's turn is next.
        self._lines: Final[dict[Lane, OrderedDict[_LineKey, _Line]]] = {
            lane: OrderedDict() for lane in Lane
        }
        self._waiting = 0
        self._number = 0
        self._alarm: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return self._waiting

    @asynccontextmanager
    async def place(
        self, request: Request, bucket: str, lane: Lane = Lane.INTERACTIVE
    ) -> AsyncIterator[Place]:
        """Hold a place, with what the call costs reserved, for the length of the block.

        What the block gets may be a refusal: then GitHub must not be asked.

        Raises:
            Overloaded: the queue is full, or no place came free in time.

        """
        place = await self._enter(request, bucket, lane)
        try:
            yield place
        finally:
            self._leave(place)

    async def _enter(self, request: Request, bucket: str, lane: Lane) -> Place:
        waiter = self._arrived(request, bucket)
        refused = self._hopeless(waiter, lane)
        if refused is not None:
            return Place(refused=refused)
        number = self._queue(waiter, lane)
        has_turn = False
        try:
            async with asyncio.timeout(self._patience_s):
                place = await waiter.turn
            has_turn = True
            return place
        except TimeoutError as error:
            message = "No call to GitHub could be made in time: too many are under way"
            raise Overloaded(message, retry_after_s=RETRY_AFTER_S) from error
        finally:
            if not has_turn:
                self._depart(waiter, lane, number)

    def _arrived(self, request: Request, bucket: str) -> _Waiter:
        if self._waiting >= MOST_WAITING:
            raise Overloaded("Too many calls to GitHub wait already", retry_after_s=RETRY_AFTER_S)
        return _Waiter(
            bucket=bucket,
            price=price_of(request),
            # Free, and asked for just when nothing is left.
            is_exempt=request.path == RATE_LIMIT_PATH,
            deadline_at=self._clock.now() + self._patience_s,
            turn=asyncio.get_running_loop().create_future(),
        )

    def _queue(self, waiter: _Waiter, lane: Lane) -> int:
        self._number += 1
        line = self._lines[lane].setdefault((waiter.bucket, waiter.price), OrderedDict())
        line[self._number] = waiter
        self._waiting += 1
        number = self._number
        self._advance()
        return number

    def _depart(self, waiter: _Waiter, lane: Lane, number: int) -> None:
        """See to a waiter that leaves before its turn, or just as it came."""
        if waiter.turn.done() and not waiter.turn.cancelled():
            place = waiter.turn.result()
            place.is_unsent = True
            self._leave(place)
            return
        key = (waiter.bucket, waiter.price)
        line = self._lines[lane].get(key)
        if line is not None and line.pop(number, None) is not None:
            self._waiting -= 1
            if not line:
                del self._lines[lane][key]

    def _leave(self, place: Place) -> None:
        if place.reservation is None:
            return
        if place.is_unsent:
            self.budget.release(place.reservation)
        else:
            self.budget.land(place.reservation, place.answer, now=self._clock.now())
        self._free += 1
        self._advance()

    def _advance(self) -> None:
        """Hand out what is free, refuse whom waiting cannot help, and set the alarm."""
        wake_at = min(self._advance_lane(lane) for lane in Lane)
        self._set_alarm(wake_at)

    def _set_alarm(self, at: float) -> None:
        """Have what is free handed out again at an instant, if anybody waits so long."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        in_s = at - self._clock.now()
        if self._free and in_s <= self._patience_s:
            ringing = self._ring(in_s)
            self._alarm = asyncio.create_task(ringing, name="a limit ends")

    async def _ring(self, in_s: float) -> None:
        await self._clock.sleep(in_s)
        # Not to be cancelled by what it does itself.
        self._alarm = None
        self._advance()

    def _advance_lane(self, lane: Lane) -> float:
        """Serve the lines of a lane in turn; return when the first of those stopped may go on."""
        lines = self._lines[lane]
        stopped: set[_LineKey] = set()
        wake_at = float("inf")
        while self._free and len(stopped) < len(lines):
            key, line = next(iter(lines.items()))
            lines.move_to_end(key)
            if key in stopped:
                continue
            number, waiter = next(iter(line.items()))
            refusal = None if waiter.turn.done() else self._refusal(waiter, lane)
            if refusal is not None and not _is_hopeless(refusal, waiter):
                stopped.add(key)
                wake_at = min(wake_at, refusal.until)
                continue
            del line[number]
            self._waiting -= 1
            if not line:
                del lines[key]
            if not waiter.turn.done():
                waiter.turn.set_result(self._turn(waiter, refusal))
        return wake_at

    def _turn(self, waiter: _Waiter, refusal: Refusal | None) -> Place:
        now = self._clock.now()
        if refusal is not None:
            return Place(refused=_answer_to(waiter, refusal, now))
        self._free -= 1
        return Place(self.budget.reserve(waiter.bucket, waiter.price, now=now))

    def _hopeless(self, waiter: _Waiter, lane: Lane) -> Response | None:
        """Return the limit's answer to a caller whom waiting could not help."""
        refusal = self._refusal(waiter, lane)
        if refusal is None or not _is_hopeless(refusal, waiter):
            return None
        return _answer_to(waiter, refusal, self._clock.now())

    def _refusal(self, waiter: _Waiter, lane: Lane) -> Refusal | None:
        now = self._clock.now()
        refusal = self.budget.refusal(waiter.bucket, waiter.price, lane, now=now)
        if waiter.is_exempt and refusal is not None and refusal.limit is Limit.PRIMARY:
            return None
        return refusal


def _is_hopeless(refusal: Refusal, waiter: _Waiter) -> bool:
    return not refusal.is_passing and refusal.until > waiter.deadline_at


def _answer_to(waiter: _Waiter, refusal: Refusal, now: float) -> Response:
    return limit_answer(
        refusal.limit,
        bucket=waiter.bucket,
        resource=waiter.price.resource,
        until=refusal.until,
        now=now,
    )
