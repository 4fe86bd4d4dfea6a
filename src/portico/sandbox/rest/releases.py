"""Releases and assets: reading, and publishing, changing, deleting a release."""

from __future__ import annotations

from portico.sandbox import downloads, errors, link
from portico.sandbox.access import Role
from portico.sandbox.bodies import releases as release_bodies
from portico.sandbox.call import Call
from portico.sandbox.message import Answer, Caching
from portico.sandbox.model import Release
from portico.sandbox.routing import Route, repository_route


def _visible(call: Call) -> list[Release]:
    """Return the releases that exist for the caller: drafts only for those who may push."""
    repository = call.repository
    return [r for r in repository.releases if call.caller.can_see_release(repository, r)]


def list_releases(call: Call) -> Answer:
    """Answer with the releases, newest first."""
    page = link.by_number(call.request, _visible(call), f"{call.repository_path}/releases")
    body = [release_bodies.release(each, call.repository, call.view) for each in page.items]
    return Answer(json=body, link=page.link)


def _one(call: Call, release: Release | None) -> Answer:
    if release is None:
        raise errors.not_found()
    body = release_bodies.release(release, call.repository, call.view)
    return Answer(json=body, last_modified_at=release.published_at or release.created_at)


def get_latest(call: Call) -> Answer:
    """Answer with the newest release that is neither draft nor prerelease."""
    full = (r for r in call.repository.releases if not r.draft and not r.prerelease)
    return _one(call, next(full, None))


def get_by_tag(call: Call) -> Answer:
    """Answer with the published release of a tag."""
    tag = call.params["tag"]
    named = (r for r in call.repository.releases if r.tag_name == tag and not r.draft)
    return _one(call, next(named, None))


def get_release(call: Call) -> Answer:
    """Answer with a release by id."""
    number = int(call.params["id"])
    return _one(call, next((r for r in _visible(call) if r.id == number), None))


def get_asset(call: Call) -> Answer:
    """Answer with an asset's description, or, to those who want its bytes, with where they are."""
    number = int(call.params["id"])
    for release in _visible(call):
        for asset in release.assets:
            if asset.id != number:
                continue
            if call.media.is_octets:
                where = downloads.asset_url(call.request.download_url, call.repository, asset)
                kind = "text/html;charset=utf-8"
                return Answer(302, content_type=kind, location=where, caching=Caching.UNSTATED)
            body = release_bodies.asset(asset, release, call.repository, call.view)
            return Answer(json=body, last_modified_at=asset.created_at)
    raise errors.not_found()


def create_release(call: Call) -> Answer:
    """Release a tag."""
    call.require_writing("contents")
    call.require_role(Role.PUSH)
    sent, tag = call.payload(), call.payload().get("tag_name")
    if not isinstance(tag, str) or not tag:
        raise errors.invalid("Release", "tag_name")
    if any(each.tag_name == tag and not each.draft for each in call.repository.releases):
        raise errors.invalid("Release", "tag_name", "already_exists")
    made = call.world.publish_release(
        call.repository,
        tag,
        name=sent.get("name") or "",
        body=sent.get("body") or "",
        prerelease=bool(sent.get("prerelease")),
        draft=bool(sent.get("draft")),
        login=call.caller.account.login if call.caller.account else None,
    )
    body = release_bodies.release(made, call.repository, call.view)
    return Answer(201, json=body, location=body["url"])


def _writable(call: Call) -> Release:
    """Return the release by the path's id, for somebody who may change it."""
    call.require_writing("contents")
    call.require_role(Role.PUSH)
    number = int(call.params["id"])
    found = next((each for each in call.repository.releases if each.id == number), None)
    if found is None:
        raise errors.not_found()
    return found


def update_release(call: Call) -> Answer:
    """Change a release's name or text."""
    release, sent = _writable(call), call.payload()
    call.world.edit_release(
        call.repository, release.id, name=sent.get("name"), body=sent.get("body")
    )
    return Answer(json=release_bodies.release(release, call.repository, call.view))


def delete_release(call: Call) -> Answer:
    """Delete a release."""
    call.world.delete_release(call.repository, _writable(call).id)
    return Answer(204, caching=Caching.UNSTATED)


_READ, _WRITE = "contents=read", "contents=write"

ROUTES: list[Route] = [
    repository_route(
        "GET", "/releases", list_releases, "releases/releases#list-releases", permission=_READ
    ),
    repository_route(
        "GET",
        "/releases/latest",
        get_latest,
        "releases/releases#get-the-latest-release",
        permission=_READ,
    ),
    repository_route(
        "GET",
        "/releases/tags/{tag:path}",
        get_by_tag,
        "releases/releases#get-a-release-by-tag-name",
        permission=_READ,
    ),
    repository_route(
        "GET",
        "/releases/assets/{id:int}",
        get_asset,
        "releases/assets#get-a-release-asset",
        permission=_READ,
    ),
    repository_route(
        "GET",
        "/releases/{id:int}",
        get_release,
        "releases/releases#get-a-release",
        permission=_READ,
    ),
    repository_route(
        "POST", "/releases", create_release, "releases/releases#create-a-release", permission=_WRITE
    ),
    repository_route(
        "PATCH",
        "/releases/{id:int}",
        update_release,
        "releases/releases#update-a-release",
        permission=_WRITE,
    ),
    repository_route(
        "DELETE",
        "/releases/{id:int}",
        delete_release,
        "releases/releases#delete-a-release",
        permission=_WRITE,
    ),
]
