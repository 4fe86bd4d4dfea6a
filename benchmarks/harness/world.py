"""The stub's GitHub: what is asked for -> the body, always the same, of a real answer's size.

What a target answers is written in its names: a login that ends in `-N` owns N repositories (28
without a number), none of them a fork; any repository name exists. So each benchmark makes the
world that it needs by asking for it, and a fresh name is an answer that nobody has stored yet.
Keys and shapes: https://docs.github.com/en/rest/repos/repos#get-a-repository
"""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qs

PER_PAGE: Final = 100
REPOSITORIES_OF_A_PLAIN_LOGIN: Final = 28
API: Final = "https://api.github.com"

# Placeholders: a body is built once per shape, then only its names are put in.
_LOGIN: Final = "@login@"
_NAME: Final = "@name@"
_ID: Final = 70_007_000

_COUNT: Final = re.compile(r"-(\d{1,4})\Z")
_OWNER_URLS: Final = (
    "followers",
    "following{/other_user}",
    "gists{/gist_id}",
    "starred{/owner}{/repo}",
    "subscriptions",
    "orgs",
    "repos",
    "events{/privacy}",
    "received_events",
)
_REPOSITORY_URLS: Final = (
    "forks",
    "keys{/key_id}",
    "collaborators{/collaborator}",
    "teams",
    "hooks",
    "issues/events{/number}",
    "events",
    "assignees{/user}",
    "branches{/branch}",
    "tags",
    "git/blobs{/sha}",
    "git/tags{/sha}",
    "git/refs{/sha}",
    "git/trees{/sha}",
    "statuses/{sha}",
    "languages",
    "stargazers",
    "contributors",
    "subscribers",
    "subscription",
    "commits{/sha}",
    "git/commits{/sha}",
    "comments{/number}",
    "issues/comments{/number}",
    "contents/{+path}",
    "compare/{base}...{head}",
    "merges",
    "{archive_format}{/ref}",
    "downloads",
    "issues{/number}",
    "pulls{/number}",
    "milestones{/number}",
    "notifications{?since,all,participating}",
    "labels{/name}",
    "releases{/id}",
    "deployments",
)
_LANGUAGES: Final = {"Python": 184_320, "TypeScript": 61_440, "Shell": 4_096, "Dockerfile": 512}


@dataclass(frozen=True, slots=True)
class Resource:
    """What stands at a target: its body, and the pages beside it (relation, target)."""

    body: bytes
    pages: tuple[tuple[str, str], ...] = ()

    def link(self, host: str) -> str:
        """Return the `Link` field's value (RFC 8288), leading to `host`; "" without pages."""
        return ", ".join(f'<http://{host}{target}>; rel="{name}"' for name, target in self.pages)


@lru_cache(maxsize=4_096)
def find(target: str) -> Resource | None:
    """Return what stands at a target (path and query), or None."""
    path, _, query = target.partition("?")
    match path.split("/")[1:]:
        case ["users", login]:
            return Resource(user(login))
        case ["users", login, "repos"]:
            return _page(login, path, query)
        case ["repos", owner, name]:
            return Resource(repository(owner, name))
        case ["repos", _, _, "languages"]:
            return Resource(_dumps(_LANGUAGES))
        case ["user"]:
            return Resource(user("operator"))
        case ["user", "repos"]:
            # What a token without private reach sees of private repositories.
            return Resource(b"[]")
        case _:
            return None


def user(login: str) -> bytes:
    """Return the body of one user, about 2 KB."""
    return _filled(_user_template(repositories_of(login)), login)


def repository(owner: str, name: str) -> bytes:
    """Return the body of one repository, about 6 KB."""
    return _filled(_repository_template(), owner, name)


def repositories_of(login: str) -> int:
    """Return how many repositories a login has."""
    count = _COUNT.search(login)
    return int(count[1]) if count else REPOSITORIES_OF_A_PLAIN_LOGIN


def _page(login: str, path: str, query: str) -> Resource:
    asked = parse_qs(query)
    per_page = min(int(asked.get("per_page", ["30"])[0]), PER_PAGE)
    number = int(asked.get("page", ["1"])[0])
    count = repositories_of(login)
    last = max(1, -(-count // per_page))
    first = (number - 1) * per_page
    body = _filled(_page_template(first, min(first + per_page, count)), login)
    return Resource(body, _links(path, per_page, number=number, last=last))


def _links(path: str, per_page: int, *, number: int, last: int) -> tuple[tuple[str, str], ...]:
    wanted: list[tuple[str, int]] = []
    if number > 1:
        wanted += [("prev", number - 1), ("first", 1)]
    if number < last:
        wanted += [("next", number + 1), ("last", last)]
    query = f"per_page={per_page}&type=owner&sort=full_name"
    return tuple((relation, f"{path}?{query}&page={page}") for relation, page in wanted)


def _filled(template: bytes, login: str, name: str = "") -> bytes:
    number = b"%08d" % (10_000_000 + zlib.crc32(f"{login}/{name}".encode()) % 89_999_999)
    body = template.replace(b"%d" % _ID, number).replace(_LOGIN.encode(), login.encode())
    return body.replace(_NAME.encode(), name.encode()) if name else body


@lru_cache(maxsize=64)
def _user_template(repositories: int) -> bytes:
    return _dumps(
        _owner()
        | {
            "name": "Solveig Nordlys",
            "company": "Nordlys",
            "blog": "https://solveig.example.com",
            "location": "Tromsø",
            "email": None,
            "hireable": None,
            "bio": "Boats, tides and the programs that count them. " * 14,
            "twitter_username": None,
            "public_repos": repositories,
            "public_gists": 3,
            "followers": 1_204,
            "following": 17,
            "created_at": "2014-02-03T10:20:30Z",
            "updated_at": "2026-10-11T12:13:14Z",
        }
    )


@lru_cache(maxsize=64)
def _page_template(first: int, end: int) -> bytes:
    return _dumps([_repository(f"repository-{index:03}", index) for index in range(first, end)])


@lru_cache(maxsize=1)
def _repository_template() -> bytes:
    # As of an organisation's repository, which is the larger kind.
    single = {"network_count": 31, "subscribers_count": 12, "organization": _owner()}
    return _dumps(_repository(_NAME, 0) | single)


def _owner() -> dict[str, Any]:
    api, html = f"{API}/users/{_LOGIN}", f"https://github.com/{_LOGIN}"
    return {
        "login": _LOGIN,
        "id": _ID * 1_000,
        "node_id": "MDQ6VXNlcjU4MzIzMQ==",
        "avatar_url": "https://avatars.githubusercontent.com/u/583231?v=4",
        "gravatar_id": "",
        "url": api,
        "html_url": html,
        **{_key(what): f"{api}/{what}" for what in _OWNER_URLS},
        "type": "User",
        "user_view_type": "public",
        "site_admin": False,
    }


def _repository(name: str, index: int) -> dict[str, Any]:
    full_name = f"{_LOGIN}/{name}"
    api, html = f"{API}/repos/{full_name}", f"https://github.com/{full_name}"
    return {
        "id": _ID * 1_000 + index,
        "node_id": "MDEwOlJlcG9zaXRvcnkxMjk2MjY5",
        "name": name,
        "full_name": full_name,
        "private": False,
        "owner": _owner(),
        "html_url": html,
        "description": f"Tide tables for harbour {index}, with what the wind makes of them",
        "fork": False,
        "url": api,
        **{_key(what): f"{api}/{what}" for what in _REPOSITORY_URLS},
        "created_at": "2019-05-06T07:08:09Z",
        "updated_at": f"2026-0{1 + index % 9}-11T12:13:14Z",
        "pushed_at": f"2026-0{1 + index % 9}-10T11:12:13Z",
        "git_url": f"git://github.com/{full_name}.git",
        "ssh_url": f"git@github.com:{full_name}.git",
        "clone_url": f"{html}.git",
        "svn_url": html,
        "homepage": "https://tides.example.com",
        "size": 2_048 + index,
        "stargazers_count": 7 * index % 391,
        "watchers_count": 7 * index % 391,
        "language": "Python",
        "has_issues": True,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": index % 31,
        "mirror_url": None,
        "archived": index % 13 == 5,
        "disabled": False,
        "open_issues_count": index % 17,
        "license": {
            "key": "mit",
            "name": "MIT License",
            "spdx_id": "MIT",
            "url": f"{API}/licenses/mit",
            "node_id": "MDc6TGljZW5zZTEz",
        },
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": ["harbour", "sea", "tides", "weather"],
        "visibility": "public",
        "forks": index % 31,
        "open_issues": index % 17,
        "watchers": 7 * index % 391,
        "default_branch": "main",
        "permissions": {"admin": False, "push": False, "pull": True},
    }


def _key(what: str) -> str:
    word = re.sub(r"\{.*?\}|\.\.\.|/$", "", what).strip("/").replace("/", "_")
    return f"{word or 'archive'}_url"


def _dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
