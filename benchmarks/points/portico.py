"""The real gateway as a policy: its store in memory, GitHub in the same process, no socket.

It is joined as `portico.app` joins it. All who ask come without a token, as a fleet behind one
operator's token does, and as the visitors of a site do.
"""

from __future__ import annotations

from typing import Final

from benchmarks.points.clock import SimulatedClock
from benchmarks.points.github import Bill, InProcess
from benchmarks.points.policies import Shown
from benchmarks.points.trace import Question
from benchmarks.points.truth import CREDENTIAL, Truth
from portico.core.audience import public_caller
from portico.core.budget import Budget
from portico.core.happening import read_happening
from portico.core.hooks import read_source
from portico.core.message import Headers, Request, Response
from portico.core.rewrite import GITHUB_API_URL, Rewriter
from portico.gateway.deliveries import Deliveries
from portico.gateway.gateway import Gateway
from portico.gateway.gather import gather
from portico.gateway.ports import Call
from portico.gateway.sender import Sender
from portico.gateway.throttle import Throttle
from portico.sandbox import WebhookDelivery, World
from portico.stores.memory import MemoryStore

HEARING: Final = "Portico, with webhooks"
UNHEARING: Final = "Portico, without webhooks"
_MEMORY_BYTES: Final = 512 * 1024 * 1024
_SECRET: Final = b"points" * 6
_PLACES: Final = 50
_PATIENCE_S: Final = 15.0
# By the clock on the wall, so met only by what waits for simulated time, which nothing does here.
_DEADLINE_S: Final = 60.0


class _Failing:
    """Implements `gateway.ports.Observer`: a failure behind an answer would spoil the figures."""

    def __init__(self) -> None:
        self.missed_subjects: list[str] = []

    def called(self, call: Call) -> None:
        """A call ended; the upstream keeps the bill."""

    def delivered(self, event: str, outcome: str) -> None:
        """A delivery was taken."""

    def missed(self, subject: str) -> None:
        """Note that a change was found of which no delivery had told."""
        self.missed_subjects.append(subject)

    def refuted(self, route_class: str) -> None:
        """Say that the sandbox's entity tags are not made as they must be."""
        raise AssertionError(route_class)

    def failed(self, what: str, error: BaseException) -> None:
        """Nothing here may fail."""
        raise AssertionError(what) from error


class Portico:
    """A gateway before a world. `hears`: whether deliveries reach it."""

    def __init__(self, world: World, clock: SimulatedClock, truth: Truth, *, hears: bool) -> None:
        self.title = HEARING if hears else UNHEARING
        self.hears = hears
        self.observer = _Failing()
        self._clock = clock
        self._truth = truth
        self._upstream = InProcess(world)
        store = MemoryStore(_MEMORY_BYTES, secret=_SECRET[:32])
        throttle = Throttle(Budget(), clock, places=_PLACES, patience_s=_PATIENCE_S)
        sender = Sender(
            self._upstream, throttle, clock, self.observer, body_limit_bytes=_MEMORY_BYTES
        )
        self._gateway = Gateway(
            store=store,
            sender=sender,
            throttle=throttle,
            rewriter=Rewriter(GITHUB_API_URL),
            clock=clock,
            observer=self.observer,
        )
        self._deliveries = Deliveries(
            self._gateway.invalidate,
            store,
            self._gateway.covering,
            offset=throttle.budget.offset,
            observer=self.observer,
        )
        self._caller = public_caller(CREDENTIAL, key=_SECRET[:32])

    @property
    def bill(self) -> Bill:
        """What it has cost so far."""
        return self._upstream.bill

    async def hear(self, delivery: WebhookDelivery) -> None:
        """Take a delivery of GitHub's, if they reach it."""
        if self.hears:
            happening = read_happening(delivery.event, delivery.body)
            source = read_source(Headers(delivery.headers))
            await self._deliveries.receive(delivery.guid, happening, source)

    async def answer(self, question: str) -> Shown:
        """Ask through the gateway, and let what it does behind the answer come to its end."""
        shown = await self._ask(self._truth.questions[question])
        await self._clock.settled()
        return [
            (target, self._truth.of[target].number_of(response.headers.get("ETag") or ""))
            for target, response in shown
        ]

    async def _ask(self, question: Question) -> list[tuple[str, Response]]:
        """Return what each part was answered."""
        if isinstance(question, Request):
            answer = self._gateway.hit(question, self._caller)
            if answer is None:
                answer = await self._gateway.fetch(question, self._caller)
            return [(question.target, answer.response)]
        parts = await gather(self._gateway, question, self._caller, deadline_s=_DEADLINE_S)
        for part in parts:
            if part.failure is not None:
                raise AssertionError(part.step.name) from part.failure
        return [
            (request.target, entry.response) for part in parts for request, entry in part.sources
        ]
