"""The public documents below one repository, field by field, as OpenAPI shows them.

The rules of `portfolio/model.py` hold here too. Every document says which repository it is about
by the name that this has today, and by which name it was asked for if that was another one.
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from portico.portfolio.model import Composed, WebUrl


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True)


class Subject(_Document):
    """Which repository a document is about."""

    full_name: str = Field(description="`owner/name` today.", examples=["solveig/harbor"])
    id: int = Field(description="GitHub's number; it survives a change of name.")
    html_url: WebUrl | None = Field(description="The repository on GitHub.")
    default_branch: str = Field(description="The branch that is shown first.")
    renamed_from: str | None = Field(
        description="The `owner/name` that was asked for, where it has another one today; it was "
        "renamed or moved to another owner."
    )


class BelowRepository(Composed):
    """What every document below a repository tells."""

    repository: Subject | None = Field(
        description="The repository; null while GitHub fails to tell of it."
    )


class LanguageBytes(_Document):
    """One language."""

    name: str = Field(description="As GitHub's Linguist calls it.", examples=["Python"])
    bytes: int = Field(description="Bytes of code.")
    share: float = Field(description="Between 0 and 1, to four decimals, of all bytes.")


class RepositoryLanguages(BelowRepository):
    """The languages of one repository."""

    items: list[LanguageBytes] | None = Field(
        description="The most used first; null while GitHub does not tell."
    )
    total_bytes: int | None = Field(description="Bytes of code in all; null as `items`.")


class Contributor(_Document):
    """Somebody whose commits are on the default branch."""

    login: str | None = Field(description="The account; null for an anonymous one.")
    id: int | None = Field(description="The account's number; null for an anonymous one.")
    name: str | None = Field(description="The name in the commits, of an anonymous one only.")
    anonymous: bool = Field(
        description="Whether no account is known for the e-mail address in the commits."
    )
    kind: str = Field(description="`user`, `bot`, `organization` or `anonymous`.")
    contributions: int = Field(description="Commits.")
    share: float = Field(description="Between 0 and 1, to four decimals, of all that are known.")
    avatar_url: WebUrl | None = Field(description="The account's picture.")
    html_url: WebUrl | None = Field(description="The account on GitHub.")


class Contributors(BelowRepository):
    """Who committed to the default branch, and how often."""

    items: list[Contributor] = Field(description="Those of this page, the most commits first.")
    total: int | None = Field(
        description="How many there are on all pages; null while some are not known."
    )
    accounts: int = Field(description="How many of those that are known are accounts.")
    anonymous: int = Field(description="How many of those that are known are anonymous.")
    contributions: int = Field(description="Commits of all that are known.")
    notes: list[str] = Field(description="What GitHub's list is not: how it is counted.")
    next: str | None = Field(description="The `cursor` of the next page; null on the last one.")


class Asset(_Document):
    """A file of a release."""

    name: str = Field(description="The file's name.", examples=["harbor-1.2.0.tar.gz"])
    content_type: str | None = Field(description="The media type that it was uploaded as.")
    size_bytes: int = Field(description="Its size.")
    downloads: int = Field(description="How often it was downloaded.")
    digest: str | None = Field(description="`sha256:` and the hash, of files since June 2025.")
    url: WebUrl | None = Field(description="Where to download it.")
    updated_at: datetime | None = Field(description="When it was uploaded or renamed.")


class Release(_Document):
    """A published release."""

    id: int = Field(description="GitHub's number.")
    tag: str = Field(description="The Git tag.", examples=["v1.2.0"])
    name: str | None = Field(description="The title as entered; any text.")
    text: str | None = Field(description="The release notes as entered: Markdown, any text.")
    author: str | None = Field(description="The login of who published it.")
    prerelease: bool = Field(description="Whether it is said to be unfinished.")
    immutable: bool = Field(description="Whether its files and its tag can no longer change.")
    html_url: WebUrl | None = Field(description="The release on GitHub.")
    created_at: datetime | None = Field(description="The date of the commit that it was made of.")
    published_at: datetime | None = Field(description="When it was published.")
    downloads: int = Field(description="How often its files were downloaded, together.")
    assets: list[Asset] = Field(description="Its files, without the archives of the source.")


class Releases(BelowRepository):
    """The published releases. Drafts are never among them, whoever asks."""

    items: list[Release] = Field(description="Those of this page, the last published first.")
    latest: str | None = Field(
        description="The tag of the one that GitHub calls the latest: neither draft nor "
        "prerelease; null without any."
    )
    total: int | None = Field(
        description="How many there are on all pages; null while some are not known."
    )
    downloads: int = Field(description="Downloads of all that are known, on all pages.")
    next: str | None = Field(description="The `cursor` of the next page; null on the last one.")


class ReadmeFile(_Document):
    """The README."""

    name: str = Field(description="The file's name.", examples=["README.md"])
    path: str = Field(description="Where it is in the repository.", examples=["docs/README.md"])
    sha: str = Field(description="The Git object's id.")
    size_bytes: int = Field(description="Its size.")
    encoding: str | None = Field(
        description="`utf-8`; null for a file that is not, or is larger than GitHub hands out."
    )
    text: str | None = Field(description="The file's text, any text; null as `encoding`.")
    html_url: WebUrl | None = Field(description="The file on GitHub.")


class Readme(BelowRepository):
    """The README of the default branch."""

    readme: ReadmeFile | None = Field(description="The file; null without one.")


class StarPeriod(_Document):
    """A week or a day."""

    starts_on: date = Field(description="The day, or the Sunday on which the week begins, in UTC.")
    stars: int = Field(description="Stars given then that still stand.")
    total: int | None = Field(
        description="Such stars given up to its end; null while weeks are missing."
    )


class Stars(BelowRepository):
    """The stars over time, counted by GitHub; who gave them is not told by it."""

    by: str = Field(description="`week` or `day`.", examples=["week"])
    total: int | None = Field(description="The repository's stars today.")
    standing: int = Field(
        description="The stars in the series: those that still stand, as far as it is known."
    )
    items: list[StarPeriod] = Field(
        description="The oldest first; without gaps where the part `stars` is all there."
    )


class CommitWeek(_Document):
    """A week's commits."""

    starts_on: date = Field(description="The Sunday on which it begins, in UTC.")
    commits: int = Field(description="Commits on the default branch, without merges.")
    owner_commits: int | None = Field(
        description="Those of the repository's owner; null where GitHub has not told, or has "
        "counted at another time."
    )
    days: list[int] = Field(description="Commits per day from Sunday on.")


class Activity(BelowRepository):
    """The last year's commits by week."""

    items: list[CommitWeek] | None = Field(
        description="The oldest week first; null while GitHub has not told."
    )
    total: int | None = Field(description="Commits of all these weeks; null as `items`.")
