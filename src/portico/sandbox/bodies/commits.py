"""Commits, branches, tags, trees and blobs."""

from __future__ import annotations

import base64
from urllib.parse import quote

from portico.sandbox.bodies.accounts import GITHUB, simple_user
from portico.sandbox.bodies.repositories import repository_url
from portico.sandbox.bodies.view import View, iso, node_id
from portico.sandbox.git import Commit, History, TreeItem
from portico.sandbox.message import Json
from portico.sandbox.model import Account, Repository

_LINE_WIDTH = 60  # GitHub breaks base64 content into lines of this length
_UNVERIFIED = {
    "verified": False,
    "reason": "unsigned",
    "signature": None,
    "payload": None,
    "verified_at": None,
}
_CHANGED_LINES = 1


def commit(
    value: Commit, author: Account | None, repository: Repository, view: View
) -> dict[str, Json]:
    """Return a commit as lists show it; `author` is None where the e-mail is no account's."""
    base = repository_url(repository, view)
    html = f"{GITHUB}/{repository.full_name}/commit"
    person = {"name": value.name, "email": value.email, "date": iso(value.date_at)}
    parents = [value.parent] if value.parent else []
    return {
        "sha": value.sha,
        "node_id": node_id("C", int(value.sha[:7], 16)),
        "commit": {
            "author": person,
            "committer": person,
            "message": value.message,
            "tree": {
                "sha": value.tree,
                "url": f"{base}/git/trees/{value.tree}",
            },
            "url": f"{base}/git/commits/{value.sha}",
            "comment_count": 0,
            "verification": _UNVERIFIED,
        },
        "url": f"{base}/commits/{value.sha}",
        "html_url": f"{html}/{value.sha}",
        "comments_url": f"{base}/commits/{value.sha}/comments",
        "author": simple_user(author, view) if author else None,
        "committer": simple_user(author, view) if author else None,
        "parents": [
            {"sha": sha, "url": f"{base}/commits/{sha}", "html_url": f"{html}/{sha}"}
            for sha in parents
        ],
    }


def whole_commit(
    value: Commit, author: Account | None, repository: Repository, view: View
) -> dict[str, Json]:
    """Return a commit asked for alone: with its statistics and files."""
    path = quote(value.path)
    html = f"{GITHUB}/{repository.full_name}"
    file = {
        "sha": value.blob,
        "filename": value.path,
        "status": "modified" if value.parent else "added",
        "additions": _CHANGED_LINES,
        "deletions": 0,
        "changes": _CHANGED_LINES,
        "blob_url": f"{html}/blob/{value.sha}/{path}",
        "raw_url": f"{html}/raw/{value.sha}/{path}",
        "contents_url": f"{repository_url(repository, view)}/contents/{path}?ref={value.sha}",
        "patch": f"@@ -0,0 +1 @@\n+{value.message.splitlines()[0]}",
    }
    statistics = {"total": _CHANGED_LINES, "additions": _CHANGED_LINES, "deletions": 0}
    return {**commit(value, author, repository, view), "stats": statistics, "files": [file]}


def simple_commit(value: Commit) -> dict[str, Json]:
    """Return a commit as checks and workflow runs show the one that they are about."""
    person = {"name": value.name, "email": value.email}
    return {
        "id": value.sha,
        "tree_id": value.tree,
        "message": value.message,
        "timestamp": iso(value.date_at),
        "author": person,
        "committer": person,
    }


def diff(value: Commit) -> str:
    """Return a commit as `git diff` shows it."""
    name, line = value.path, value.message.splitlines()[0]
    return f"diff --git a/{name} b/{name}\n--- a/{name}\n+++ b/{name}\n@@ -0,0 +1 @@\n+{line}\n"


def short_branch(name: str, sha: str, repository: Repository, view: View) -> dict[str, Json]:
    """Return a branch as lists show it."""
    url = f"{repository_url(repository, view)}/commits/{sha}"
    return {"name": name, "commit": {"sha": sha, "url": url}, "protected": False}


def branch(name: str, shown: Json, repository: Repository, view: View) -> dict[str, Json]:
    """Return a branch asked for alone, around its whole commit."""
    url = view.url("repos", repository.owner.login, repository.name, "branches") + f"/{name}"
    checks: dict[str, Json] = {"enforcement_level": "off", "contexts": [], "checks": []}
    return {
        "name": name,
        "commit": shown,
        "_links": {"self": url, "html": f"{GITHUB}/{repository.full_name}/tree/{name}"},
        "protected": False,
        "protection": {"enabled": False, "required_status_checks": checks},
        "protection_url": f"{url}/protection",
    }


def tag(name: str, sha: str, repository: Repository, view: View) -> dict[str, Json]:
    """Return a tag as lists show it."""
    base = repository_url(repository, view)
    return {
        "name": name,
        "zipball_url": f"{base}/zipball/refs/tags/{name}",
        "tarball_url": f"{base}/tarball/refs/tags/{name}",
        "commit": {"sha": sha, "url": f"{base}/commits/{sha}"},
        "node_id": node_id("REF", int(sha[:7], 16)),
    }


def tree(
    sha: str, directory: str, repository: Repository, view: View, *, recursive: bool
) -> dict[str, Json]:
    """Return a tree; `recursive` lists everything below as well."""
    base = f"{repository_url(repository, view)}/git"
    found = _below(repository.history, directory, recursive=recursive)
    cut = len(directory) + 1 if directory else 0
    rows = []
    for item in found:
        row: dict[str, Json] = {"path": item.path[cut:], "mode": item.mode, "type": item.kind}
        row["sha"] = item.sha
        if item.size is not None:
            row["size"] = item.size
        row["url"] = f"{base}/{item.kind}s/{item.sha}"
        rows.append(row)
    return {"sha": sha, "url": f"{base}/trees/{sha}", "tree": rows, "truncated": False}


def _below(history: History, directory: str, *, recursive: bool) -> list[TreeItem]:
    found: list[TreeItem] = []
    for item in history.listing(directory):
        found.append(item)
        if recursive and item.kind == "tree":
            found += _below(history, item.path, recursive=True)
    return found


def blob(sha: str, data: bytes, repository: Repository, view: View) -> dict[str, Json]:
    """Return a blob with its content in base64."""
    return {
        "sha": sha,
        "node_id": node_id("B", int(sha[:7], 16)),
        "size": len(data),
        "url": f"{repository_url(repository, view)}/git/blobs/{sha}",
        "content": base64_lines(data),
        "encoding": "base64",
    }


def base64_lines(data: bytes) -> str:
    """Return base64 in lines of sixty characters, each ended, as GitHub sends it."""
    text = base64.b64encode(data).decode()
    lines = [text[at : at + _LINE_WIDTH] for at in range(0, len(text), _LINE_WIDTH)]
    return "".join(f"{line}\n" for line in lines)
