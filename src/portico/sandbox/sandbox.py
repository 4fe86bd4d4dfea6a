"""A World with a front: answers requests, remembers every exchange, and counts what it cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from portico.sandbox import control
from portico.sandbox.faults import Faults
from portico.sandbox.message import Delivery, Request, Response
from portico.sandbox.respond import respond, too_many_at_once
from portico.sandbox.seed import seeded_world
from portico.sandbox.webhooks.faults import DeliveryFaults
from portico.sandbox.webhooks.hook import EVERYTHING, Hook, WebhookDelivery
from portico.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it. `at` is in Unix seconds; absent headers are empty."""

    at: float
    method: str
    path: str
    query: str
    status: int
    points: int
    resource: str
    accept: str
    if_none_match: str
    user_agent: str
    api_version: str
    host: str
    authorization: str = field(repr=False)  # whole: tests ask with which token a call was made


class Sandbox:
    """A small GitHub: `answer` is all of it, the server only carries bytes.

    `api_url` is the base that bodies and links carry; None: `http://` and the request's Host.
    `latency_s` is how long the server holds every finished answer back, so an answer can be older
    than a write that overtook it. `concurrency_limit` turns on the secondary limit on requests at
    the same time (GitHub documents 100). `now` returns Unix seconds. The log grows until
    `reset_counters`.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        now: Callable[[], float] = time.time,
        api_url: str | None = None,
        latency_s: float = 0.0,
        concurrency_limit: int | None = None,
    ) -> None:
        """Take a world, or make the seeded one; its clock becomes `now`."""
        self.world = world or seeded_world()
        self.world.clock = now
        self.api_url = api_url
        self.latency_s = latency_s
        self.concurrency_limit = concurrency_limit
        self.log: list[Exchange] = []
        self.in_flight = 0
        self.most_in_flight = 0

    def __repr__(self) -> str:
        """Say how busy it was; no tokens."""
        return f"<Sandbox {len(self.log)} exchanges, {self.points()} points>"

    @property
    def faults(self) -> Faults:
        """The failures that are waiting for their requests."""
        return self.world.faults

    @property
    def outbox(self) -> list[WebhookDelivery]:
        """The deliveries that have arrived of hooks without a URL; for the test to post, or clear.

        What was delayed until now is in it.
        """
        self.world.outbox.release_due(self.world.clock())
        return self.world.outbox.arrived

    @property
    def delivery_faults(self) -> DeliveryFaults:
        """The failures that are waiting for their deliveries."""
        return self.world.outbox.faults

    def add_hook(
        self,
        *,
        secret: str | None = None,
        url: str | None = None,
        repository: str | None = None,
        owner: str | None = None,
        events: Iterable[str] = (EVERYTHING,),
        content_type: Literal["json", "form"] = "json",
    ) -> Hook:
        """Register a hook on a repository, an owner or, without either, everybody.

        Its first delivery is a `ping`. Without a `url` its deliveries are in `outbox`; those with
        one are posted while a server runs (`serve`, `run_in_thread`).

        Raises:
            KeyError: no such repository or owner.
            ValueError: both were given, or a URL that the sandbox cannot post to.

        """
        return self.world.add_hook(
            repository=repository,
            owner=owner,
            events=events,
            secret=secret,
            url=url,
            content_type=content_type,
        )

    def answer(self, request: Request) -> Response:
        """Answer a request and log it; requests to the control plane are not logged."""
        if control.is_meant(request.path):
            return control.answer(self, request)
        now = self.world.clock()
        limit = self.concurrency_limit
        if limit is not None and self.in_flight > limit:
            response = too_many_at_once(self.world, request, now)
        else:
            response = respond(self.world, request, now)
        self.log.append(_exchange(request, response, now))
        if self.latency_s:
            response = replace(response, delivery=_later(response.delivery, self.latency_s))
        return response

    def calls(self, path_prefix: str = "", method: str | None = None) -> int:
        """Return how many requests came in, 304s and refusals included."""
        return sum(
            each.path.startswith(path_prefix) and method in {None, each.method}
            for each in list(self.log)
        )

    def points(self, resource: str = "core") -> int:
        """Return how many points were taken of all buckets of a resource."""
        return sum(each.points for each in list(self.log) if each.resource == resource)

    def reset_counters(self) -> None:
        """Forget the log and the high-water mark; buckets stay as they are."""
        self.log.clear()
        self.most_in_flight = self.in_flight

    def enter(self) -> None:
        """Count a request in; the server calls this when it has read one."""
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def leave(self) -> None:
        """Count a request out; the server calls this when its answer is sent."""
        self.in_flight -= 1


def _exchange(request: Request, response: Response, now: float) -> Exchange:
    return Exchange(
        at=now,
        method=request.method,
        path=request.path,
        query=request.query_string,
        status=response.status,
        points=response.points,
        resource=response.resource,
        accept=request.header("accept"),
        if_none_match=request.header("if-none-match"),
        user_agent=request.header("user-agent"),
        api_version=request.header("x-github-api-version"),
        host=request.header("host"),
        authorization=request.header("authorization"),
    )


def _later(delivery: Delivery, delay_s: float) -> Delivery:
    return replace(delivery, delay_s=delivery.delay_s + delay_s)
