"""What answers cost and what they saved, in points of GitHub's primary limit.

A read that GitHub was not asked for, or that it answered 304 to a credential, saves the point that
asking anew would have cost. Sums are kept by the hour, by who asked, what class of thing, who pays
at GitHub, and how the answer came about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portico.core.audience import Caller
from portico.core.graphql import GRAPHQL_PATH
from portico.core.limits import RATE_LIMIT_PATH
from portico.core.message import Request
from portico.core.resource import classify

HOUR_S: Final = 3_600
KEPT_S: Final = 30 * 86_400
FIELD: Final = "Portico-Points"
# What stands where a request is for no class of route of GitHub's.
COMPOSED: Final = "composed"


@dataclass(frozen=True, slots=True)
class Cost:
    """The points that one answer took of GitHub's limit, and those that it did not take."""

    spent: int
    saved: int

    def __str__(self) -> str:
        """Return the value of the `Portico-Points` field: a dictionary of RFC 9651."""
        return f"spent={self.spent}, saved={self.saved}"

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.spent + other.spent, self.saved + other.saved)


def route_of(request: Request) -> str:
    """Return the class of route that a request for GitHub's API is counted under."""
    if request.path == GRAPHQL_PATH:
        return "graphql"
    return classify(request.path, request.query).route_class


def cost_of(request: Request, spent: int) -> Cost:
    """Return the cost of an answer to a request for GitHub's API."""
    price = 1 if request.is_read and request.path != RATE_LIMIT_PATH else 0
    return Cost(spent, max(0, price - spent))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the tally. `hour` is Unix hours; the others are kinds and names, never secrets.

    `who` is `key:NAME`, `token` (a caller's own credential) or `anonymous`. `payer` is
    `installation:ID`, `operator`, `token` or `nobody`.
    """

    hour: int
    who: str
    route: str
    payer: str
    mode: str


@dataclass(frozen=True, slots=True)
class Sums:
    """How many answers, and their points."""

    answers: int = 0
    spent: int = 0
    saved: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.answers + other.answers, self.spent + other.spent, self.saved + other.saved
        )


def line_of(caller: Caller, *, route: str, mode: str, now: float) -> Line:
    """Return the row that an answer to this caller belongs to."""
    return Line(int(now) // HOUR_S, who_of(caller), route, _payer_of(caller), mode)


def who_of(caller: Caller) -> str:
    """Return the name by which a caller's spending is summed."""
    if caller.grant is not None:
        return f"key:{caller.grant.name}"
    return "anonymous" if caller.is_public else "token"


def _payer_of(caller: Caller) -> str:
    if caller.bucket.startswith("installation:"):
        return caller.bucket
    if caller.credential is None:
        return "nobody"
    return "operator" if caller.is_public else "token"
