"""A small GitHub in which each text of a repository says of which repository it is, and of when.

A mark names the repository and how often its texts have been changed; a second one is there while
it is private. So it can be told of any answer what it shows, and who could see that, and when.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from portico.core.message import Headers
from portico.sandbox import World, tokens
from portico.sandbox.git import History
from portico.sandbox.model import Issue, Release, Repository
from portico.sandbox.tokens import INSTALLED, Token
from tests.gateway.leak_world import small_world

Mark: TypeAlias = tuple[int, str]
"""A repository's id, and the number of its texts; or `PRIVATE`, or `THERE`."""

PRIVATE: Final = "private"
THERE: Final = "there"
"""What is shown of a repository by any answer about it that is no refusal."""
README: Final = "README.md"

# Every kind of answer in which something of a repository can stand.
OF_REPOSITORY: Final = (
    "/repos/{name}",
    "/repos/{name}/languages",
    "/repos/{name}/issues",
    "/repos/{name}/issues/1",
    "/repos/{name}/readme",
    f"/repos/{{name}}/contents/{README}",
    "/repos/{name}/contents",
    "/repos/{name}/releases",
    "/repos/{name}/topics",
    "/repos/{name}/commits",
    "/repos/{name}/commits/{head}",
    "/repositories/{id}",
    "/repositories/{id}/issues",
)
OF_OTHERS: Final = (
    "/user",
    "/user/repos",
    "/users/{owner}/repos",
    "/users/eirik/starred",
    "/users/solveig/events/public",
    "/orgs/nordlys/repos",
    "/installation/repositories",
    "/search/repositories?q=user:{owner}",
    "/search/issues?q=repo:{name}",
)
PATHS: Final = OF_REPOSITORY + OF_OTHERS

_NUMBERED: Final = re.compile(r"mark-(\d+)-(\d+)")
_PRIVATE: Final = re.compile(r"private-to-(\d+)-only")


def marked_world(clock: Callable[[], float]) -> World:
    """Return the small world with an App on its organisation; eirik works on what is solveig's."""
    world = small_world(clock)
    world.keep_installation(INSTALLED)
    world.add_token(
        Token(tokens.INSTALLATION, permissions=INSTALLED.permissions, installation=INSTALLED)
    )
    for repository in world.repositories.values():
        write_marks(repository, 0, at=clock())
        world.accounts["eirik"].starred_at[repository.id] = clock()
        if repository.owner.login == "solveig":
            repository.collaborators.append(world.accounts["eirik"])
    world.edge.is_on = True
    # Else the anonymous caller would soon be one whose limit is used up, and see nothing new.
    world.buckets.limits["ip:203.0.113.9", "core"] = 5_000
    return world


def write_marks(repository: Repository, number: int, *, at: float) -> None:
    """Write all texts of a repository anew; nothing of the former ones is left in it."""
    mark = f"mark-{repository.id}-{number}"
    who = (repository.owner.members or [repository.owner])[0]
    hidden = f" ({repository.secret})" if repository.private else ""
    repository.description = f"{mark}{hidden}"
    repository.languages = {mark: 1_000}
    repository.topics = [mark]
    repository.issues = {1: Issue(repository.id, 1, mark, who, at, at, body=mark)}
    repository.releases = [Release(repository.id, "v1", mark, mark, who, at, at)]
    repository.history = History(files={README: mark.encode()})
    author = (who.login, who.login, f"{who.login}@users.example")
    made = repository.history.commit(message=mark, who=author, at=at, path=README)
    repository.history.branches[repository.default_branch] = made.sha
    repository.updated_at = repository.pushed_at = at


def marks_of(repository: Repository) -> set[Mark]:
    """Return what there is to be seen of a repository just now."""
    return {*marks_in(repository.description or ""), (repository.id, THERE)}


def marks_in(text: str) -> Iterator[Mark]:
    """Find the marks in a text."""
    for found in _NUMBERED.finditer(text):
        yield int(found[1]), found[2]
    for found in _PRIVATE.finditer(text):
        yield int(found[1]), PRIVATE


def text_of(headers: Headers, body: bytes) -> str:
    """Return all that an answer says, a file's content in base64 included."""
    fields = "\n".join(f"{name}: {value}" for name, value in headers)
    return f"{fields}\n{body.decode(errors='replace')}\n{_content_in(body)}"


def path_of(what: int, repository: Repository) -> str:
    """Return one of the paths, of or around a repository."""
    return PATHS[what % len(PATHS)].format(
        name=repository.full_name,
        id=repository.id,
        owner=repository.owner.login,
        head=repository.commits[0].sha,
    )


def _content_in(body: bytes) -> str:
    if b'"encoding":"base64"' not in body:
        return ""
    return base64.b64decode(json.loads(body)["content"]).decode()
