"""Files as GitHub serves them: /contents, /readme, /license, archives; and writing one file."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import quote

from portico.sandbox import downloads, errors
from portico.sandbox.access import Role
from portico.sandbox.bodies import contents as content_bodies
from portico.sandbox.bodies.commits import commit as commit_body
from portico.sandbox.call import Call
from portico.sandbox.errors import Refusal
from portico.sandbox.git import TreeItem
from portico.sandbox.message import Answer, Caching, Json
from portico.sandbox.rest.history import author_of
from portico.sandbox.routing import Route, repository_route

_MOVED = "text/html;charset=utf-8"


def _ref(call: Call) -> str:
    """Return the ref asked for; 404 for one that does not exist."""
    ref = call.request.parameter("ref") or call.repository.default_branch
    history = call.repository.history
    if history.is_empty:
        raise Refusal(404, "This repository is empty.")
    if history.resolve(ref) is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    return ref


def _find(call: Call, path: str) -> TreeItem:
    item = call.repository.history.find(path)
    if item is None:
        raise errors.not_found()
    return item


def get_contents(call: Call) -> Answer:
    """Answer with a file or a directory; the ETag is the object id, the same for everybody."""
    path = call.params.get("path", "")
    if path.endswith("/") and path:
        there = call.view.url("repositories", call.repository.id, "contents")
        where = f"{there}/{quote(path.rstrip('/'))}"
        return Answer(302, content_type=_MOVED, location=where, caching=Caching.UNSTATED)
    ref = _ref(call)
    item = _find(call, path)
    if item.kind == "blob":
        return _file(call, item, ref)
    listed = [
        content_bodies.entry(each, call.repository, call.view, ref=ref)
        for each in call.repository.history.listing(path)
    ]
    body: Json = listed
    if call.media.param == "object":
        body = {
            **content_bodies.entry(item, call.repository, call.view, ref=ref),
            "entries": listed,
        }
    at = call.repository.pushed_at
    return Answer(json=body, git_oid=item.sha, last_modified_at=at)


def _file(call: Call, item: TreeItem, ref: str) -> Answer:
    data = call.repository.history.files[item.path]
    at = call.repository.pushed_at
    kind = f"application/vnd.github.{call.media.param}; charset=utf-8"
    if call.media.param in {"raw", "html"}:
        html = content_bodies.rendered(data).encode()
        content = data if call.media.param == "raw" else html
        return Answer(content=content, content_type=kind, git_oid=item.sha, last_modified_at=at)
    body = content_bodies.file(item, data, call.repository, call.view, ref=ref)
    return Answer(json=body, git_oid=item.sha, last_modified_at=at)


def get_readme(call: Call) -> Answer:
    """Answer with the README; unlike /contents with an ordinary ETag."""
    ref = _ref(call)
    answer = _file(call, _find(call, "README.md"), ref)
    return Answer(
        json=answer.json,
        content=answer.content,
        content_type=answer.content_type,
        last_modified_at=answer.last_modified_at,
    )


def get_license(call: Call) -> Answer:
    """Answer with the licence's file and what licence it is."""
    ref = _ref(call)
    item = _find(call, "LICENSE")
    data = call.repository.history.files[item.path]
    body = content_bodies.license_file(item, data, call.repository, call.view, ref=ref)
    return Answer(json=body, last_modified_at=call.repository.pushed_at)


def put_contents(call: Call) -> Answer:
    """Write one file as one commit; one that exists needs its `sha` (else 422; 409 if stale)."""
    call.require_writing("contents")
    call.require_role(Role.PUSH)
    sent, path = call.payload(), call.params["path"]
    if not isinstance(sent.get("message"), str):
        raise errors.invalid("Content", "message")
    try:
        data = base64.b64decode(str(sent.get("content")), validate=True)
    except binascii.Error:
        raise Refusal(422, "content is not valid Base64") from None
    existing = call.repository.history.find(path)
    if existing is not None and "sha" not in sent:
        raise Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if existing is not None and sent["sha"] != existing.sha:
        raise Refusal(409, f"{path} does not match {sent['sha']}")
    call.world.push(call.repository, path=path, content=data)
    return Answer(200 if existing else 201, json=_written(call, path))


def _written(call: Call, path: str) -> dict[str, Json]:
    repository, newest = call.repository, call.repository.commits[0]
    ref = repository.default_branch
    shown = commit_body(newest, author_of(call, newest), repository, call.view)
    inner = shown["commit"]
    made = {key: shown[key] for key in ("sha", "node_id", "url", "html_url", "parents")}
    made |= {key: inner[key] for key in ("author", "committer", "message", "tree", "verification")}
    return {
        "content": content_bodies.entry(_find(call, path), repository, call.view, ref=ref),
        "commit": made,
    }


def get_tarball(call: Call) -> Answer:
    """Send the caller to the archive's own host."""
    return _archive(call, "legacy.tar.gz")


def get_zipball(call: Call) -> Answer:
    """Send the caller to the archive's own host."""
    return _archive(call, "legacy.zip")


def _archive(call: Call, kind: str) -> Answer:
    ref = call.params.get("ref") or call.repository.default_branch
    where = downloads.archive_url(call.request.download_url, call.repository, kind, ref)
    return Answer(302, content_type=_MOVED, location=where, caching=Caching.UNSTATED)


_READ, _WRITE = "contents=read", "contents=write"

ROUTES: list[Route] = [
    repository_route(
        "GET", "/contents", get_contents, "repos/contents#get-repository-content", permission=_READ
    ),
    repository_route(
        "GET",
        "/contents/{path:path}",
        get_contents,
        "repos/contents#get-repository-content",
        permission=_READ,
    ),
    repository_route(
        "PUT",
        "/contents/{path:path}",
        put_contents,
        "repos/contents#create-or-update-file-contents",
        permission=_WRITE,
    ),
    repository_route(
        "GET", "/readme", get_readme, "repos/contents#get-a-repository-readme", permission=_READ
    ),
    repository_route(
        "GET", "/license", get_license, "licenses/licenses#get-the-license-for-a-repository"
    ),
    repository_route(
        "GET",
        "/tarball",
        get_tarball,
        "repos/contents#download-a-repository-archive-tar",
        permission=_READ,
    ),
    repository_route(
        "GET",
        "/tarball/{ref:path}",
        get_tarball,
        "repos/contents#download-a-repository-archive-tar",
        permission=_READ,
    ),
    repository_route(
        "GET",
        "/zipball",
        get_zipball,
        "repos/contents#download-a-repository-archive-zip",
        permission=_READ,
    ),
    repository_route(
        "GET",
        "/zipball/{ref:path}",
        get_zipball,
        "repos/contents#download-a-repository-archive-zip",
        permission=_READ,
    ),
]
