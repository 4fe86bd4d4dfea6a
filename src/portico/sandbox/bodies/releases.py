"""Releases and their assets."""

from __future__ import annotations

import hashlib

from portico.sandbox.bodies.accounts import GITHUB, simple_user
from portico.sandbox.bodies.issues import written
from portico.sandbox.bodies.repositories import repository_url
from portico.sandbox.bodies.view import View, iso, iso_or_none, node_id
from portico.sandbox.message import Json
from portico.sandbox.model import Asset, Release, Repository


def asset(value: Asset, release: Release, repository: Repository, view: View) -> dict[str, Json]:
    """Return a file of a release."""
    page = f"{GITHUB}/{repository.full_name}/releases/download/{release.tag_name}"
    return {
        "url": f"{repository_url(repository, view)}/releases/assets/{value.id}",
        "id": value.id,
        "node_id": node_id("RA", value.id),
        "name": value.name,
        "label": "",
        "uploader": simple_user(release.author, view),
        "content_type": value.content_type,
        "state": "uploaded",
        "size": len(value.content),
        "digest": "sha256:" + hashlib.sha256(value.content).hexdigest(),
        "download_count": value.download_count,
        "created_at": iso(value.created_at),
        "updated_at": iso(value.created_at),
        "browser_download_url": f"{page}/{value.name}",
    }


def release(value: Release, repository: Repository, view: View) -> dict[str, Json]:
    """Return a release with its assets; uploads go to a host of their own."""
    base = repository_url(repository, view)
    uploads = f"https://uploads.github.com/repos/{repository.full_name}/releases/{value.id}/assets"
    return {
        "url": f"{base}/releases/{value.id}",
        "assets_url": f"{base}/releases/{value.id}/assets",
        "upload_url": f"{uploads}{{?name,label}}",
        "html_url": f"{GITHUB}/{repository.full_name}/releases/tag/{value.tag_name}",
        "id": value.id,
        "author": simple_user(value.author, view),
        "node_id": node_id("RE", value.id),
        "tag_name": value.tag_name,
        "target_commitish": repository.default_branch,
        "name": value.name,
        "draft": value.draft,
        "immutable": False,
        "prerelease": value.prerelease,
        "created_at": iso(value.created_at),
        "updated_at": iso(value.updated_at or value.published_at or value.created_at),
        "published_at": iso_or_none(value.published_at),
        "assets": [asset(each, value, repository, view) for each in value.assets],
        "tarball_url": None if value.draft else f"{base}/tarball/{value.tag_name}",
        "zipball_url": None if value.draft else f"{base}/zipball/{value.tag_name}",
        **written(value.body, view),
    }
