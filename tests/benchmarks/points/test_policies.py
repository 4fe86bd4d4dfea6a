"""What Portico is compared with: each pays what it is said to pay."""

from __future__ import annotations

import pytest

from benchmarks.points.fleet import Fleet
from benchmarks.points.policies import (
    Clairvoyant,
    Declared,
    Expiring,
    NoCache,
    Policy,
    Revalidating,
)
from benchmarks.points.truth import Truth, Versions
from benchmarks.points.world import START_AT
from portico.core.resource import RouteClass
from portico.sandbox import World

PATH = "/repos/fleet-00/service-000/issues"
OTHER = "/repos/fleet-00/service-000"


class Moment:
    """A clock for the hand."""

    def __init__(self) -> None:
        self.at = START_AT

    def now(self) -> float:
        """Return the instant."""
        return self.at


@pytest.mark.parametrize(
    ("kind", "calls", "points", "shown"),
    [
        (NoCache, 5, 5, [0, 0, 1, 1, 1]),
        (Revalidating, 5, 2, [0, 0, 1, 1, 1]),
        (Expiring, 2, 2, [0, 0, 0, 1, 1]),
        (Declared, 2, 2, [0, 0, 0, 0, 1]),
        (Clairvoyant, 2, 2, [0, 0, 1, 1, 1]),
    ],
)
async def test_a_policy_pays_for_what_it_asks(
    kind: type[NoCache | Revalidating | Expiring | Declared | Clairvoyant],
    calls: int,
    points: int,
    shown: list[int],
) -> None:
    """Asked twice, then after a change within the minute, at its end, and after it."""
    moment, truth = Moment(), Truth(World(), Fleet().questions)
    truth.of[PATH], truth.parts[PATH] = (versions := Versions([START_AT], ["a"])), (PATH,)
    policy: Policy = kind(truth, moment.now)

    seen = [await policy.answer(PATH), await policy.answer(PATH)]
    versions.since.append(START_AT + 20)
    versions.tags.append("b")
    for at in (30, 60, 61):
        moment.at = START_AT + at
        seen.append(await policy.answer(PATH))

    assert seen == [[(PATH, number)] for number in shown]
    assert (policy.bill.calls, policy.bill.points) == (calls, points)


async def test_an_answer_of_many_calls_is_paid_for_call_by_call() -> None:
    """Each by the time of its own class: after two minutes the one is fresh, the other is not."""
    moment, truth = Moment(), Truth(World(), Fleet().questions)
    truth.of = {target: Versions([START_AT], [target]) for target in (PATH, OTHER)}
    truth.parts["page"] = (PATH, OTHER)
    policy = Declared(truth, moment.now)

    await policy.answer("page")
    moment.at += 120
    shown = await policy.answer("page")

    assert shown == [(PATH, 0), (OTHER, 0)]
    assert policy.bill.by_class == {RouteClass.MOVING: 2, RouteClass.SLOW: 1}
    assert policy.bill.points == 2
