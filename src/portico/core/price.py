"""What a request is expected to cost, in the two currencies of GitHub's limits.

Points of the primary limit are per hour (or minute) and resource; points of the secondary limit
are per minute, and a 304 is not exempt from these.
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#calculating-points-for-the-secondary-rate-limit
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portico.core.graphql import GRAPHQL_PATH, read_operation
from portico.core.limits import RATE_LIMIT_PATH, resource_of
from portico.core.message import Request

_CHEAP: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_WRITE_MINUTE_POINTS: Final = 5


@dataclass(frozen=True, slots=True)
class Price:
    """What one call takes if GitHub does what it asks.

    `points` are taken of the primary limit's `resource`, `minute_points` of the secondary limit.
    A write must keep its distance to the write before it.
    """

    resource: str
    points: int
    minute_points: int
    is_write: bool


def price_of(request: Request) -> Price:
    """Return the price of a request, by its method, its path and, for GraphQL, its query."""
    resource = resource_of(request.path)
    if request.path == GRAPHQL_PATH:
        operation = read_operation(request.body)
        is_write = operation.kind != "query"
        return Price(resource, operation.points, _WRITE_MINUTE_POINTS if is_write else 1, is_write)
    if request.path == RATE_LIMIT_PATH:
        return Price(resource, 0, 1, is_write=False)
    if request.method in _CHEAP:
        return Price(resource, 1, 1, is_write=False)
    return Price(resource, 1, _WRITE_MINUTE_POINTS, is_write=True)
