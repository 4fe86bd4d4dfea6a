"""GitHub's JSON -> the few fields that a repository's documents need.

As in `portfolio/decode.py`, what is not named is skipped. Counts are not negative, and instants are
ones that a calendar has: what does not keep to this is noticed here, as a body of another shape.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec

from portico.portfolio.decode import Instant, decoded

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
# Seconds since 1970; the year 9999 is the last that can be shown.
Second: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=253_402_214_400)]
Days: TypeAlias = tuple[Count, Count, Count, Count, Count, Count, Count]


class ContributorBody(msgspec.Struct, frozen=True):
    """An account, or (`type` is `Anonymous`) somebody whose e-mail address belongs to none.

    The address itself is not read: nobody needs to see it.
    https://docs.github.com/en/rest/repos/repos#list-repository-contributors
    """

    contributions: Count
    type: str = "User"
    login: str | None = None
    id: int | None = None
    name: str | None = None
    avatar_url: str | None = None
    html_url: str | None = None


class ContributorsBody(msgspec.Struct, frozen=True):
    """A page of contributors."""

    items: tuple[ContributorBody, ...]


class AuthorBody(msgspec.Struct, frozen=True):
    """Who published a release."""

    login: str


class AssetBody(msgspec.Struct, frozen=True):
    """A file of a release."""

    name: str
    size: Count
    download_count: Count
    content_type: str | None = None
    digest: str | None = None
    browser_download_url: str | None = None
    updated_at: Instant | None = None


class ReleaseBody(msgspec.Struct, frozen=True):
    """A release.

    https://docs.github.com/en/rest/releases/releases#list-releases
    """

    id: int
    tag_name: str
    draft: bool
    prerelease: bool
    assets: tuple[AssetBody, ...] = ()
    immutable: bool = False
    name: str | None = None
    body: str | None = None
    author: AuthorBody | None = None
    html_url: str | None = None
    created_at: Instant | None = None
    published_at: Instant | None = None


class ReleasesBody(msgspec.Struct, frozen=True):
    """A page of releases."""

    items: tuple[ReleaseBody, ...]


class ReadmeBody(msgspec.Struct, frozen=True):
    """The README as a file.

    https://docs.github.com/en/rest/repos/contents#get-a-repository-readme
    """

    name: str
    path: str
    sha: str
    size: Count
    content: str = ""
    encoding: str = ""
    html_url: str | None = None


class PageBody(msgspec.Struct, frozen=True):
    """The README as GitHub renders it."""

    html: str


class StarWeekBody(msgspec.Struct, frozen=True):
    """The stars of one week that still stand, by day; it begins on a Sunday in UTC."""

    week: Second
    days: Days


class StarWeeksBody(msgspec.Struct, frozen=True):
    """A page of weeks, the newest first."""

    items: tuple[StarWeekBody, ...]


class CommitWeekBody(msgspec.Struct, frozen=True):
    """The commits of one week, by day; it begins on a Sunday in UTC."""

    week: Second
    days: Days


class CommitWeeksBody(msgspec.Struct, frozen=True):
    """The last year, the oldest week first.

    https://docs.github.com/en/rest/metrics/statistics#get-the-last-year-of-commit-activity
    """

    items: tuple[CommitWeekBody, ...]


class ParticipationBody(msgspec.Struct, frozen=True):
    """The last year's commits per week, the oldest first: of everybody, and of the owner."""

    all: tuple[Count, ...]
    owner: tuple[Count, ...]


_CONTRIBUTORS: Final = msgspec.json.Decoder(tuple[ContributorBody, ...])
_RELEASES: Final = msgspec.json.Decoder(tuple[ReleaseBody, ...])
_RELEASE: Final = msgspec.json.Decoder(ReleaseBody)
_README: Final = msgspec.json.Decoder(ReadmeBody)
_STAR_WEEKS: Final = msgspec.json.Decoder(tuple[StarWeekBody, ...])
_COMMIT_WEEKS: Final = msgspec.json.Decoder(tuple[CommitWeekBody, ...])
_PARTICIPATION: Final = msgspec.json.Decoder(ParticipationBody)


def read_contributors(body: bytes) -> ContributorsBody:
    """Decode a page of contributors. Raises ValueError as `decode.read_user` does."""
    return ContributorsBody(decoded(_CONTRIBUTORS, body))


def read_releases(body: bytes) -> ReleasesBody:
    """Decode a page of releases. Raises ValueError as `decode.read_user` does."""
    return ReleasesBody(decoded(_RELEASES, body))


def read_release(body: bytes) -> ReleaseBody:
    """Decode one release. Raises ValueError as `decode.read_user` does."""
    return decoded(_RELEASE, body)


def read_readme(body: bytes) -> ReadmeBody:
    """Decode a README. Raises ValueError as `decode.read_user` does."""
    return decoded(_README, body)


def read_page(body: bytes) -> PageBody:
    """Take a README's HTML as it is; it is not safe to show.

    Raises:
        ValueError: it is not UTF-8.

    """
    try:
        return PageBody(body.decode())
    except UnicodeDecodeError as error:
        raise ValueError(f"unexpected shape: {error.reason}") from error


def read_star_weeks(body: bytes) -> StarWeeksBody:
    """Decode a page of the star history. Raises ValueError as `decode.read_user` does."""
    return StarWeeksBody(decoded(_STAR_WEEKS, body))


def read_commit_weeks(body: bytes) -> CommitWeeksBody:
    """Decode the last year of commits. Raises ValueError as `decode.read_user` does."""
    return CommitWeeksBody(decoded(_COMMIT_WEEKS, body))


def read_participation(body: bytes) -> ParticipationBody:
    """Decode the weekly counts of commits. Raises ValueError as `decode.read_user` does."""
    return decoded(_PARTICIPATION, body)
