"""A fleet's day: programs poll organisations' repositories through the proxy.

Pushes with the checks that follow them are the bulk of what happens.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from benchmarks.points import polling
from benchmarks.points.polling import KINDS
from benchmarks.points.trace import Ask, Question
from benchmarks.points.world import START_AT, Change, add_owner, changes, empty_world, furnish
from portico.core.message import Request
from portico.sandbox import World

PER_OWNER: Final = 20

# What happens -> how often, relative to the rest. An assumption: pushes and talk are most of it,
# and as many pull requests are merged as opened.
_MIX: Final = {
    "push": 34,
    "comment": 24,
    "star": 16,
    "open_issue": 7,
    "close_issue": 6,
    "open_pull": 5,
    "merge_pull": 5,
    "label_issue": 2,
    "publish_release": 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Implements `trace.Trace`."""

    repositories: int = 500
    clients: int = 50
    watches: int = 20  # of each client
    changes_per_day: int = 4_000  # less the checks that follow pushes

    name: ClassVar[str] = "fleet"
    asked: ClassVar[str] = "answers"

    def world(self, now: Callable[[], float]) -> World:
        """Return a world of organisations with twenty repositories each."""
        world = empty_world(now)
        for number in range(self.repositories):
            login = f"fleet-{number // PER_OWNER:02d}"
            if world.account(login) is None:
                add_owner(world, login, number=number, is_organization=True)
            furnish(world, world.create_repository(login, f"service-{number:03d}"))
        return world

    def register_hooks(self, world: World) -> None:
        """Let each organisation have a hook for everything."""
        for account in list(world.accounts.values()):
            if account.is_organization:
                world.add_hook(owner=account.login)

    def questions(self, full_name: str) -> Mapping[str, Question]:
        """Return what is polled of a repository."""
        paths = (f"/repos/{full_name}{kind}" for kind in KINDS)
        return {path: Request("GET", path) for path in paths}

    def asks(self, names: Sequence[str], *, hours: float, seed: int) -> Iterator[Ask]:
        """Draw what the programs ask."""
        rng = random.Random(f"asks {seed}")
        clients, watches = self.clients, self.watches
        return polling.asks(names, clients=clients, watches=watches, hours=hours, rng=rng)

    def changes(self, names: Sequence[str], *, hours: float, seed: int) -> Iterator[Change]:
        """Draw what happens: at any moment equally likely."""
        rng = random.Random(f"changes {seed}")
        total = round(self.changes_per_day * hours / 24)
        moments = sorted(START_AT + rng.random() * hours * 3600 for _ in range(total))
        return changes(names, moments, _MIX, rng)

    def sentence(self, *, hours: float, answers: int, parts: int, resources: int) -> str:
        """Say what was asked."""
        del parts  # each answer is one
        return (
            f"{hours:g} hours, {self.clients} clients, {answers:,} answers about {resources:,} "
            f"resources of {self.repositories} repositories"
        )
