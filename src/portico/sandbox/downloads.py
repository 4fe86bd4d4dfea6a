"""The hosts that GitHub sends downloads to: archives and release assets.

They are other hosts (https://docs.github.com/rest/releases/assets), so no token may follow there;
the link itself carries the right to read what is private. The sandbox serves them from the same
port under its other loopback name, below /_downloads, and logs what was sent along.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import quote

from portico.sandbox.message import Request, Response
from portico.sandbox.model import Asset, Repository

if TYPE_CHECKING:
    from portico.sandbox.world import World

PREFIX = "/_downloads"


def is_meant(path: str) -> bool:
    """Whether a path belongs to the download hosts."""
    return path.startswith(PREFIX + "/")


def _signature(repository: Repository) -> str:
    return f"?token={repository.secret}" if repository.private else ""


def archive_url(base: str, repository: Repository, kind: str, ref: str) -> str:
    """Return where an archive is; `kind` is legacy.tar.gz or legacy.zip."""
    where = f"{base}{PREFIX}/archives/{repository.id}/{kind}/{quote(ref)}"
    return where + _signature(repository)


def asset_url(base: str, repository: Repository, asset: Asset) -> str:
    """Return where an asset's bytes are."""
    return f"{base}{PREFIX}/assets/{repository.id}/{asset.id}" + _signature(repository)


def download(world: World, request: Request) -> Response:
    """Return the bytes behind a download link, or 404."""
    _, kind, number, *rest = [*request.segments, "", ""]
    repository = world.repositories.get(int(number)) if number.isdigit() else None
    if repository is None:
        return _not_found()
    if repository.private and request.parameter("token") != repository.secret:
        return _not_found()
    if kind == "assets":
        return _asset(repository, rest[0])
    return _archive(repository, rest[0])


def _asset(repository: Repository, number: str) -> Response:
    for release in repository.releases:
        for asset in release.assets:
            if str(asset.id) == number:
                asset.download_count += 1
                return _file(asset.content, asset.content_type, asset.name)
    return _not_found()


def _archive(repository: Repository, kind: str) -> Response:
    folder = f"{repository.owner.login}-{repository.name}-{repository.history.tree_id()[:7]}"
    if kind == "legacy.zip":
        return _file(_zip(repository, folder), "application/zip", f"{folder}.zip")
    return _file(_tar(repository, folder), "application/x-gzip", f"{folder}.tar.gz")


def _tar(repository: Repository, folder: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, data in repository.history.files.items():
            entry = tarfile.TarInfo(f"{folder}/{path}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(buffer.getvalue(), mtime=0)


def _zip(repository: Repository, folder: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in repository.history.files.items():
            archive.writestr(zipfile.ZipInfo(f"{folder}/{path}"), data)
    return buffer.getvalue()


def _file(data: bytes, kind: str, name: str) -> Response:
    headers = (
        ("Content-Type", kind),
        ("Content-Disposition", f"attachment; filename={name}"),
        ("Cache-Control", "public, must-revalidate, max-age=0"),
        ("Vary", "Authorization,Accept-Encoding,Origin"),
    )
    return Response(200, headers, data)


def _not_found() -> Response:
    return Response(404, (("Content-Type", "text/plain; charset=utf-8"),), b"404: Not Found")
