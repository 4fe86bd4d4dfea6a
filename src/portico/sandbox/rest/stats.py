"""Repository statistics: 202 while they are being computed, then kept until the next push.

Source: https://docs.github.com/rest/metrics/statistics
"""

from __future__ import annotations

from portico.sandbox import errors
from portico.sandbox.bodies import accounts as account_bodies
from portico.sandbox.bodies import activity as activity_bodies
from portico.sandbox.call import Call
from portico.sandbox.errors import Refusal
from portico.sandbox.message import Answer, Caching, Json
from portico.sandbox.rest.history import author_of
from portico.sandbox.routing import Route, repository_route


def _statistic(call: Call, name: str) -> Answer | None:
    """Return 204 for an empty repository, 202 on the first call since a push, else None."""
    history = call.repository.history
    if history.is_empty:
        return Answer(204, caching=Caching.UNSTATED)
    key = (call.repository.id, call.repository.commits[0].sha, name)
    if key in call.world.stats_ready:
        return None
    call.world.stats_ready.add(key)
    return Answer(202, json={}, caching=Caching.UNSTATED)


def commit_activity(call: Call) -> Answer:
    """Answer with the last year of commits by week."""
    commits = call.repository.commits
    body = activity_bodies.commit_activity(commits, call.now)
    return _statistic(call, "commit_activity") or Answer(json=body)


def participation(call: Call) -> Answer:
    """Answer with weekly commits of everybody and of the owner."""
    commits, owner = call.repository.commits, call.repository.owner.login
    body = activity_bodies.participation(commits, owner, call.now)
    return _statistic(call, "participation") or Answer(json=body)


def code_frequency(call: Call) -> Answer:
    """Answer with weekly additions and deletions; 422 for more commits than GitHub counts."""
    if call.repository.is_vast:
        raise Refusal(422, errors.TOO_MANY_COMMITS)
    body = activity_bodies.code_frequency(call.repository.commits)
    return _statistic(call, "code_frequency") or Answer(json=body)


def punch_card(call: Call) -> Answer:
    """Answer with commits by weekday and hour."""
    body = activity_bodies.punch_card(call.repository.commits)
    return _statistic(call, "punch_card") or Answer(json=body)


def contributors(call: Call) -> Answer:
    """Answer with each author's weeks, the least active first."""
    commits = call.repository.commits
    rows: list[dict[str, Json]] = []
    for login in {commit.login for commit in commits if commit.login}:
        own = [commit for commit in commits if commit.login == login]
        account = author_of(call, own[0])
        shown = account_bodies.simple_user(account, call.view) if account else None
        weeks = activity_bodies.contributor_weeks(own)
        rows.append({"total": len(own), "weeks": weeks, "author": shown})
    rows.sort(key=lambda row: row["total"])
    return _statistic(call, "contributors") or Answer(json=rows)


_DOCS = "metrics/statistics#"

ROUTES: list[Route] = [
    repository_route(
        "GET",
        "/stats/commit_activity",
        commit_activity,
        f"{_DOCS}get-the-last-year-of-commit-activity",
    ),
    repository_route(
        "GET", "/stats/participation", participation, f"{_DOCS}get-the-weekly-commit-count"
    ),
    repository_route(
        "GET", "/stats/code_frequency", code_frequency, f"{_DOCS}get-the-weekly-commit-activity"
    ),
    repository_route(
        "GET", "/stats/punch_card", punch_card, f"{_DOCS}get-the-hourly-commit-count-for-each-day"
    ),
    repository_route(
        "GET", "/stats/contributors", contributors, f"{_DOCS}get-all-contributor-commit-activity"
    ),
]
