"""Search for repositories, issues and users: a small part of GitHub's query language.

Understood: free words, and the qualifiers user, org, repo, language, topic, is, archived, author,
label, type, state and stars. Results are at most the first 1000. Source:
https://docs.github.com/rest/search/search
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from portico.sandbox import errors, link
from portico.sandbox.bodies import accounts as account_bodies
from portico.sandbox.bodies import issues as issue_bodies
from portico.sandbox.bodies import repositories as repository_bodies
from portico.sandbox.call import Call
from portico.sandbox.errors import Refusal
from portico.sandbox.message import Answer, Caching, Json
from portico.sandbox.model import Account, Issue, Repository
from portico.sandbox.routing import Route, route

REACHABLE = 1000
_LONGEST_QUERY = 256
_TERM = re.compile(r'(?:(?P<key>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))')
_COMPARISON = re.compile(r"(?P<sign>>=|<=|>|<)?(?P<number>\d+)")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Query:
    """A search text taken apart: free words, and pairs of qualifier and value, in lower case."""

    words: tuple[str, ...]
    qualifiers: tuple[tuple[str, str], ...]

    def values(self, *keys: str) -> list[str]:
        """Return the values of some qualifiers."""
        return [value for key, value in self.qualifiers if key in keys]

    def says(self, key: str, value: str) -> bool:
        """Whether a qualifier is there with this value."""
        return (key, value) in self.qualifiers

    def fits(self, text: str) -> bool:
        """Whether all free words are in a text."""
        lowered = text.lower()
        return all(word in lowered for word in self.words)


def parse(text: str) -> Query:
    """Take a search text apart; raises 422 for an empty or an overlong one."""
    if not text.strip():
        raise errors.invalid("Search", "q", "missing")
    if len(text) > _LONGEST_QUERY:
        message = "The search is longer than 256 characters."
        detail = {"message": message, "resource": "Search", "field": "q", "code": "invalid"}
        raise Refusal(422, "Validation Failed", errors=[detail])
    words: list[str] = []
    qualifiers: list[tuple[str, str]] = []
    for found in _TERM.finditer(text.lower()):
        value = found["quoted"] if found["quoted"] is not None else found["plain"]
        if found["key"]:
            qualifiers.append((found["key"], value))
        else:
            words.append(value)
    return Query(tuple(words), tuple(qualifiers))


def _compares(value: int, wanted: str) -> bool:
    """Whether a number satisfies `>10`, `<=5`, `7`."""
    found = _COMPARISON.match(wanted)
    if found is None:
        return False
    limit = int(found["number"])
    signs = {">": value > limit, ">=": value >= limit, "<": value < limit, "<=": value <= limit}
    return signs.get(found["sign"] or "", value == limit)


def _answer(
    call: Call, found: Sequence[T], show: Callable[[T], dict[str, Json]], **extra: Json
) -> Answer:
    """Answer with a page of results; beyond the first thousand with 422."""
    page = max(int(number) if (number := call.request.parameter("page")).isdigit() else 1, 1)
    if (page - 1) * link.per_page(call.request) >= REACHABLE:
        raise Refusal(422, errors.TOO_DEEP_SEARCH)
    shown = link.by_number(call.request, found, call.request.path, reachable=REACHABLE)
    items = [{**show(each), "score": 1.0} for each in shown.items]
    body = {"total_count": len(found), "incomplete_results": False, "items": items, **extra}
    return Answer(json=body, link=shown.link, caching=Caching.NO_CACHE)


def search_repositories(call: Call) -> Answer:
    """Answer with repositories: the most starred first, or by `updated`."""
    query = parse(call.request.parameter("q"))
    found = [r for r in _visible(call) if _fits_repository(query, r)]
    by_update = call.request.parameter("sort") == "updated"
    ascends = call.request.parameter("order") == "asc"
    found.sort(key=lambda r: (r.updated_at if by_update else r.stars, -r.id), reverse=not ascends)
    return _answer(call, found, lambda r: repository_bodies.minimal_repository(r, call.view))


def _visible(call: Call) -> list[Repository]:
    return [r for r in call.world.repositories.values() if call.caller.can_see(r)]


def _fits_repository(query: Query, repository: Repository) -> bool:
    owners = query.values("user", "org")
    languages = {name.lower() for name in repository.languages}
    return (
        query.fits(f"{repository.name} {repository.description or ''}")
        and (not owners or repository.owner.login.lower() in owners)
        and all(value == repository.full_name.lower() for value in query.values("repo"))
        and all(value in languages for value in query.values("language"))
        and all(value in repository.topics for value in query.values("topic"))
        and all(_compares(repository.stars, value) for value in query.values("stars"))
        and all((value == "true") == repository.archived for value in query.values("archived"))
        and all((v == "private") == repository.private for v in query.values("is"))
    )


def search_issues(call: Call) -> Answer:
    """Answer with issues and pull requests, newest first."""
    query = parse(call.request.parameter("q"))
    repositories = [r for r in _visible(call) if _holds(query, r)]
    found = [(r, i) for r in repositories for i in r.issues.values() if _fits_issue(query, i)]
    found.sort(key=lambda pair: (pair[1].created_at, pair[1].number), reverse=True)
    return _answer(
        call, found, lambda pair: issue_bodies.issue(pair[1], pair[0], call.view),
        search_type="lexical",
    )  # fmt: skip


def _holds(query: Query, repository: Repository) -> bool:
    owners = query.values("user", "org")
    names = query.values("repo")
    by_owner = not owners or repository.owner.login.lower() in owners
    return by_owner and (not names or repository.full_name.lower() in names)


def _fits_issue(query: Query, issue: Issue) -> bool:
    kind = "pr" if issue.pull else "issue"
    truths = {issue.state, kind, "merged" if issue.pull and issue.pull.merged_at else ""}
    labels = {label.name.lower() for label in issue.labels}
    return (
        query.fits(f"{issue.title} {issue.body or ''}")
        and set(query.values("is", "type", "state")) <= truths
        and all(value == issue.user.login.lower() for value in query.values("author"))
        and all(value in labels for value in query.values("label"))
    )


def search_users(call: Call) -> Answer:
    """Answer with users and organisations, the most followed first."""
    query = parse(call.request.parameter("q"))
    found = [a for a in call.world.accounts.values() if _fits_account(query, a)]
    found.sort(key=lambda account: (-account.followers, account.id))
    return _answer(call, found, lambda a: account_bodies.simple_user(a, call.view))


def _fits_account(query: Query, account: Account) -> bool:
    kind = "org" if account.is_organization else "user"
    return (
        query.fits(f"{account.login} {account.name or ''}")
        and all(value == kind for value in query.values("type"))
        and all(value == account.login.lower() for value in query.values("user", "org"))
    )


ROUTES: list[Route] = [
    route("GET", "/search/repositories", search_repositories, "search/search#search-repositories"),
    route("GET", "/search/issues", search_issues, "search/search#search-issues-and-pull-requests"),
    route("GET", "/search/users", search_users, "search/search#search-users"),
]
