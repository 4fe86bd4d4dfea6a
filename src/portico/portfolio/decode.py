"""GitHub's JSON -> the few fields that the aggregates need, decoded straight into structs.

What is not named here is skipped undecoded. Tolerant of unknown fields and of null where GitHub
sends null; strict about the rest, so that a body of another shape is noticed, not half read.
Fields: https://docs.github.com/en/rest/users/users#get-a-user and
https://docs.github.com/en/rest/repos/repos#get-a-repository
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, TypeAlias, TypeVar

import msgspec

# An instant without an offset could not be compared with the others.
Instant: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]


class UserBody(msgspec.Struct, frozen=True):
    """A user or an organisation."""

    id: int
    login: str
    type: str
    public_repos: int
    public_gists: int
    followers: int
    following: int
    created_at: Instant
    updated_at: Instant
    name: str | None = None
    company: str | None = None
    blog: str | None = None
    location: str | None = None
    bio: str | None = None
    twitter_username: str | None = None
    avatar_url: str | None = None
    html_url: str | None = None


class OrganizationBody(msgspec.Struct, frozen=True):
    """An organisation."""

    id: int
    login: str
    public_repos: int
    followers: int
    created_at: Instant
    updated_at: Instant
    name: str | None = None
    description: str | None = None
    company: str | None = None
    blog: str | None = None
    location: str | None = None
    twitter_username: str | None = None
    is_verified: bool = False
    avatar_url: str | None = None
    html_url: str | None = None


class OwnerBody(msgspec.Struct, frozen=True):
    """Whose a repository is."""

    login: str


class LicenseBody(msgspec.Struct, frozen=True):
    """The licence that GitHub recognised; `NOASSERTION` is one that it did not."""

    spdx_id: str | None = None


class OriginBody(msgspec.Struct, frozen=True):
    """The repository that another one was forked from."""

    full_name: str


class RepositoryBody(msgspec.Struct, frozen=True):
    """A repository, as in a list; the last four fields come only with a single one."""

    id: int
    name: str
    full_name: str
    owner: OwnerBody
    fork: bool
    size: int
    stargazers_count: int
    forks_count: int
    open_issues_count: int
    default_branch: str
    private: bool = False
    archived: bool = False
    disabled: bool = False
    has_issues: bool = True
    has_wiki: bool = True
    has_discussions: bool = False
    description: str | None = None
    html_url: str | None = None
    homepage: str | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    license: LicenseBody | None = None
    created_at: Instant | None = None
    pushed_at: Instant | None = None
    updated_at: Instant | None = None
    subscribers_count: int | None = None
    network_count: int | None = None
    parent: OriginBody | None = None
    source: OriginBody | None = None


# Other plans' own structs are among them; a fold asks for the one that it needs.
Value: TypeAlias = msgspec.Struct | tuple[RepositoryBody, ...] | dict[str, int]

_T = TypeVar("_T")
_USER: Final = msgspec.json.Decoder(UserBody)
_ORGANIZATION: Final = msgspec.json.Decoder(OrganizationBody)
_REPOSITORY: Final = msgspec.json.Decoder(RepositoryBody)
_REPOSITORIES: Final = msgspec.json.Decoder(tuple[RepositoryBody, ...])
_LANGUAGES: Final = msgspec.json.Decoder(dict[str, int])


def read_user(body: bytes) -> UserBody:
    """Decode a user or an organisation.

    Raises:
        ValueError: the body has another shape; the message says where, never what stands there.

    """
    return decoded(_USER, body)


def read_organization(body: bytes) -> OrganizationBody:
    """Decode an organisation. Raises ValueError as `read_user` does."""
    return decoded(_ORGANIZATION, body)


def read_repository(body: bytes) -> RepositoryBody:
    """Decode one repository. Raises ValueError as `read_user` does."""
    return decoded(_REPOSITORY, body)


def read_repositories(body: bytes) -> tuple[RepositoryBody, ...]:
    """Decode one page of a list of repositories. Raises ValueError as `read_user` does."""
    return decoded(_REPOSITORIES, body)


def read_languages(body: bytes) -> dict[str, int]:
    """Decode languages and their bytes of code. Raises ValueError as `read_user` does."""
    return decoded(_LANGUAGES, body)


def decoded(decoder: msgspec.json.Decoder[_T], body: bytes) -> _T:
    """Decode a body. Raises ValueError as `read_user` does."""
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"unexpected shape: {error}") from error
    except RecursionError:
        # Without its cause: the traceback would be as deep as the body.
        raise ValueError("unexpected shape: nested too deeply") from None
