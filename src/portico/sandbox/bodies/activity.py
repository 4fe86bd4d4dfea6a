"""Events, star history and statistics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portico.sandbox.bodies.accounts import avatar_url
from portico.sandbox.bodies.view import View, iso
from portico.sandbox.git import Commit
from portico.sandbox.message import Json
from portico.sandbox.model import Account, Repository

DAY_S = 86_400
WEEK_S = 7 * DAY_S
YEAR_WEEKS = 52
# The Unix epoch was a Thursday; GitHub's weeks begin on Sunday.
_SUNDAY_S = 3 * DAY_S


def week_of(at: float) -> int:
    """Return the instant at which the week of `at` began."""
    return int((at - _SUNDAY_S) // WEEK_S * WEEK_S + _SUNDAY_S)


def push_event(
    account: Account, repository: Repository, commit: Commit, view: View
) -> dict[str, Json]:
    """Return a push as the public events show it: ids only, no commits, since October 2025."""
    number = int(commit.sha[:12], 16)
    return {
        "id": str(number),
        "type": "PushEvent",
        "actor": {
            "id": account.id,
            "login": account.login,
            "display_login": account.login,
            "gravatar_id": "",
            "url": view.url("users", account.login),
            "avatar_url": avatar_url(account),
        },
        "repo": {
            "id": repository.id,
            "name": repository.full_name,
            "url": view.url("repos", repository.owner.login, repository.name),
        },
        "payload": {
            "repository_id": repository.id,
            "push_id": number,
            "ref": f"refs/heads/{repository.default_branch}",
            "head": commit.sha,
            "before": commit.parent or "0" * 40,
        },
        "public": True,
        "created_at": iso(commit.date_at),
    }


def star_weeks(times: Sequence[float], now: float) -> list[dict[str, Json]]:
    """Return every week since the first star, newest first, with stars per day from Sunday."""
    if not times:
        return []
    days: dict[int, list[int]] = {}
    for at in times:
        start = week_of(at)
        days.setdefault(start, [0] * 7)[int(at - start) // DAY_S] += 1
    weeks = range(week_of(now), week_of(min(times)) - 1, -WEEK_S)
    rows = [(week, days.get(week, [0] * 7)) for week in weeks]
    return [{"week": week, "total": sum(row), "days": row} for week, row in rows]


def _year(now: float) -> list[int]:
    newest = week_of(now)
    return [newest - n * WEEK_S for n in reversed(range(YEAR_WEEKS))]


def commit_activity(commits: Iterable[Commit], now: float) -> list[dict[str, Json]]:
    """Return the last year by week: commits per day, their sum, the week's start."""
    days = {week: [0] * 7 for week in _year(now)}
    for commit in commits:
        week = week_of(commit.date_at)
        if week in days:
            days[week][int(commit.date_at - week) // DAY_S] += 1
    return [{"days": row, "total": sum(row), "week": week} for week, row in days.items()]


def participation(commits: Sequence[Commit], owner: str, now: float) -> dict[str, Json]:
    """Return the last year's commits per week: of everybody, and of the owner."""
    own = [commit for commit in commits if commit.login == owner]
    return {
        "all": [week["total"] for week in commit_activity(commits, now)],
        "owner": [week["total"] for week in commit_activity(own, now)],
    }


def code_frequency(commits: Iterable[Commit]) -> list[list[int]]:
    """Return additions and deletions per week, oldest first."""
    weeks: dict[int, int] = {}
    for commit in commits:
        weeks[week_of(commit.date_at)] = weeks.get(week_of(commit.date_at), 0) + 1
    return [[week, added, 0] for week, added in sorted(weeks.items())]


def punch_card(commits: Iterable[Commit]) -> list[list[int]]:
    """Return commits per weekday (Sunday is 0) and hour, all 168 of them."""
    counts: dict[tuple[int, int], int] = {}
    for commit in commits:
        since = int(commit.date_at) - week_of(commit.date_at)
        slot = (since // DAY_S, since % DAY_S // 3600)
        counts[slot] = counts.get(slot, 0) + 1
    return [[day, hour, counts.get((day, hour), 0)] for day in range(7) for hour in range(24)]


def contributor_weeks(commits: Iterable[Commit]) -> list[dict[str, int]]:
    """Return one author's weeks: additions, deletions, commits."""
    return [{"w": week, "a": n, "d": 0, "c": n} for week, n, _ in code_frequency(commits)]
