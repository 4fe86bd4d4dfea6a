"""Nothing of a repository reaches a listener who may not see it, in whatever order things happen.

The play and its rule are in `leak_play.py`. Here it is acted with many sequences, and with proofs
that are broken on purpose: the rule must notice each of them.
"""

from __future__ import annotations

import asyncio
import random
from typing import Final

import pytest

from portico.core.audience import Audience, Caller
from portico.core.proofs import Ending
from portico.gateway.access import Access
from tests.gateway.leak_play import Play, Step
from tests.gateway.leak_world import CALLERS, NOBODY

# How often each step is taken, so that much is told and now and then something goes wrong.
WEIGHTS: Final = {
    "deliver": 45,
    "issue": 10,
    "push": 6,
    "listen": 6,
    "read": 5,
    "show": 4,
    "hide": 3,
    "release": 3,
    "wait": 4,
    "star": 2,
    "invite": 2,
    "remove": 2,
    "join": 2,
    "expel": 2,
    "lose": 6,
    "mend": 1.5,
    "repeat": 1,
    "rename": 2,
    "transfer": 1,
    "hold": 1,
    "leave": 1,
    "create": 2,
    "fail": 0.5,
    "delete": 1,
    "revoke": 0.05,
}

_BARE: Final = frozenset({"release", "mend", "hold", "leave", "fail", "revoke"})


def steps_of(seed: int, count: int = 300) -> list[Step]:
    """Return a sequence of steps, the same for the same seed."""
    chance = random.Random(seed)
    steps: list[Step] = []
    for kind in chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count):
        number = chance.randrange(100)
        match kind:
            case "listen" | "read":
                is_resuming = chance.random() < 0.5
                steps.append((kind, chance.choice(CALLERS), number, is_resuming))
            case "wait":
                steps.append((kind, chance.choice([5, 15, 80, 320])))
            case _:
                steps.append((kind,) if kind in _BARE else (kind, number))
    return steps


def act(steps: list[Step], access: type[Access] = Access) -> Play:
    """Act one sequence; the rule is checked with each block that a listener gets."""

    async def play() -> Play:
        acting = Play(access)
        await acting.run(steps)
        return acting

    return asyncio.run(play())


@pytest.mark.parametrize("seed", range(20))
def test_nobody_hears_of_what_they_cannot_see(seed: int) -> None:
    """The rule holds, and much is told all the same."""
    acted = act(steps_of(seed))

    assert acted.heard_happenings > 10


class Believing(Access):
    """Takes everybody's word for it."""

    def at_hand(self, audience: Audience, repository_id: int) -> bool | None:
        """Say that it is proven."""
        return True


class NeverEnding(Access):
    """Hears of no change."""

    def end(self, ending: Ending) -> None:
        """Do nothing."""


class Hasty(Access):
    """Does not wait for GitHub's replicas and caches."""

    async def _settled(self, caller: Caller, subjects: frozenset[str]) -> None:
        """Do not wait."""


class Sharing(Access):
    """Takes what one may see for what another may."""

    def at_hand(self, audience: Audience, repository_id: int) -> bool | None:
        """Say what is known of whomever."""
        known = [super(Sharing, self).at_hand(each.audience, repository_id) for each in CALLERS]
        return True if True in known else super().at_hand(audience, repository_id)


MANY: Final = [steps_of(seed) for seed in range(20)]
# What has just been made private is still in GitHub's cache for whoever brings no credential, when
# a delivery from before arrives.
LATE: Final[list[Step]] = [
    ("deliver", 0),
    ("listen", NOBODY, 1, False),
    ("issue", 0),
    ("deliver", 0),
    ("issue", 0),
    ("hide", 0),
    ("deliver", 1),
    ("deliver", 0),
]


@pytest.mark.parametrize(
    ("broken", "sequences"),
    [(Believing, MANY), (NeverEnding, MANY), (Sharing, MANY), (Hasty, [LATE])],
)
def test_the_rule_notices(broken: type[Access], sequences: list[list[Step]]) -> None:
    """Proofs that do not keep what they promise are found out."""

    def is_found_out(steps: list[Step]) -> bool:
        try:
            act(steps, broken)
        except AssertionError:
            return True
        return False

    assert any(map(is_found_out, sequences))


def test_a_late_delivery() -> None:
    """Proofs that do wait keep it to themselves."""
    acted = act([*LATE, ("wait", 80)])

    assert acted.heard_happenings == 1
