"""One thing as GitHub describes it -> the same as the public documents show it.

Only http(s) URLs get into fields that are made links of: people may enter anything as their
website, `javascript:` included.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from portico.portfolio.decode import OrganizationBody, OriginBody, RepositoryBody, UserBody
from portico.portfolio.model import Organization, Repository, RepositoryDetails, User

# What RFC 3986 §2 lets no URI contain, ASCII only: people write host names in their own script.
_UNSAFE: Final = re.compile(r'[\s<>"\\^`{|}]')


def web_url(text: str | None) -> str | None:
    """Return `text` if it is an absolute http(s) URL that can be made a link, else None."""
    if not text or not text.isprintable() or _UNSAFE.search(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    # A name in front of "@" is there to be taken for the host.
    is_web = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return text if is_web else None


def user_of(body: UserBody) -> User:
    """Return a user or an organisation as shown."""
    return User(
        login=body.login,
        id=body.id,
        kind=body.type.lower(),
        name=body.name or None,
        company=body.company or None,
        blog=body.blog or None,
        blog_url=web_url(body.blog),
        location=body.location or None,
        bio=body.bio or None,
        twitter_username=body.twitter_username or None,
        avatar_url=web_url(body.avatar_url),
        html_url=web_url(body.html_url),
        public_repositories=body.public_repos,
        public_gists=body.public_gists,
        followers=body.followers,
        following=body.following,
        created_at=body.created_at,
        updated_at=body.updated_at,
    )


def organization_of(body: OrganizationBody) -> Organization:
    """Return an organisation as shown."""
    return Organization(
        login=body.login,
        id=body.id,
        name=body.name or None,
        description=body.description or None,
        company=body.company or None,
        blog=body.blog or None,
        blog_url=web_url(body.blog),
        location=body.location or None,
        twitter_username=body.twitter_username or None,
        is_verified=body.is_verified,
        avatar_url=web_url(body.avatar_url),
        html_url=web_url(body.html_url),
        public_repositories=body.public_repos,
        followers=body.followers,
        created_at=body.created_at,
        updated_at=body.updated_at,
    )


def repository_of(body: RepositoryBody) -> Repository:
    """Return a repository as shown in a list."""
    return Repository(
        full_name=body.full_name,
        name=body.name,
        owner=body.owner.login,
        id=body.id,
        description=body.description or None,
        html_url=web_url(body.html_url),
        homepage=body.homepage or None,
        homepage_url=web_url(body.homepage),
        language=body.language,
        topics=list(body.topics),
        license=body.license.spdx_id if body.license else None,
        stars=body.stargazers_count,
        forks=body.forks_count,
        open_issues_and_pulls=body.open_issues_count,
        size_kib=body.size,
        fork=body.fork,
        archived=body.archived,
        disabled=body.disabled,
        private=body.private,
        default_branch=body.default_branch,
        created_at=body.created_at,
        pushed_at=body.pushed_at,
        updated_at=body.updated_at,
    )


def details_of(body: RepositoryBody, *, asked: str | None = None) -> RepositoryDetails:
    """Return a repository as shown alone. `asked` is the `owner/name` that was asked for."""
    return RepositoryDetails(
        **dict(repository_of(body)),
        # Not `watchers_count`: GitHub's field of that name holds the stars.
        watchers=body.subscribers_count,
        network=body.network_count,
        parent=_name_of(body.parent),
        source=_name_of(body.source),
        has_issues=body.has_issues,
        has_wiki=body.has_wiki,
        has_discussions=body.has_discussions,
        renamed_from=renamed_from(body, asked),
    )


def renamed_from(body: RepositoryBody, asked: str | None) -> str | None:
    """Return the `owner/name` that was asked for, if the repository has another one today."""
    if asked is None or asked.lower() == body.full_name.lower():
        return None
    return asked


def _name_of(origin: OriginBody | None) -> str | None:
    return origin.full_name if origin else None
