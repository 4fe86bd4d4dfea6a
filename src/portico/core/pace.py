"""One bucket's last minute: the secondary limits that can be counted from here.

GitHub allows 900 points a minute for REST and 2,000 for GraphQL, tells neither in any field, and
asks for at least a second between writes.
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

from __future__ import annotations

from collections import deque
from typing import Final

from portico.core.price import Price

MINUTE_S: Final = 60.0
WRITE_GAP_S: Final = 1.0
_REST_POINTS: Final = 900
_GRAPHQL_POINTS: Final = 2_000


class Pace:
    """Points taken in the last minute, by second, and the instant of the last write."""

    def __init__(self) -> None:
        self._rest = _Minute(_REST_POINTS)
        self._graphql = _Minute(_GRAPHQL_POINTS)
        self._written_at = float("-inf")

    def not_before(self, price: Price, now: float) -> float:
        """Return the earliest instant at which a call of this price keeps within the limits."""
        at = self._minute(price).not_before(price.minute_points, now)
        # Where the clock was set back, the last write counts as of now.
        self._written_at = min(self._written_at, now)
        return max(at, self._written_at + WRITE_GAP_S) if price.is_write else at

    def take(self, price: Price, now: float) -> None:
        """Count a call that is sent at `now`."""
        self._minute(price).take(price.minute_points, now)
        if price.is_write:
            self._written_at = now

    def _minute(self, price: Price) -> _Minute:
        return self._graphql if price.resource == "graphql" else self._rest


class _Minute:
    """A sum over a sliding minute. One element a second bounds the memory."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken: deque[list[float]] = deque()  # [the second in which, points]
        self._sum = 0.0

    def not_before(self, points: int, now: float) -> float:
        self._forget(now)
        excess = self._sum + points - self._limit
        if excess <= 0:
            return now
        for second, taken in self._taken:
            excess -= taken
            if excess <= 0:
                return second + 1 + MINUTE_S
        return now + MINUTE_S

    def take(self, points: int, now: float) -> None:
        self._forget(now)
        second = float(int(now))
        if self._taken and self._taken[-1][0] >= second:
            self._taken[-1][1] += points
        else:
            self._taken.append([second, points])
        self._sum += points

    def _forget(self, now: float) -> None:
        if self._taken and self._taken[-1][0] > now + 1:
            # The clock was set back: else nothing would be forgotten until it is as late again.
            self._taken = deque([[float(int(now)), self._sum]])
        # A whole second later, as the points may have been taken at its end.
        while self._taken and self._taken[0][0] + 1 + MINUTE_S <= now:
            self._sum -= self._taken.popleft()[1]
