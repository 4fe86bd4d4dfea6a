"""Releases and assets."""

from __future__ import annotations

from portico.sandbox import downloads, errors, link
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


_READ = "contents=read"

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
]
