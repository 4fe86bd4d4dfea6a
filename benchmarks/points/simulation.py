"""The day itself: changes, deliveries and questions in their order, all policies side by side.

All policies are asked the same at the same instant about the same world. Answers of GitHub take no
time; its deliveries do, and some are lost.
"""

from __future__ import annotations

import heapq
import itertools
import random
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from benchmarks.points import fleet, trace
from benchmarks.points.clock import SimulatedClock
from benchmarks.points.policies import Clairvoyant, Expiring, NoCache, Policy, Revalidating
from benchmarks.points.portico import Portico
from benchmarks.points.truth import Truth
from portico.core.resource import classify
from portico.sandbox import WebhookDelivery

# How long a delivery is on its way: seconds as a rule, at times a minute.
_DELIVERY_MEDIAN_S: Final = 2.0
_DELIVERY_SPREAD: Final = 1.0

_Item: TypeAlias = fleet.Change | WebhookDelivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is simulated. `loss` is the share of deliveries that never come."""

    repositories: int = 500
    clients: int = 50
    watches: int = 20  # of each client
    changes_per_day: int = 4_000  # less the checks that follow pushes
    hours: float = 24.0
    loss: float = 0.001
    seed: int = 1


@dataclass(slots=True)
class Tally:
    """What one policy's answers were like. `stale_s` has the staleness of those that were stale."""

    answers: int = 0
    stale_s: dict[str, array[float]] = field(default_factory=dict)  # by class of route
    asked: dict[str, int] = field(default_factory=dict)  # the same

    def add(self, route_class: str, stale_s: float) -> None:
        """Note one answer."""
        self.answers += 1
        self.asked[route_class] = self.asked.get(route_class, 0) + 1
        if stale_s:
            self.stale_s.setdefault(route_class, array("d")).append(stale_s)

    def all_stale_s(self) -> list[float]:
        """Return every staleness above zero, the least first."""
        return sorted(itertools.chain.from_iterable(self.stale_s.values()))


@dataclass(slots=True)
class Outcome:
    """What came of a day: each policy with its tally, and how much happened."""

    policies: list[tuple[Policy, Tally]]
    changes: int = 0
    deliveries: int = 0
    lost: int = 0
    versions: int = 0  # of everything, beyond the first


async def simulate(options: Options, progress: Callable[[float], None]) -> Outcome:
    """Run the day; `progress` is told the share of it that is over, now and then."""
    return await _Day(options).run(progress)


class _Day:
    """One day in the making."""

    def __init__(self, options: Options) -> None:
        self._options = options
        # Seeded apart, so that more questions do not change what happens.
        self._asking = random.Random(f"asks {options.seed}")
        self._happening = random.Random(f"changes {options.seed}")
        self._posting = random.Random(f"deliveries {options.seed}")
        self._clock = SimulatedClock(fleet.START_AT)
        self._world = fleet.world_of(options.repositories, self._clock.now)
        self._truth = Truth(self._world)
        self._pending: list[tuple[float, int, _Item]] = []
        self._order = itertools.count()
        self._porticos = [self._portico(hears=False), self._portico(hears=True)]
        told = (self._truth, self._clock.now)
        policies: list[Policy] = [
            NoCache(*told),
            Revalidating(*told),
            Expiring(*told),
            *self._porticos,
            Clairvoyant(*told),
        ]
        self._outcome = Outcome([(policy, Tally()) for policy in policies])
        self._classes: dict[str, str] = {}

    def _portico(self, *, hears: bool) -> Portico:
        return Portico(self._world, self._clock, self._truth, hears=hears)

    async def run(self, progress: Callable[[float], None]) -> Outcome:
        """Go through the day."""
        names = fleet.names(self._world)
        options = self._options
        for change in fleet.changes(
            names, per_day=options.changes_per_day, hours=options.hours, rng=self._happening
        ):
            self._later(change.at, change)
        self._register_hooks()
        for at, path in self._asks(names):
            await self._let_happen(until=at)
            await self._ask(at, path)
            progress((at - fleet.START_AT) / (options.hours * 3600))
        self._outcome.versions = sum(each.newest for each in self._truth.of.values())
        return self._outcome

    def _asks(self, names: list[str]) -> Iterator[trace.Ask]:
        options = self._options
        return trace.asks(
            names,
            clients=options.clients,
            watches=options.watches,
            hours=options.hours,
            rng=self._asking,
        )

    def _register_hooks(self) -> None:
        """Let each organisation have a hook for everything; each is greeted with a ping."""
        for account in list(self._world.accounts.values()):
            if account.is_organization:
                self._world.add_hook(owner=account.login)
        self._send()

    def _later(self, at: float, item: _Item) -> None:
        heapq.heappush(self._pending, (at, next(self._order), item))

    def _send(self) -> None:
        """Put what the world has to tell on its way; some of it gets lost."""
        for delivery in self._world.outbox.arrived:
            self._outcome.deliveries += 1
            if delivery.event != "ping" and self._posting.random() < self._options.loss:
                self._outcome.lost += 1
                continue
            takes_s = _DELIVERY_MEDIAN_S * self._posting.lognormvariate(0, _DELIVERY_SPREAD)
            self._later(self._clock.now() + takes_s, delivery)
        self._world.outbox.arrived.clear()

    async def _let_happen(self, *, until: float) -> None:
        while self._pending and self._pending[0][0] <= until:
            at, _, item = heapq.heappop(self._pending)
            await self._clock.move_to(at)
            if isinstance(item, WebhookDelivery):
                for portico in self._porticos:
                    await portico.hear(item)
                continue
            for following in fleet.apply(item, self._world):
                self._later(following.at, following)
            self._outcome.changes += 1
            self._truth.look(item.full_name)
            self._send()
        await self._clock.move_to(until)

    async def _ask(self, at: float, path: str) -> None:
        versions = self._truth.of[path]
        route_class = self._classes.get(path)
        if route_class is None:
            route_class = self._classes[path] = classify(path, "").route_class.name.lower()
        for policy, tally in self._outcome.policies:
            number = await policy.answer(path)
            tally.add(route_class, versions.staleness_s(number, at))
