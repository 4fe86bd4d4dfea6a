"""What Portico is compared with: each pays what it is said to pay."""

from __future__ import annotations

import pytest

from benchmarks.points.fleet import START_AT
from benchmarks.points.policies import Clairvoyant, Expiring, NoCache, Policy, Revalidating
from benchmarks.points.truth import Truth, Versions
from portico.sandbox import World

PATH = "/repos/fleet-00/service-000"


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
        (NoCache, 4, 4, [0, 0, 1, 1]),
        (Revalidating, 4, 2, [0, 0, 1, 1]),
        (Expiring, 2, 2, [0, 0, 0, 1]),
        (Clairvoyant, 2, 2, [0, 0, 1, 1]),
    ],
)
async def test_a_policy_pays_for_what_it_asks(
    kind: type[NoCache | Revalidating | Expiring | Clairvoyant],
    calls: int,
    points: int,
    shown: list[int],
) -> None:
    """Asked twice, then after a change within the minute, then after the minute."""
    moment, truth = Moment(), Truth(World())
    truth.of[PATH] = versions = Versions([START_AT], ["a"])
    policy: Policy = kind(truth, moment.now)

    seen = [await policy.answer(PATH), await policy.answer(PATH)]
    versions.since.append(START_AT + 20)
    versions.tags.append("b")
    for at in (30, 60):
        moment.at = START_AT + at
        seen.append(await policy.answer(PATH))

    assert seen == shown
    assert (policy.bill.calls, policy.bill.points) == (calls, points)
