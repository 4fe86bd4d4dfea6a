"""What is left to spend, by bucket and resource: learnt from answers, less what is under way.

A bucket is a user's or an installation's, not a token's. Every answer teaches, 304s and errors
too. Answers arrive out of order: within one window the lowest count left is believed, and a
window that ends later replaces one that ends earlier. What is under way is reserved, as nobody
knows yet whether it is in the count; what was lost on the way is expected to have been taken.

`now` is by our clock; GitHub's instants are translated by `core.offset`. Amounts are points.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Final

from portico.core.lane import Lane, floor_points
from portico.core.limits import Limit, limit_of, window_s
from portico.core.message import Response, delta_seconds
from portico.core.offset import ClockOffset
from portico.core.pace import Pace
from portico.core.price import Price
from portico.core.window import Window, read_window

# "Wait at least one minute", growing: GitHub's advice where a secondary limit names no time.
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
SECONDARY_WAIT_S: Final = 60.0
_MOST_DOUBLINGS: Final = 4
# Beyond this many buckets the longest unused is forgotten; a caller may bring any token.
MOST_BUCKETS: Final = 10_000
# GitHub's longest window is an hour. A reset beyond a day is no instant in seconds, and would
# outrank every true one that comes later.
FURTHEST_RESET_S: Final = 86_400.0
# What GitHub grants to anybody: until an answer has told more, no more is reserved at once.
_GRANTED_TO_ALL: Final = {"core": 60, "graphql": 60}
_GRANTED_ELSEWHERE: Final = 10


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call must not be made before `until`.

    `is_passing`: only what is under way stands in the way, so it may end as soon as that lands.
    """

    limit: Limit
    until: float
    is_passing: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Reservation:
    """Points set aside for one call, from its sending to its landing."""

    bucket: str
    price: Price
    number: int


@dataclass(frozen=True, slots=True)
class _Loss:
    """Points of a call that nobody heard of again. Counted by answers to what was sent after it."""

    resource: str
    points: int
    number: int
    at: float


@dataclass(slots=True)
class _Bucket:
    windows: dict[str, Window] = field(default_factory=dict)
    in_flight: Counter[str] = field(default_factory=Counter)
    losses: list[_Loss] = field(default_factory=list)
    pace: Pace = field(default_factory=Pace)
    cooling_until: float = 0.0
    strikes: int = 0

    @property
    def is_idle(self) -> bool:
        return not any(self.in_flight.values())


class Budget:
    """All buckets, by name: `Caller.bucket`, "" for who sends no credential."""

    def __init__(self) -> None:
        self.offset: Final = ClockOffset()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._number = 0

    # ------------------------------------------------------------------ before a call

    def refusal(
        self, bucket: str, price: Price, lane: Lane = Lane.INTERACTIVE, *, now: float
    ) -> Refusal | None:
        """Return why a call may not be made now, or None if it may."""
        known = self._buckets.get(bucket)
        if known is None:
            return None
        if known.cooling_until > now:
            return Refusal(Limit.SECONDARY, known.cooling_until)
        primary = self._primary(known, price, lane, now)
        if primary is not None:
            return primary
        at = known.pace.not_before(price, now)
        return Refusal(Limit.SECONDARY, at) if at > now else None

    def reserve(self, bucket: str, price: Price, *, now: float) -> Reservation:
        """Set aside what a call is expected to cost; it is being sent now."""
        known = self._bucket(bucket)
        known.in_flight[price.resource] += price.points
        known.pace.take(price, now)
        self._number += 1
        return Reservation(bucket, price, self._number)

    # ------------------------------------------------------------------ after a call

    def learn(self, bucket: str, response: Response, *, now: float) -> None:
        """Take in what one answer says of its bucket and of a limit that it hit."""
        self.offset.learn(response.headers.get("Date"), now=now)
        known = self._bucket(bucket)
        window = read_window(response.headers)
        if window is not None and window.reset_at <= self.offset.githubs(now) + FURTHEST_RESET_S:
            _merge(known, window, now=self.offset.githubs(now))
        if limit_of(response) is Limit.SECONDARY:
            # GitHub sends seconds, never a date (RFC 9110 §10.2.3 would allow one).
            said_s = delta_seconds(response.headers.get("Retry-After"))
            _cool(known, said_s, now=now)
        elif known.cooling_until <= now and response.status < 400:
            known.strikes = 0

    def land(self, reservation: Reservation, response: Response | None, *, now: float) -> None:
        """Give back what was reserved; `response` is the answer, None if none came.

        Without an answer the points may have been taken all the same: they count as taken until
        an answer to a later call tells the true count.
        """
        known = self._bucket(reservation.bucket)
        price = reservation.price
        known.in_flight[price.resource] -= price.points
        if response is not None:
            self.learn(reservation.bucket, response, now=now)
        if response is not None and read_window(response.headers) is not None:
            known.losses = [
                loss
                for loss in known.losses
                if loss.resource != price.resource or loss.number > reservation.number
            ]
        elif price.points:
            # Also an answer without the fields, as GitHub's own time-outs are.
            known.losses.append(_Loss(price.resource, price.points, self._number, now))

    def release(self, reservation: Reservation) -> None:
        """Give back what was reserved for a call that GitHub never saw."""
        known = self._bucket(reservation.bucket)
        known.in_flight[reservation.price.resource] -= reservation.price.points

    # ------------------------------------------------------------------ what is known

    def window(self, bucket: str, resource: str, *, now: float) -> Window | None:
        """Return what is known of a bucket at `now`, or None if nothing is."""
        known = self._buckets.get(bucket)
        window = known.windows.get(resource) if known else None
        return window.at(self.offset.githubs(now)) if window else None

    def windows(self, bucket: str, *, now: float) -> tuple[Window, ...]:
        """Return all that is known of a bucket at `now`, by name of resource."""
        known = self._buckets.get(bucket)
        names = sorted(known.windows) if known else ()
        found = (self.window(bucket, name, now=now) for name in names)
        return tuple(window for window in found if window is not None)

    def buckets(self) -> tuple[str, ...]:
        """Return the names of all buckets of which something is known."""
        return tuple(name for name, known in self._buckets.items() if known.windows)

    def in_flight(self, bucket: str, resource: str) -> int:
        """Return the points that are reserved for calls under way."""
        known = self._buckets.get(bucket)
        return known.in_flight[resource] if known else 0

    def cooling_until(self, bucket: str, *, now: float) -> float | None:
        """Return until when a secondary limit forbids every call, or None if none does."""
        known = self._buckets.get(bucket)
        return known.cooling_until if known and known.cooling_until > now else None

    # ------------------------------------------------------------------ inside

    def _primary(self, known: _Bucket, price: Price, lane: Lane, now: float) -> Refusal | None:
        window = known.windows.get(price.resource)
        reserved = known.in_flight[price.resource]
        lost = _lost(known, price.resource, now)
        if window is None:
            granted = _GRANTED_TO_ALL.get(price.resource, _GRANTED_ELSEWHERE)
            if not reserved or reserved + lost + price.points <= granted:
                return None
            return Refusal(Limit.PRIMARY, now + window_s(price.resource), is_passing=True)
        window = window.at(self.offset.githubs(now))
        left = window.remaining - floor_points(lane, window.limit)
        if left - reserved - lost >= price.points:
            return None
        if lost and not reserved and left >= price.points:
            # Only losses stand in the way: one call at a time finds out how much was taken.
            return None
        until = self.offset.ours(window.reset_at)
        # Where even nothing under way would leave too little, waiting for it is in vain.
        return Refusal(Limit.PRIMARY, until, is_passing=bool(reserved) and left >= price.points)

    def _bucket(self, name: str) -> _Bucket:
        known = self._buckets.get(name)
        if known is None:
            known = self._buckets[name] = _Bucket()
            self._forget()
        else:
            self._buckets.move_to_end(name)
        return known

    def _forget(self) -> None:
        if len(self._buckets) <= MOST_BUCKETS:
            return
        newest = next(reversed(self._buckets))
        idle = (name for name, known in self._buckets.items() if known.is_idle)
        oldest = next(idle, newest)
        if oldest != newest:
            del self._buckets[oldest]


def _merge(known: _Bucket, new: Window, *, now: float) -> None:
    old = known.windows.get(new.resource)
    if old is not None and now < old.reset_at:
        if new.reset_at < old.reset_at:
            return
        if new.reset_at == old.reset_at and new.remaining > old.remaining:
            return
    known.windows[new.resource] = new


def _cool(known: _Bucket, said_s: float | None, *, now: float) -> None:
    if not said_s:
        if known.cooling_until <= now:
            # Answers to calls that were under way together are one strike.
            known.strikes += 1
        doublings = min(max(known.strikes - 1, 0), _MOST_DOUBLINGS)
        said_s = SECONDARY_WAIT_S * 2.0**doublings
    known.cooling_until = max(known.cooling_until, now + said_s)


def _lost(known: _Bucket, resource: str, now: float) -> int:
    oldest = now - window_s(resource)
    if known.losses:
        known.losses = [one for one in known.losses if one.resource != resource or one.at > oldest]
    return sum(one.points for one in known.losses if one.resource == resource)
