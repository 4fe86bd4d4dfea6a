"""The world that is asked about, and what happens in it, all drawn from one seed.

A few repositories see most of what happens. Whoever pushes to one is its owner; all others who do
something there are one person or nobody in particular.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from portico.sandbox import Token, World
from portico.sandbox.model import Account, Repository

START_AT: Final = 1_795_000_000.0
DAY_S: Final = 86_400.0
PERSON: Final = "ada"
TOKEN: Final = Token("ghp_" + "pointsSimulation".ljust(36, "0"), PERSON, ())

_CHECKS: Final = ("build", "test")
_CHECK_STARTS_S: Final = 5.0
_CHECK_TAKES_S: Final = (30.0, 900.0)
# Of the busiest: how unequal repositories are. 1 is Zipf's own law.
_INEQUALITY: Final = 1.0
_ISSUES: Final = 6  # open ones to begin with
_README_EVERY: Final = 10  # pushes, about; the others touch code


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Something that happens in a repository at an instant; `number` makes it unlike all others."""

    at: float
    full_name: str
    what: str
    number: int
    ref: str = ""


def empty_world(now: Callable[[], float]) -> World:
    """Return a world of one person, whose token it is that everybody is served with; no limits."""
    world = World(now)
    world.buckets.limits["*", "core"] = 10**9
    world.add_account(Account(1, PERSON, created_at=START_AT, updated_at=START_AT))
    world.add_token(TOKEN)
    return world


def add_owner(world: World, login: str, *, number: int, is_organization: bool) -> Account:
    """Add an account that is to own repositories; of an organisation the one person is a member."""
    account = Account(1000 + number, login, created_at=START_AT, updated_at=START_AT)
    if is_organization:
        account.kind, account.members = "Organization", [world.accounts[PERSON]]
    return world.add_account(account)


def furnish(world: World, repository: Repository) -> None:
    """Put into a new repository what any has: commits, issues, checks."""
    repository.languages = {"Python": 40_000}
    for _ in range(3):
        world.push(repository)
    for number in range(_ISSUES):
        world.open_issue(repository, f"Issue {number}", login=PERSON, body="It should not.")
    for name in _CHECKS:
        world.complete_check(repository, "main", name=name)


def names(world: World) -> list[str]:
    """Return all repositories, the busiest first: that is the order in which they were made."""
    return [repository.full_name for repository in world.repositories.values()]


def weights(count: int, exponent: float = _INEQUALITY) -> list[float]:
    """Return how much each of a ranking counts, by Zipf's law."""
    return [1 / rank**exponent for rank in range(1, count + 1)]


def changes(
    repositories: Sequence[str],
    moments: Iterable[float],
    mix: Mapping[str, float],
    rng: random.Random,
) -> Iterator[Change]:
    """Draw what happens at these moments, in their order; less the checks that follow pushes.

    `mix` says of each sort of change how often it is, relative to the others.
    """
    moments = tuple(moments)
    where = rng.choices(repositories, weights(len(repositories)), k=len(moments))
    what = rng.choices(list(mix), list(mix.values()), k=len(moments))
    for number, (at, full_name, name) in enumerate(zip(moments, where, what, strict=True)):
        yield Change(at, full_name, name, number)


def apply(change: Change, world: World) -> list[Change]:
    """Let a change happen, and return what follows from it later."""
    rng = random.Random(change.number)
    repository = world[change.full_name]
    if change.what == "push":
        path = "src/main.py" if change.number % _README_EVERY else "README.md"
        return _checks_of(change, world.push(repository, path=path), rng)
    if change.what == "merge_pull":
        pulls = [i.number for i in repository.issues.values() if i.pull and i.state == "open"]
        return _checks_of(change, world.merge_pull(repository, pulls[0]), rng) if pulls else []
    _ACTS[change.what](world, repository, change, rng)
    return []


def _checks_of(change: Change, sha: str, rng: random.Random) -> list[Change]:
    """Return the beginnings and ends of a commit's checks."""
    found = []
    for order, name in enumerate(_CHECKS):
        begins = change.at + _CHECK_STARTS_S + order
        ends = begins + rng.uniform(*_CHECK_TAKES_S)
        number = change.number * len(_CHECKS) + order
        found.append(Change(begins, change.full_name, f"start {name}", number, sha))
        found.append(Change(ends, change.full_name, f"complete {name}", number, sha))
    return found


def _open_issue(world: World, repository: Repository, change: Change, _: random.Random) -> None:
    world.open_issue(repository, f"Report {change.number}", login=PERSON, body="Seen today.")


def _comment(world: World, repository: Repository, change: Change, rng: random.Random) -> None:
    number = rng.choice(list(repository.issues))
    world.comment(repository, number, f"Remark {change.number}", login=PERSON)


def _close_issue(world: World, repository: Repository, _: Change, rng: random.Random) -> None:
    found = [i.number for i in repository.issues.values() if i.state == "open" and not i.pull]
    if found:
        world.close_issue(repository, rng.choice(found))


def _label_issue(world: World, repository: Repository, _: Change, rng: random.Random) -> None:
    world.label_issue(repository, rng.choice(list(repository.issues)), rng.choice(("bug", "idea")))


def _open_pull(world: World, repository: Repository, change: Change, _: random.Random) -> None:
    title = f"Change {change.number}"
    world.open_pull(repository, title, login=PERSON, head=f"topic-{change.number}")


def _describe(world: World, repository: Repository, change: Change, _: random.Random) -> None:
    world.edit_repository(repository, description=f"In other words, {change.number}")


def _start_check(world: World, repository: Repository, change: Change, _: random.Random) -> None:
    world.start_check(repository, change.ref, name=change.what.partition(" ")[2])


def _complete_check(world: World, repository: Repository, change: Change, _: random.Random) -> None:
    world.complete_check(repository, change.ref, name=change.what.partition(" ")[2])


_ACTS: Final[dict[str, Callable[[World, Repository, Change, random.Random], object]]] = {
    "comment": _comment,
    "star": lambda world, repository, _, __: world.star(repository),
    "open_issue": _open_issue,
    "close_issue": _close_issue,
    "open_pull": _open_pull,
    "label_issue": _label_issue,
    "describe": _describe,
    "publish_release": lambda w, r, change, _: w.publish_release(r, f"v{change.number}"),
    **{f"start {name}": _start_check for name in _CHECKS},
    **{f"complete {name}": _complete_check for name in _CHECKS},
}
