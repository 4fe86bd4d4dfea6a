"""The seeded world: invented people and repositories, the same in every run.

`seeded_world()` is all that others call. Instants count from EPOCH_AT, which lies in the past of
every run. What each inhabitant is for stands beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from portico.sandbox.model import Repository
from portico.sandbox.seed_harbor import fill_harbor
from portico.sandbox.seed_people import HOSTILE_NAME, add_people
from portico.sandbox.tokens import INSTALLED, seeded_tokens
from portico.sandbox.world import World

EPOCH_AT = 1_793_491_200.0  # 2026-11-01T00:00:00Z
DAY_S = 86_400.0
PUBLIC_REPOSITORIES = 120  # of solveig: more than one page of 100

_LANGUAGES = ("Python", "TypeScript", "Go", "Rust", "C", "Shell", "HTML", "Elixir", "Kotlin", "Zig")
_TOPICS = ("maps", "tides", "weather", "cli", "async", "sailing", "data", "teaching")
_LICENSES = ("mit", "apache-2.0", None, "gpl-3.0", "bsd-3-clause", "other")
_FIRST = "quiet amber north paper salt tidal copper winter open silver lower bright"
_SECOND = "lantern compass ledger sextant beacon cask rudder chart gull mooring"

_URL_IN_TEXT = (
    "Mirrors https://api.github.com/repos/solveig/harbor and says "
    '"url":"https://api.github.com/x" in plain text'
)


def seeded_world(clock: Callable[[], float] = time.time) -> World:
    """Return a new World with everything in it. `clock` returns Unix seconds."""
    world = World(clock)
    add_people(world, EPOCH_AT)
    _solveigs(world)
    _nordlys(world)
    _others(world)
    world.keep_installation(INSTALLED)
    for token in seeded_tokens():
        world.add_token(token)
    return world


def add_repository(world: World, number: int, owner: str, name: str, **facts: object) -> Repository:
    """Add a repository with one commit, a README and a licence; `facts` override the pattern."""
    made = EPOCH_AT - (900 - number % 800) * DAY_S
    pushed = EPOCH_AT - (number * 37 % 400) * DAY_S - number
    known: dict[str, object] = {
        "created_at": made,
        "updated_at": pushed + 60,
        "pushed_at": max(pushed, made),
        "description": f"A {name.replace('-', ' ')} for small craft",
        "star_times": star_times(number * 53 % 97, since_at=made),
        "forks": number * 7 % 13,
        "subscribers": number % 9,
        "size_kib": 64 + number * 11 % 5000,
        **facts,
    }
    repository = Repository(5000 + number, world.accounts[owner], name, **known)  # type: ignore[arg-type]
    return world.add_repository(repository)


def star_times(count: int, *, since_at: float) -> list[float]:
    """Return that many instants, spread evenly up to the epoch."""
    step = (EPOCH_AT - since_at) / (count + 1)
    return [since_at + step * (n + 1) for n in range(count)]


def commit_files(repository: Repository, files: dict[str, bytes], login: str | None = None) -> None:
    """Commit files, one commit each, and let the default branch point to the last."""
    who = login or repository.owner.login
    repository.history.files.update(files)
    for at, path in enumerate(files):
        moment = repository.pushed_at - (len(files) - 1 - at) * DAY_S
        author = (who, who.capitalize(), f"{who}@users.example")
        made = repository.history.commit(message=f"Add {path}", who=author, at=moment, path=path)
        repository.history.branches[repository.default_branch] = made.sha


def _readme(repository: Repository) -> bytes:
    return f"# {repository.name}\n\n{repository.description}\n".encode()


def _solveigs(world: World) -> None:
    """Add solveig's 120 public repositories, the first four of which are for something."""
    harbor = add_repository(
        world, 0, "solveig", "old-harbor", description="Everything a harbour needs"
    )
    harbor.star_times = star_times(512, since_at=harbor.created_at)
    fill_harbor(world, harbor, EPOCH_AT)
    world.rename(harbor, "harbor")  # old-harbor redirects
    harbor.updated_at = EPOCH_AT - DAY_S
    tidal = add_repository(world, 1, "solveig", "tidal-map", description=_URL_IN_TEXT)
    tidal.languages = {"TypeScript": 90_210, "HTML": 4_000, "CSS": 1_200}
    commit_files(tidal, {"README.md": _readme(tidal), "src/map.ts": b"export const tide = 0;\n"})
    empty = add_repository(world, 2, "solveig", "empty-dock", description=None, size_kib=0)
    empty.pushed_at = empty.created_at  # never pushed: 409 on commits, 204 on contributors
    silent = add_repository(world, 3, "solveig", "no-issues", has_issues=False)
    commit_files(silent, {"README.md": _readme(silent)})
    for number in range(4, PUBLIC_REPOSITORIES):
        _ordinary(world, number)
    _hidden(world, 201, "solveig", "night-ledger")
    cove = _hidden(world, 200, "solveig", "secret-cove")
    cove.collaborators.append(world.accounts["eirik"])
    issue = world.open_issue(cove, "Nobody knows of this", login="eirik", body=cove.secret)
    issue.created_at = issue.updated_at = cove.updated_at = EPOCH_AT - DAY_S


def _hidden(world: World, number: int, owner: str, name: str) -> Repository:
    """Add a private repository whose every text carries its secret."""
    repository = add_repository(world, number, owner, name)
    commit_files(repository, {"README.md": f"# {name}\n{repository.secret}\n".encode()})
    repository.languages = {"Python": 1_000 + number}
    world.make_private(repository)
    repository.updated_at = EPOCH_AT - DAY_S
    return repository


def _ordinary(world: World, number: int) -> None:
    """Add one of solveig's many repositories, varied by its number."""
    name = f"{_FIRST.split()[number % 12]}-{_SECOND.split()[number // 12]}"
    language = _LANGUAGES[number % len(_LANGUAGES)]
    repository = add_repository(
        world,
        number,
        "solveig",
        name,
        archived=number % 17 == 0,
        is_template=number % 41 == 0,
        topics=[_TOPICS[(number + n) % len(_TOPICS)] for n in range(number % 4)],
        license_key=_LICENSES[number % len(_LICENSES)],
        homepage=f"https://{name}.example" if number % 5 == 0 else None,
        default_branch="trunk" if number % 19 == 0 else "main",
    )
    if number % 9 != 0:  # every ninth has prose only, so no language
        repository.languages = {language: 1_000 * number + 17}
        other = _LANGUAGES[(number * 3 + 1) % len(_LANGUAGES)]
        repository.languages.setdefault(other, 100 + number)
    if number % 13 == 0:
        repository.parent = world.repositories[5001]
    commit_files(repository, {"README.md": _readme(repository)})


def _nordlys(world: World) -> None:
    """Add the organisation's repositories: four public, one private."""
    for number, name in enumerate(("aurora", "sounding", "kelp", "drift-ice"), start=300):
        repository = add_repository(world, number, "nordlys", name, license_key="apache-2.0")
        repository.languages = {"Rust": 40_000 + number, "Python": 2_000}
        commit_files(repository, {"README.md": _readme(repository)}, login="astrid")
    _hidden(world, 310, "nordlys", "aurora-internal")


def _others(world: World) -> None:
    """Add a repository whose every text is hostile, and a fork."""
    hostile = add_repository(
        world,
        400,
        "bobby-tables",
        "drop.tables_",
        description=HOSTILE_NAME + "\u2028\u202e<!--",
        homepage="javascript:alert(1)",
        topics=["xss"],
    )
    hostile.languages = {"C++": 10, "Jupyter Notebook": 9, '<img src=x onerror="1">': 8}
    commit_files(
        hostile, {"README.md": b"<script>alert(1)</script>\n", "a b/#?%.md": b"odd name\n"}
    )
    forked = add_repository(world, 401, "eirik", "tidal-map", parent=world.repositories[5001])
    forked.languages = {"TypeScript": 90_000}
    commit_files(forked, {"README.md": _readme(forked)})
