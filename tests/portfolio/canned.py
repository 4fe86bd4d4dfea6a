"""A canned GitHub for plans and folds, and the smallest driver that runs a plan against it.

Bodies hold the fields that GitHub always sends, and one that nobody reads. What a path answers
can be replaced by a status, by other bytes, or by nothing in time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs

from portico.core.errors import PorticoError
from portico.core.message import NO_HEADERS, Headers, Request, Response
from portico.portfolio.part import Part, Step, answered, failed, late

LATE: Final = "late"


def user(**changes: object) -> dict[str, Any]:
    """Return the body of a user."""
    body = {
        "login": "solveig",
        "id": 7,
        "type": "User",
        "name": "Solveig Å",
        "company": None,
        "blog": "",
        "location": None,
        "bio": None,
        "twitter_username": None,
        "avatar_url": "https://avatars.githubusercontent.com/u/7?v=4",
        "html_url": "https://github.com/solveig",
        "public_repos": 120,
        "public_gists": 2,
        "followers": 30,
        "following": 4,
        "created_at": "2015-03-01T10:00:00Z",
        "updated_at": "2026-11-20T10:00:00Z",
        "hireable": {"unread": [None]},
    }
    return body | changes


def repository(number: int, **changes: object) -> dict[str, Any]:
    """Return the body of a repository, as in a list; `number` is its id and makes its name."""
    name = changes.get("name", f"repo-{number:04}")
    body = {
        "id": number,
        "name": name,
        "full_name": f"solveig/{name}",
        "owner": {"login": "solveig", "id": 7},
        "private": False,
        "description": None,
        "html_url": f"https://github.com/solveig/{name}",
        "homepage": None,
        "language": "Python",
        "topics": ["sea"],
        "license": {"key": "mit", "spdx_id": "MIT"},
        "stargazers_count": number % 10,
        "watchers_count": number % 10,
        "forks_count": 1,
        "open_issues_count": 2,
        "size": 100,
        "fork": False,
        "archived": False,
        "disabled": False,
        "default_branch": "main",
        "created_at": "2020-01-01T00:00:00Z",
        "pushed_at": f"20{10 + number % 15}-06-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }
    return body | changes


def repositories(count: int) -> list[dict[str, Any]]:
    """Return so many bodies of repositories."""
    return [repository(number) for number in range(1, count + 1)]


@dataclass
class GitHub:
    """A user with repositories.

    `instead` says by path, or by path and query, what is answered instead: a status, a body, an
    error, or `LATE`.
    """

    repositories: list[dict[str, Any]] = field(default_factory=list)
    user: dict[str, Any] = field(default_factory=user)
    languages: dict[str, int] = field(default_factory=lambda: {"Python": 300, "C": 100})
    instead: dict[str, int | bytes | PorticoError | str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def part(self, step: Step) -> Part:
        """Answer a step."""
        request = step.request
        self.asked.append(request.target)
        other = self.instead.get(request.target, self.instead.get(request.path))
        if other == LATE:
            return late(step)
        match other:
            case PorticoError():
                return failed(step, other)
            case int():
                return answered(step, Response(other, body=b'{"message":"no"}'))
            case bytes():
                return answered(step, Response(200, body=other))
            case _:
                return answered(step, self._response(request))

    def _response(self, request: Request) -> Response:
        match request.path.split("/")[1:]:
            case ["users", _]:
                return _json(self.user)
            case ["users", _, "repos"]:
                return self._page(request)
            case [*_, "languages"]:
                return _json(self.languages)
            case ["repos", _, name]:
                return _json(next(item for item in self.repositories if item["name"] == name))
            case _:
                return Response(404, body=b'{"message":"Not Found"}')

    def _page(self, request: Request) -> Response:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        size, number = int(query["per_page"]), int(query["page"])
        last = -(-len(self.repositories) // size)
        base = "<https://api.github.com/user/7/repos?per_page=100&page="
        links = [f'{base}{number + 1}>; rel="next", {base}{last}>; rel="last"'] * (number < last)
        headers = Headers([("Link", link) for link in links])
        return _json(self.repositories[size * (number - 1) : size * number], headers)


def _json(body: object, headers: Headers = NO_HEADERS) -> Response:
    return Response(200, headers, json.dumps(body, ensure_ascii=False).encode())


def run(plan: Iterable[Step], github: GitHub) -> list[Part]:
    """Run a plan to its end, one step after the other."""
    waiting, parts = list(plan), []
    while waiting:
        part = github.part(waiting.pop(0))
        parts.append(part)
        waiting += part.steps
    return parts
