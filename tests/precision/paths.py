"""What is stored before each change: what the sandbox answers of some repositories and owners.

By name and by id, lists and single things, for the public and for principals. Files at another
ref than the default branch are left out: the sandbox shows the same files at every ref.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

from portico.core.audience import Caller, Credential, principal_caller, public_caller
from portico.sandbox import World, tokens
from portico.sandbox.model import Repository

_SECRET: Final = b"p" * 32
CALLERS: Final[dict[str, Caller]] = {
    "the public": public_caller(Credential("Bearer", tokens.PUBLIC), key=_SECRET),
    "solveig": principal_caller(Credential("Bearer", tokens.SOLVEIG), key=_SECRET),
    "eirik": principal_caller(Credential("Bearer", tokens.EIRIK), key=_SECRET),
}
HARBOR: Final = "solveig/harbor"
ORGANIZATION: Final = "nordlys"
PUBLIC: Final = (HARBOR, "nordlys/aurora", "solveig/tidal-map")
# Private ones, and for whom they are stored (or stored to be missing).
PRIVATE: Final = {
    "solveig/secret-cove": ("solveig", "eirik"),
    "nordlys/aurora-internal": ("solveig", "eirik"),
}
OWNERS: Final = ("solveig", "eirik", "ingrid")

_OF_ANY: Final = (
    "",
    "/issues?per_page=5",
    "/pulls?per_page=5",
    "/commits?per_page=5",
    "/branches",
    "/contents/README.md",
    "/readme",
    "/languages",
    "/releases",
    "/stargazers/count",
    "/commits/main/status",
)
_OF_HARBOR: Final = (
    "/issues?state=all&per_page=5",
    "/issues?labels=bug&per_page=5",
    *(f"/issues/{number}" for number in (1, 2, 5, 6, 7, 8, 131, 132)),
    *(f"/issues/{number}/comments?per_page=3" for number in (1, 2, 5, 131)),
    *(f"/pulls/{number}" for number in (5, 15, 132)),
    *(f"/pulls/{number}/{part}" for number in (5, 132) for part in ("commits", "reviews")),
    "/commits?sha=feature/tides&per_page=5",
    "/commits/main",
    "/commits/feature/tides",
    "/commits/feature/tides/status",
    "/commits/v1.4.0",
    "/commits/{newest}",
    "/commits/{newest}/status",
    "/commits/{newest}/check-runs",
    "/commits/{older}/status",
    "/commits/{older}/check-runs",
    "/commits/main/check-runs",
    "/commits/main/check-suites",
    "/branches/main",
    "/branches/feature/tides",
    "/branches/new-berth",
    "/git/trees/main",
    "/contents",
    "/contents/NEW.md",
    "/license",
    "/topics",
    "/contributors",
    "/tags",
    "/releases/latest",
    "/releases/tags/v1.1.0",
    "/releases/tags/v3.0.0",
    "/releases/{release}",
    "/labels",
    "/labels/bug",
    "/labels/enhancement",
    "/labels/deep%20water",
    "/milestones",
    "/actions/runs",
    "/stargazers/history",
    "/stargazers?per_page=5",
)
_OF_AN_OWNER: Final = ("", "/repos?per_page=5&sort=pushed", "/starred?per_page=5", "/orgs")
_OF_AN_ORGANIZATION: Final = ("", "/repos?per_page=5", "/public_members")
_SEARCHES: Final = ("/search/repositories?q=harbor", "/search/issues?q=berth&per_page=3")


def stored(world: World) -> Iterator[tuple[str, str]]:
    """Yield who has stored what: a name of `CALLERS`, and a path with its query."""
    yield from product(["the public"], _SEARCHES)
    for name, whose in PRIVATE.items():
        yield from product(whose, _below(_of_repository(world, name), _OF_ANY))
    for name in PUBLIC:
        yield from product(["the public"], _below(_of_repository(world, name), _OF_ANY))
    of_harbor = _of_repository(world, HARBOR)
    yield from product(["the public"], _below(of_harbor, _below_harbor(world[HARBOR])))
    yield from product(["eirik"], _below(of_harbor, ("", "/issues/2", "/branches/main")))
    for login in OWNERS:
        bases = (f"/users/{login}", f"/user/{world.accounts[login].id}")
        yield from product(["the public"], _below(bases, _OF_AN_OWNER))
    bases = (f"/orgs/{ORGANIZATION}", f"/organizations/{world.accounts[ORGANIZATION].id}")
    yield from product(["the public", "solveig"], _below(bases, _OF_AN_ORGANIZATION))
    # Whoever is no member is sent on to the public ones.
    yield from product(["solveig"], _below(bases, ["/members"]))


def _of_repository(world: World, name: str) -> tuple[str, str]:
    """Return where a repository is, by name and by id."""
    return f"/repos/{name}", f"/repositories/{world[name].id}"


def _below(bases: Iterable[str], tails: Iterable[str]) -> Iterator[str]:
    return ("".join(parts) for parts in product(bases, tails))


def _below_harbor(harbor: Repository) -> Iterator[str]:
    newest, older = harbor.history.commits[0], harbor.history.commits[9]
    values = {"newest": newest.sha, "older": older.sha, "release": harbor.releases[0].id}
    return (below.format_map(values) for below in _OF_HARBOR)
