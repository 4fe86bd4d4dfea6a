"""Stars: counted, over time, by whom, and given.

Since July 2026 only those who may push see who starred a repository; the counts are open to all.
"""

from __future__ import annotations

from portico.sandbox import errors, link
from portico.sandbox.access import Role
from portico.sandbox.bodies import accounts as account_bodies
from portico.sandbox.bodies import activity as activity_bodies
from portico.sandbox.bodies import repositories as repository_bodies
from portico.sandbox.bodies.view import iso
from portico.sandbox.call import Call
from portico.sandbox.message import Answer, Caching, Json
from portico.sandbox.model import Account
from portico.sandbox.routing import Route, repository_route, route

_MOST_WEEKS = 30


def count_stargazers(call: Call) -> Answer:
    """Answer with the number of stars; open to everybody."""
    return Answer(json={"count": call.repository.stars})


def star_history(call: Call) -> Answer:
    """Answer with stars per week and day, newest week first; open to everybody."""
    weeks = activity_bodies.star_weeks(call.repository.star_times, call.now)
    path = f"{call.repository_path}/stargazers/history"
    page = link.by_number(call.request, weeks, path, default=_MOST_WEEKS, most=_MOST_WEEKS)
    return Answer(json=page.items, link=page.link)


def list_stargazers(call: Call) -> Answer:
    """Answer with who starred; since July 2026 only to those who may push, others get 404."""
    if call.caller.role(call.repository) < Role.PUSH:
        raise errors.not_found()
    number = call.repository.id
    known = [a for a in call.world.accounts.values() if number in a.starred_at]
    page = link.by_number(call.request, known, f"{call.repository_path}/stargazers")
    rows: list[Json] = []
    for account in page.items:
        shown = account_bodies.simple_user(account, call.view)
        dated = {"starred_at": iso(account.starred_at[number]), "user": shown}
        rows.append(dated if call.media.param == "star" else shown)
    return Answer(json=rows, link=page.link)


def list_starred(call: Call) -> Answer:
    """Answer with what a user has starred; with the star media type also when."""
    return _starred(call, call.account(), f"/user/{call.account().id}/starred")


def list_my_starred(call: Call) -> Answer:
    """Answer with what the caller has starred."""
    return _starred(call, call.me(), "/user/starred")


def _starred(call: Call, account: Account, path: str) -> Answer:
    stars = sorted(account.starred_at.items(), key=lambda pair: -pair[1])
    seen = [(call.world.repositories[number], at) for number, at in stars]
    page = link.by_number(call.request, [s for s in seen if call.caller.can_see(s[0])], path)
    rows: list[Json] = []
    for repository, at in page.items:
        shown = repository_bodies.minimal_repository(repository, call.view)
        is_dated = call.media.param == "star"
        rows.append({"starred_at": iso(at), "repo": shown} if is_dated else shown)
    return Answer(json=rows, link=page.link)


def is_starred(call: Call) -> Answer:
    """Answer 204 if the caller has starred the repository, else 404."""
    if call.repository.id not in call.me().starred_at:
        raise errors.not_found()
    return Answer(204, caching=Caching.UNSTATED)


def star(call: Call) -> Answer:
    """Star a repository as the caller."""
    call.world.star(call.repository, _writer(call).login)
    return Answer(204, caching=Caching.UNSTATED)


def unstar(call: Call) -> Answer:
    """Take the caller's star back."""
    call.world.unstar(call.repository, _writer(call).login)
    return Answer(204, caching=Caching.UNSTATED)


def _writer(call: Call) -> Account:
    account = call.me()
    if call.caller.token is None or not call.caller.token.may_write("starring"):
        raise errors.not_writable(call.caller)
    return account


_STARRING = "activity/starring"
_OWN = "/user/starred/{owner}/{repo}"

ROUTES: list[Route] = [
    route(
        "GET",
        "/user/starred",
        list_my_starred,
        f"{_STARRING}#list-repositories-starred-by-the-authenticated-user",
        loses_fields=True,
    ),
    route(
        "GET",
        "/users/{login}/starred",
        list_starred,
        f"{_STARRING}#list-repositories-starred-by-a-user",
        loses_fields=True,
    ),
    route(
        "GET",
        "/user/{id:int}/starred",
        list_starred,
        f"{_STARRING}#list-repositories-starred-by-a-user",
        loses_fields=True,
    ),
    repository_route("GET", "/stargazers", list_stargazers, f"{_STARRING}#list-stargazers"),
    repository_route(
        "GET", "/stargazers/count", count_stargazers, f"{_STARRING}#get-the-number-of-stargazers"
    ),
    repository_route(
        "GET", "/stargazers/history", star_history, f"{_STARRING}#get-the-star-history"
    ),
    route(
        "GET",
        _OWN,
        is_starred,
        f"{_STARRING}#check-if-a-repository-is-starred-by-the-authenticated-user",
    ),
    route("PUT", _OWN, star, f"{_STARRING}#star-a-repository-for-the-authenticated-user"),
    route("DELETE", _OWN, unstar, f"{_STARRING}#unstar-a-repository-for-the-authenticated-user"),
]
