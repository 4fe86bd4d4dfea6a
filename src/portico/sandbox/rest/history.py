"""Commits, branches, tags, trees and blobs."""

from __future__ import annotations

from portico.sandbox import errors, link
from portico.sandbox.bodies import commits as commit_bodies
from portico.sandbox.bodies.view import iso
from portico.sandbox.call import Call
from portico.sandbox.errors import Refusal
from portico.sandbox.git import SHA_LENGTH, Commit, object_id
from portico.sandbox.message import Answer, Caching, Json
from portico.sandbox.model import Account
from portico.sandbox.routing import Route, repository_route


def require_commits(call: Call) -> None:
    """Raise 409 for a repository to which nothing was ever pushed."""
    if call.repository.history.is_empty:
        raise Refusal(409, errors.EMPTY_REPOSITORY)


def author_of(call: Call, commit: Commit) -> Account | None:
    """Return the account that GitHub shows as a commit's author."""
    return call.world.account(commit.login) if commit.login else None


def list_commits(call: Call) -> Answer:
    """Answer with the commits of a branch, newest first."""
    require_commits(call)
    history = call.repository.history
    ref = call.request.parameter("sha") or call.repository.default_branch
    top = history.resolve(ref)
    if top is None:
        raise errors.not_found()
    chosen = [commit for commit in history.since(top) if _is_wanted(call, commit)]
    page = link.by_number(call.request, chosen, f"{call.repository_path}/commits")
    body = [
        commit_bodies.commit(each, author_of(call, each), call.repository, call.view)
        for each in page.items
    ]
    newest = page.items[0].date_at if page.items else None
    return Answer(json=body, link=page.link, last_modified_at=newest)


def _is_wanted(call: Call, commit: Commit) -> bool:
    asked = call.request.parameter
    at = iso(commit.date_at)
    return (
        asked("author").lower() in {"", (commit.login or "").lower(), commit.email}
        and asked("path") in {"", commit.path}
        and asked("since") <= at <= (asked("until") or "9")  # texts of one form compare
    )


def get_commit(call: Call) -> Answer:
    """Answer with one commit: as JSON, as a diff, or its bare id."""
    require_commits(call)
    history, ref = call.repository.history, call.params["ref"]
    sha = history.resolve(ref)
    if sha is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    commit = history.since(sha)[0]
    if call.media.param in {"diff", "patch", "sha"}:
        text = sha if call.media.param == "sha" else commit_bodies.diff(commit)
        return as_text(call, text)
    body = commit_bodies.whole_commit(commit, author_of(call, commit), call.repository, call.view)
    return Answer(json=body, last_modified_at=commit.date_at)


def as_text(call: Call, text: str) -> Answer:
    """Answer with a text of the media type asked for, such as a diff."""
    kind = f"application/vnd.github.{call.media.param}; charset=utf-8"
    return Answer(content=text.encode(), content_type=kind)


def list_branches(call: Call) -> Answer:
    """Answer with the branches by name."""
    branches = sorted(call.repository.history.branches.items())
    page = link.by_number(call.request, branches, f"{call.repository_path}/branches")
    body = [commit_bodies.short_branch(*each, call.repository, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


def get_branch(call: Call) -> Answer:
    """Answer with one branch around its newest commit."""
    name, history = call.params["branch"], call.repository.history
    sha = history.branches.get(name)
    if sha is None:
        raise Refusal(404, "Branch not found")
    newest = history.since(sha)[0]
    shown = commit_bodies.commit(newest, author_of(call, newest), call.repository, call.view)
    return Answer(json=commit_bodies.branch(name, shown, call.repository, call.view))


def list_tags(call: Call) -> Answer:
    """Answer with the tags, highest name first."""
    tags = sorted(call.repository.history.tags.items(), reverse=True)
    page = link.by_number(call.request, tags, f"{call.repository_path}/tags")
    body = [commit_bodies.tag(*each, call.repository, call.view) for each in page.items]
    return Answer(json=body, link=page.link, last_modified_at=call.repository.pushed_at)


def _by_id(sha: str) -> Caching:
    """Return how long an object may be kept: what has a full id never changes."""
    return Caching.IMMUTABLE if len(sha) == SHA_LENGTH else Caching.USUAL


def get_tree(call: Call) -> Answer:
    """Answer with a directory, by tree id or by any ref."""
    require_commits(call)
    history, wanted = call.repository.history, call.params["sha"]
    trees = {history.tree_id(path): path for path in history.directories()}
    sha = wanted
    if wanted not in trees:
        if history.resolve(wanted) is None:
            raise errors.not_found()
        sha = history.tree_id()
    body = commit_bodies.tree(
        sha,
        trees[sha],
        call.repository,
        call.view,
        recursive=bool(call.request.parameter("recursive")),
    )
    at = call.repository.pushed_at
    return Answer(json=body, last_modified_at=at, caching=_by_id(wanted))


def get_blob(call: Call) -> Answer:
    """Answer with a file's content by its object id."""
    require_commits(call)
    sha = call.params["sha"]
    data = call.repository.history.blob(sha)
    if data is None or object_id("blob", data) != sha:
        raise errors.not_found()
    if call.media.param == "raw":
        kind = "application/vnd.github.raw; charset=utf-8"
        return Answer(content=data, content_type=kind, caching=Caching.IMMUTABLE)
    body: Json = commit_bodies.blob(sha, data, call.repository, call.view)
    return Answer(json=body, caching=_by_id(sha))


_READ = "contents=read"

ROUTES: list[Route] = [
    repository_route(
        "GET", "/commits", list_commits, "commits/commits#list-commits", permission=_READ
    ),
    repository_route(
        "GET", "/commits/{ref:path}", get_commit, "commits/commits#get-a-commit", permission=_READ
    ),
    repository_route(
        "GET", "/branches", list_branches, "branches/branches#list-branches", permission=_READ
    ),
    repository_route(
        "GET",
        "/branches/{branch:path}",
        get_branch,
        "branches/branches#get-a-branch",
        permission=_READ,
    ),
    repository_route("GET", "/tags", list_tags, "repos/repos#list-repository-tags"),
    repository_route(
        "GET", "/git/trees/{sha:path}", get_tree, "git/trees#get-a-tree", permission=_READ
    ),
    repository_route("GET", "/git/blobs/{sha}", get_blob, "git/blobs#get-a-blob", permission=_READ),
]
