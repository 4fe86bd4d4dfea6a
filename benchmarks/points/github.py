"""GitHub in the same process: the sandbox's answers behind Portico's `Upstream` port, no socket.

What is sent is what Portico's own client would send (`portico.github.outgoing`); what it costs is
what the sandbox charges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import lru_cache

from benchmarks.points.world import START_AT
from portico.core.audience import Credential
from portico.core.message import Headers, Request
from portico.core.resource import RouteClass, classify
from portico.github.outgoing import fields_of
from portico.sandbox import Request as Asked
from portico.sandbox import Response as Told
from portico.sandbox import World, respond

_AGENT = "portico/benchmarks"


@lru_cache(maxsize=8_192)
def class_of(target: str) -> RouteClass:
    """Return the class of route of a path with its query."""
    path, _, query = target.partition("?")
    return classify(path, query).route_class


def ask(world: World, request: Request, credential: Credential | None) -> Told:
    """Answer a request of Portico's as GitHub would at this moment; identity, not gzip."""
    fields = dict(fields_of(request, credential, user_agent=_AGENT))
    headers = {name.lower(): value for name, value in fields.items()}
    del headers["accept-encoding"]
    asked = Asked(request.method, request.path, request.query, headers, request.body)
    return respond(world, asked, world.clock())


class Whole:
    """Implements `gateway.ports.Incoming`: an answer that is there already."""

    def __init__(self, told: Told) -> None:
        self.status = told.status
        self.headers = Headers(told.headers)
        self._body = told.body

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the body: one piece."""
        if self._body:
            yield self._body

    async def close(self) -> None:
        """There is no connection to let go of."""


@dataclass(slots=True)
class Bill:
    """What was asked, and what it cost."""

    calls: int = 0
    points: int = 0
    by_hour: list[int] = field(default_factory=list)  # calls in each hour since START_AT
    by_class: Counter[RouteClass] = field(default_factory=Counter)  # calls

    def add(self, target: str, *, points: int, now: float) -> None:
        """Note one call."""
        hour = int((now - START_AT) // 3600)
        self.calls += 1
        self.points += points
        self.by_class[class_of(target)] += 1
        self.by_hour.extend([0] * (hour + 1 - len(self.by_hour)))
        self.by_hour[hour] += 1


class InProcess:
    """Implements `gateway.ports.Upstream` on a world, and keeps the bill."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.bill = Bill()

    async def send(self, request: Request, credential: Credential | None) -> Whole:
        """Ask the sandbox."""
        told = ask(self._world, request, credential)
        self.bill.add(request.target, points=told.points, now=self._world.clock())
        return Whole(told)
