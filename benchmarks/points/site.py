"""A popular site's day: visitors open pages about people and their repositories.

Each page is one of Portico's clean endpoints, made of many calls to GitHub by its real plan. It is
asked for without a token; the people behind the pages push, talk and are given stars meanwhile.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from benchmarks.points import visits
from benchmarks.points.trace import Ask, Question
from benchmarks.points.visits import Burst
from benchmarks.points.world import (
    DAY_S,
    PERSON,
    START_AT,
    Change,
    add_owner,
    changes,
    empty_world,
    furnish,
)
from portico.portfolio import plan as of_owner
from portico.portfolio.activity import user_activity_plan
from portico.portfolio.repository import plan as of_repository
from portico.sandbox import World
from portico.sandbox.app_jwt import App

PER_OWNER: Final = 10
# Of three owners one is an organisation. They have hooks of their own; the people use an App.
_ORGANIZATION_EVERY: Final = 3
_APP: Final = App(id=7, client_id="Iv1.points", slug="points", owner=PERSON)
_STARS: Final = 120  # of each repository to begin with
_STARRED_FOR_S: Final = 65 * 7 * DAY_S

# What happens -> how often, relative to the rest. An assumption: what people look at is starred.
_MIX: Final = {
    "star": 45,
    "push": 25,
    "comment": 12,
    "open_issue": 6,
    "close_issue": 5,
    "open_pull": 2,
    "merge_pull": 2,
    "publish_release": 2,
    "describe": 1,
}
_ABOUT_A_REPOSITORY: Final[dict[str, tuple[float, Callable[[str, str], Question]]]] = {
    "": (40, of_owner.repository_plan),
    "/readme": (14, of_repository.readme_plan),
    "/releases": (8, of_repository.releases_plan),
    "/stars": (5, of_repository.stars_plan),
    "/languages": (4, of_repository.languages_plan),
    "/contributors": (4, of_repository.contributors_plan),
}
_ABOUT_A_USER: Final[dict[str, tuple[float, Callable[[str], Question]]]] = {
    "/portfolio": (18, lambda login: of_owner.portfolio_plan(login, frugal=False)),
    "/activity": (5, user_activity_plan),
    "": (2, of_owner.user_plan),
}
_ABOUT_AN_ORGANIZATION: Final[dict[str, tuple[float, Callable[[str], Question]]]] = {
    "/portfolio": (
        23,
        lambda login: of_owner.organization_portfolio_plan(login, frugal=False),
    ),
    "": (2, of_owner.organization_plan),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Implements `trace.Trace`."""

    repositories: int = 220
    visits_per_day: int = 40_000
    bursts: int = 2
    burst_visits: int = 1_500  # of each burst
    changes_per_day: int = 1_500  # less the checks that follow pushes, and the stars of bursts

    name: ClassVar[str] = "site"
    asked: ClassVar[str] = "pages"

    def world(self, now: Callable[[], float]) -> World:
        """Return a world of people and organisations with ten repositories each, some popular."""
        world = empty_world(now)
        owners = -(-self.repositories // PER_OWNER)
        for number in range(self.repositories):
            # In turn, so that hardly anybody has popular ones only.
            order = number % owners
            is_organization = order % _ORGANIZATION_EVERY == _ORGANIZATION_EVERY - 1
            login = f"{'team' if is_organization else 'person'}-{order:02d}"
            if world.account(login) is None:
                add_owner(world, login, number=number, is_organization=is_organization)
            repository = world.create_repository(login, f"project-{number:03d}")
            furnish(world, repository)
            apart_s = _STARRED_FOR_S / _STARS
            repository.star_times = [START_AT - apart_s * (star + 1) for star in range(_STARS)]
            world.publish_release(repository, "v0")
        return world

    def register_hooks(self, world: World) -> None:
        """Let organisations have a hook each, and people the App."""
        for account in list(world.accounts.values()):
            if account.login == PERSON:
                continue
            world.add_hook(owner=account.login)
            if not account.is_organization:
                world.install(_APP, account.login, permissions={})

    def questions(self, full_name: str) -> Mapping[str, Question]:
        """Return the pages about a repository and about its owner."""
        return {page: question for page, (_, question) in _pages(full_name).items()}

    def asks(self, names: Sequence[str], *, hours: float, seed: int) -> Iterator[Ask]:
        """Draw who opens what."""
        rng = random.Random(f"visits {seed}")
        moments = visits.moments(round(self.visits_per_day * hours / 24), hours=hours, rng=rng)
        likely = {
            name: {page: often for page, (often, _) in _pages(name).items()} for name in names
        }
        bursts = self._bursts(names, hours=hours, seed=seed)
        return heapq.merge(
            visits.visits(likely, moments, rng),
            visits.burst_visits(bursts, each=self.burst_visits, seed=seed),
        )

    def changes(self, names: Sequence[str], *, hours: float, seed: int) -> Iterator[Change]:
        """Draw what happens: when people are about, and stars where a link brings visitors."""
        rng = random.Random(f"site's changes {seed}")
        moments = visits.moments(round(self.changes_per_day * hours / 24), hours=hours, rng=rng)
        yield from changes(names, moments, _MIX, rng)
        bursts = self._bursts(names, hours=hours, seed=seed)
        yield from visits.burst_stars(bursts, visits=self.burst_visits, seed=seed)

    def _bursts(self, names: Sequence[str], *, hours: float, seed: int) -> list[Burst]:
        """Draw the links, in turn to a repository and to the whole picture of its owner.

        None is so late that the day ends before most have come.
        """
        rng = random.Random(f"bursts {seed}")
        found = []
        for number in range(self.bursts):
            at = START_AT + rng.uniform(0.1, 0.9) * hours * 3600
            full_name = rng.choice(names)
            pages = [page for page in _pages(full_name) if page.endswith("/portfolio")]
            found.append(Burst(at, full_name, pages[0] if number % 2 else f"/v1/repos/{full_name}"))
        return found

    def sentence(self, *, hours: float, answers: int, parts: int, resources: int) -> str:
        """Say what was asked."""
        return (
            f"{hours:g} hours, {answers:,} pages made of {parts:,} answers of GitHub's about "
            f"{resources:,} resources of {self.repositories} repositories and their owners"
        )


def _pages(full_name: str) -> dict[str, tuple[float, Question]]:
    """Return the pages about a repository and its owner, with how often each is opened."""
    login, _, repository = full_name.partition("/")
    found = {
        f"/v1/repos/{full_name}{below}": (often, plan(login, repository))
        for below, (often, plan) in _ABOUT_A_REPOSITORY.items()
    }
    is_organization = login.startswith("team-")
    about = _ABOUT_AN_ORGANIZATION if is_organization else _ABOUT_A_USER
    for below, (often, plan_of) in about.items():
        page = f"/v1/{'orgs' if is_organization else 'users'}/{login}{below}"
        found[page] = (often, plan_of(login))
    return found
