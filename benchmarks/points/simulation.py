"""The day itself: changes, deliveries and questions in their order, all policies side by side.

All policies are asked the same at the same instant about the same world. Answers of GitHub take no
time; its deliveries do, and some are lost.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from benchmarks.points.clock import SimulatedClock
from benchmarks.points.github import class_of
from benchmarks.points.policies import (
    Clairvoyant,
    Declared,
    Expiring,
    NoCache,
    Policy,
    Revalidating,
)
from benchmarks.points.portico import Portico
from benchmarks.points.tally import Tally
from benchmarks.points.trace import Trace
from benchmarks.points.truth import Truth
from benchmarks.points.world import START_AT, Change, apply, names
from portico.sandbox import WebhookDelivery

# How long a delivery is on its way: seconds as a rule, at times a minute.
_DELIVERY_MEDIAN_S: Final = 2.0
_DELIVERY_SPREAD: Final = 1.0
# They come before the day: that they do can be seen, and is seen to.
_GREETINGS: Final = frozenset({"ping", "installation"})

_Item: TypeAlias = Change | WebhookDelivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is the same for every sort of day. `loss` is the share of deliveries that never come."""

    hours: float = 24.0
    loss: float = 0.001
    seed: int = 1


@dataclass(slots=True)
class Outcome:
    """What came of a day: each policy with its tally, and how much happened."""

    policies: list[tuple[Policy, Tally]]
    changes: int = 0
    deliveries: int = 0
    lost: int = 0
    versions: int = 0  # of everything, beyond the first
    targets: set[str] = field(default_factory=set)  # of what was asked for


async def simulate(trace: Trace, options: Options, progress: Callable[[float], None]) -> Outcome:
    """Run the day; `progress` is told the share of it that is over, now and then."""
    return await Day(trace, options).run(progress)


class Day:
    """One day in the making."""

    def __init__(self, trace: Trace, options: Options) -> None:
        self._trace = trace
        self._options = options
        # Seeded apart, as questions and changes are, so that none of them changes the others.
        self._posting = random.Random(f"deliveries {options.seed}")
        self._clock = SimulatedClock(START_AT)
        self.world = trace.world(self._clock.now)
        self.truth = Truth(self.world, trace.questions)
        self._pending: list[tuple[float, int, _Item]] = []
        self._order = itertools.count()
        self._porticos = [self._portico(hears=False), self._portico(hears=True)]
        told = (self.truth, self._clock.now)
        policies: list[Policy] = [
            NoCache(*told),
            Revalidating(*told),
            Expiring(*told),
            Declared(*told),
            *self._porticos,
            Clairvoyant(*told),
        ]
        self._outcome = Outcome([(policy, Tally()) for policy in policies])

    def _portico(self, *, hears: bool) -> Portico:
        return Portico(self.world, self._clock, self.truth, hears=hears)

    async def run(self, progress: Callable[[float], None]) -> Outcome:
        """Go through the day."""
        repositories = names(self.world)
        hours, seed = self._options.hours, self._options.seed
        for change in self._trace.changes(repositories, hours=hours, seed=seed):
            self._later(change.at, change)
        self._trace.register_hooks(self.world)
        self._send()
        for at, question in self._trace.asks(repositories, hours=hours, seed=seed):
            await self._let_happen(until=at)
            await self._ask(at, question)
            progress((at - START_AT) / (hours * 3600))
        self._outcome.versions = sum(each.newest for each in self.truth.of.values())
        return self._outcome

    def _later(self, at: float, item: _Item) -> None:
        heapq.heappush(self._pending, (at, next(self._order), item))

    def _send(self) -> None:
        """Put what the world has to tell on its way; some of it gets lost."""
        for delivery in self.world.outbox.arrived:
            self._outcome.deliveries += 1
            if delivery.event not in _GREETINGS and self._posting.random() < self._options.loss:
                self._outcome.lost += 1
                continue
            takes_s = _DELIVERY_MEDIAN_S * self._posting.lognormvariate(0, _DELIVERY_SPREAD)
            self._later(self._clock.now() + takes_s, delivery)
        self.world.outbox.arrived.clear()

    async def _let_happen(self, *, until: float) -> None:
        while self._pending and self._pending[0][0] <= until:
            at, _, item = heapq.heappop(self._pending)
            await self._clock.move_to(at)
            if isinstance(item, WebhookDelivery):
                for portico in self._porticos:
                    await portico.hear(item)
                continue
            for following in apply(item, self.world):
                self._later(following.at, following)
            self._outcome.changes += 1
            self.truth.look(item.full_name)
            self._send()
        await self._clock.move_to(until)

    async def _ask(self, at: float, question: str) -> None:
        self._outcome.targets.update(self.truth.parts[question])
        for policy, tally in self._outcome.policies:
            shown = await policy.answer(question)
            tally.add(
                (class_of(target), self.truth.of[target].staleness_s(number, at))
                for target, number in shown
            )
