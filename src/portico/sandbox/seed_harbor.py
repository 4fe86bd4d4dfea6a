"""solveig/harbor, the repository that has everything: files, commits, issues, releases.

More than a hundred issues and commits, so that every list has pages; texts that try parsers.
"""

from __future__ import annotations

from portico.sandbox.git import object_id
from portico.sandbox.model import (
    Asset,
    Comment,
    Issue,
    Label,
    Milestone,
    Pull,
    Release,
    Repository,
)
from portico.sandbox.world import World

DAY_S = 86_400.0
COMMITS = 140
ISSUES = 130
_URL_IN_TEXT = "https://api.github.com/repos/solveig/harbor"
_PULL_EVERY = 5  # every fifth number is a pull request

_LABELS = (
    ("bug", "d73a4a", "Something isn't working", True),
    ("enhancement", "a2eeef", "New feature or request", True),
    ("good first issue", "7057ff", None, True),
    ("tide: høyvann", "0e8a16", "Ikke-ASCII", False),
    ("c++/c#?", "ffffff", "every reserved character", False),
)
_FILES = {
    "README.md": b"# harbor\n\nEverything a *harbour* needs.\n\n- berths\n- tides\n",
    "LICENSE": b"MIT License\n\nCopyright (c) 2026 Solveig\n",
    "src/harbor/__init__.py": b'"""Harbour."""\n',
    "src/harbor/berth.py": b"class Berth:\n    depth_m = 4.2\n",
    "src/harbor/tide.py": b"def level_m() -> float:\n    return 0.0\n",
    "docs/index.md": b"# Docs\n",
    "docs/fjord kart ø.md": "# Kart over fjorden ⚓\n".encode(),
    "assets/logo.bin": bytes(range(256)) * 4,
}


def fill_harbor(world: World, harbor: Repository, epoch_at: float) -> None:
    """Fill the repository; `epoch_at` is the instant from which its history counts back."""
    harbor.languages = {"Python": 412_345, "Rust": 51_000, "Shell": 1_234, "Dockerfile": 321}
    harbor.topics = ["harbor", "async", "maps"]
    harbor.license_key = "mit"
    harbor.homepage = "https://harbor.example"
    harbor.pushed_at = epoch_at - DAY_S
    _commits(harbor, epoch_at)
    _trackers(world, harbor, epoch_at)
    _issues(world, harbor, epoch_at)
    _releases(world, harbor, epoch_at)


def _commits(harbor: Repository, epoch_at: float) -> None:
    history = harbor.history
    history.files.update(_FILES)
    people: tuple[tuple[str | None, str, str], ...] = (
        ("solveig", "Solveig Åsen", "solveig@users.example"),
        ("eirik", "Eirik Dahl", "eirik@users.example"),
        ("solveig", "Solveig Åsen", "solveig@users.example"),
        (None, "A Stranger", "stranger@elsewhere.example"),
    )
    paths = list(_FILES)
    for number in range(COMMITS):
        at = epoch_at - (COMMITS - number) * DAY_S
        path = paths[number % len(paths)]
        message = f"Change {path}\n\nNumber {number + 1} of many."
        history.commit(message=message, who=people[number % 4], at=at, path=path)
    newest = history.commits
    history.branches = {
        "main": newest[0].sha,
        "feature/tides": newest[3].sha,
        "release-1.x": newest[40].sha,
    }
    history.tags = {f"v1.{n}.0": newest[100 - n * 20].sha for n in range(5)}


def _trackers(world: World, harbor: Repository, epoch_at: float) -> None:
    for name, color, description, default in _LABELS:
        harbor.labels.append(Label(world.next_id(), name, color, description, default))
    for number in (1, 2, 3):
        made = epoch_at - (300 - number) * DAY_S
        closed = made + 100 * DAY_S if number == 1 else None
        milestone = Milestone(
            world.next_id(),
            number,
            f"1.{number}",
            harbor.owner,
            made,
            made + DAY_S,
            "A step",
            "closed" if closed else "open",
            epoch_at + number * DAY_S,
            closed,
        )
        harbor.milestones.append(milestone)


def _issues(world: World, harbor: Repository, epoch_at: float) -> None:
    authors = [world.accounts[login] for login in ("eirik", "solveig", "ingrid", "bobby-tables")]
    for number in range(1, ISSUES + 1):
        at = epoch_at - (ISSUES - number + 2) * DAY_S / 2
        issue = Issue(
            id=world.next_id(),
            number=number,
            title=f"Berth {number} is too shallow",
            user=authors[number % 4],
            created_at=at,
            updated_at=at + 600,
            body=f"Measured {number} times.\r\n\r\n> see {_URL_IN_TEXT}",
        )
        issue.labels = [harbor.labels[number % len(harbor.labels)]] if number % 3 else []
        issue.milestone = harbor.milestones[number % 3] if number % 4 == 0 else None
        issue.assignees = [harbor.owner] if number % 6 == 0 else []
        if number % _PULL_EVERY == 0:
            issue.pull = _pull(world, harbor, number, at)
        if number % 7 == 0:
            _close(issue, at + 2 * DAY_S)
        harbor.issues[number] = issue
    _discuss(world, harbor.issues[1], epoch_at)


def _pull(world: World, harbor: Repository, number: int, at: float) -> Pull:
    commits = harbor.history.commits
    merged = number % 35 == 0
    return Pull(
        world.next_id(),
        "feature/tides",
        commits[number % 30].sha,
        commits[number % 30 + 1].sha,
        draft=number % 10 == 0 and not merged,
        merged_at=at + 2 * DAY_S if merged else None,
        merge_commit_sha=object_id("commit", f"merge {number}".encode()) if merged else None,
    )


def _close(issue: Issue, at: float) -> None:
    issue.state, issue.closed_at, issue.updated_at = "closed", at, at
    issue.state_reason = None if issue.pull else "completed"


def _discuss(world: World, issue: Issue, epoch_at: float) -> None:
    """Give the first issue more comments than a page holds by default."""
    for number in range(35):
        at = epoch_at - (40 - number) * 3600
        user = world.accounts["eirik" if number % 2 else "solveig"]
        issue.comments.append(Comment(world.next_id(), user, f"Remark {number + 1} 🌊", at, at))
        issue.updated_at = at


def _releases(world: World, harbor: Repository, epoch_at: float) -> None:
    """Add two releases, a prerelease, and a draft that outsiders must not see."""
    for number, tag in enumerate(("v1.0.0", "v1.1.0", "v1.2.0", "v2.0.0")):
        at = epoch_at - (90 - number * 20) * DAY_S
        is_draft = tag == "v2.0.0"
        release = Release(
            id=world.next_id(),
            tag_name=tag,
            name=f"Harbor {tag}",
            body=f"* change {number}",
            author=harbor.owner,
            created_at=at,
            published_at=None if is_draft else at + 3600,
            draft=is_draft,
            prerelease=tag == "v1.2.0",
        )
        files = {
            f"harbor-{tag}.tar.gz": ("application/gzip", b"\x1f\x8b not really" * 20),
            "checksums.txt": ("text/plain", b"0000  harbor\n"),
        }
        release.assets = [
            Asset(world.next_id(), name, data, kind, 40 + number, at)
            for name, (kind, data) in files.items()
        ]
        harbor.releases.insert(0, release)
