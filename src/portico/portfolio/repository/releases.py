"""The published releases of one repository, their files, and how often these were downloaded.

A draft is for those who may push only, and the credential that fills what everybody sees may be
one of theirs. So drafts are left out here, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable

from portico.portfolio.part import Part
from portico.portfolio.repository.decode import AssetBody, ReleaseBody, ReleasesBody
from portico.portfolio.repository.model import Asset, Release, Releases
from portico.portfolio.repository.subject import Told, told_by
from portico.portfolio.repository.window import Position, Window, shown_in
from portico.portfolio.shown import web_url
from portico.portfolio.state import is_complete


def fold_releases(parts: Iterable[Part], window: Window, *, asked: str) -> Releases:
    """Fold `releases_plan`.

    Raises:
        PorticoError: GitHub denies the repository, or nothing answered.

    """
    told = told_by(parts, asked=asked)
    states = told.states("releases", "latest")
    published = _published(told.values(ReleasesBody))
    shown, cursor = shown_in(published, window, _position)
    is_whole = is_complete(states[1:2])
    return Releases(
        complete=is_complete(states),
        reduced=[],
        parts=states,
        repository=told.subject,
        items=[_release(item) for item in shown],
        latest=_latest(told),
        total=len(published) if is_whole else None,
        downloads=sum(map(_downloads, published)),
        next=cursor,
    )


def _published(pages: Iterable[ReleasesBody]) -> list[ReleaseBody]:
    """Return all releases but drafts, each once, also where one moved to another page."""
    found: dict[int, ReleaseBody] = {}
    for page in pages:
        for item in page.items:
            if not item.draft:
                found.setdefault(item.id, item)
    return list(found.values())


def _latest(told: Told) -> str | None:
    values = told.values(ReleaseBody)
    return values[0].tag_name if values and not values[0].draft else None


def _position(item: ReleaseBody) -> Position:
    at = item.published_at or item.created_at
    return int(at.timestamp()) if at else 0, str(item.id)


def _downloads(item: ReleaseBody) -> int:
    return sum(asset.download_count for asset in item.assets)


def _release(item: ReleaseBody) -> Release:
    return Release(
        id=item.id,
        tag=item.tag_name,
        name=item.name or None,
        text=item.body or None,
        author=item.author.login if item.author else None,
        prerelease=item.prerelease,
        immutable=item.immutable,
        html_url=web_url(item.html_url),
        created_at=item.created_at,
        published_at=item.published_at,
        downloads=_downloads(item),
        assets=[_asset(asset) for asset in item.assets],
    )


def _asset(item: AssetBody) -> Asset:
    return Asset(
        name=item.name,
        content_type=item.content_type,
        size_bytes=item.size,
        downloads=item.download_count,
        digest=item.digest,
        url=web_url(item.browser_download_url),
        updated_at=item.updated_at,
    )
