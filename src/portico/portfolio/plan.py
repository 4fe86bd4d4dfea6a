"""Whose picture, and which -> the requests that it takes, as steps.

All that can be asked is asked at once: pages after the first as soon as the first tells how many
there are, the languages of a repository as soon as its page is there. A frugal plan is for
callers without a credential, who have 60 calls an hour: it asks for no languages one by one.
Source: https://docs.github.com/en/rest/repos/repos#list-repositories-for-a-user
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import quote

from portico.core.message import Headers, Request
from portico.core.pagination import last_page, links
from portico.portfolio.decode import (
    RepositoryBody,
    Value,
    read_languages,
    read_organization,
    read_repositories,
    read_repository,
    read_user,
)
from portico.portfolio.part import Step

# GitHub's most.
PER_PAGE: Final = 100
# How far ahead pages are planned. More pages than that come in several waves, so that an answer
# that names an absurd last page costs no more than a wave.
PAGES_AHEAD: Final = 100

# Letters, digits and hyphens; `_` in the logins of enterprise-managed users; `[bot]` after an
# App's. https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
_LOGIN: Final = re.compile(r"[A-Za-z0-9-][A-Za-z0-9_-]{0,38}(?:\[bot\])?")
_REPOSITORY: Final = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of owner: where its things are, and which `type` its public repositories have."""

    path: str
    type: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose repositories are listed."""

    login: str
    kind: Kind


USERS: Final = Kind("users", "owner")
# `public`, as a member would be shown private ones among all.
ORGANIZATIONS: Final = Kind("orgs", "public")


def valid_login(login: str) -> str:
    """Return `login` if GitHub could know it.

    Raises:
        ValueError: it could not.

    """
    if not _LOGIN.fullmatch(login):
        raise ValueError("A GitHub login has 1 to 39 letters, digits and hyphens.")
    return login


def valid_repository(name: str) -> str:
    """Return the repository name `name` (without its owner) if GitHub could know it.

    Raises:
        ValueError: it could not.

    """
    if not _REPOSITORY.fullmatch(name):
        raise ValueError("A repository's name has 1 to 100 letters, digits, '.', '-' and '_'.")
    return name


def user_plan(login: str) -> tuple[Step, ...]:
    """Plan one user or organisation. Raises ValueError as `valid_login` does."""
    return (_user(valid_login(login)),)


def organization_plan(login: str) -> tuple[Step, ...]:
    """Plan one organisation. Raises ValueError as `valid_login` does."""
    return (_organization(valid_login(login)),)


def repositories_plan(login: str, kind: Kind = USERS) -> tuple[Step, ...]:
    """Plan all repositories of an owner. Raises ValueError as `valid_login` does."""
    return (_page(Owner(valid_login(login), kind), 1, planned=1, is_subject=True),)


def languages_plan(login: str, kind: Kind = USERS, *, frugal: bool) -> tuple[Step, ...]:
    """Plan the languages of an owner. Raises ValueError as `valid_login` does."""
    owner = Owner(valid_login(login), kind)
    return (_page(owner, 1, planned=1, is_subject=True, with_languages=not frugal),)


def portfolio_plan(login: str, *, frugal: bool) -> tuple[Step, ...]:
    """Plan an owner, all repositories and languages. Raises ValueError as `valid_login` does."""
    owner = Owner(valid_login(login), USERS)
    return (_user(login), _page(owner, 1, planned=1, with_languages=not frugal))


def organization_portfolio_plan(login: str, *, frugal: bool) -> tuple[Step, ...]:
    """Plan the same for an organisation. Raises ValueError as `valid_login` does."""
    owner = Owner(valid_login(login), ORGANIZATIONS)
    return (_organization(login), _page(owner, 1, planned=1, with_languages=not frugal))


def repository_plan(owner: str, name: str) -> tuple[Step, ...]:
    """Plan one repository. Raises ValueError as `valid_login` and `valid_repository` do."""
    request = Request("GET", repository_path(owner, name))
    return (Step(part="repo", name="repo", request=request, read=read_repository, is_subject=True),)


def repository_path(owner: str, name: str) -> str:
    """Return a repository's path. Raises ValueError as `valid_login` and `valid_repository` do."""
    return f"/repos/{_segment(valid_login(owner))}/{valid_repository(name)}"


def languages_step_name(repository: RepositoryBody) -> str:
    """Return the name of the step that asks for this repository's languages."""
    return f"languages/{repository.full_name}"


def counts_for_languages(repository: RepositoryBody) -> bool:
    """Return whether a repository's code is its owner's: that of a fork is mostly others'."""
    return not repository.fork


def _user(login: str) -> Step:
    request = Request("GET", f"/users/{_segment(login)}")
    return Step(part="user", name="user", request=request, read=read_user, is_subject=True)


def _organization(login: str) -> Step:
    request = Request("GET", f"/orgs/{_segment(login)}")
    return Step(
        part="organization",
        name="organization",
        request=request,
        read=read_organization,
        is_subject=True,
    )


def _page(
    owner: Owner,
    number: int,
    *,
    planned: int,
    is_subject: bool = False,
    with_languages: bool = False,
) -> Step:
    """Return the step for one page. `planned` is the last page that has a step already."""
    query = f"per_page={PER_PAGE}&type={owner.kind.type}&sort=full_name&page={number}"
    return Step(
        part="repos",
        name=f"repos/{number}",
        request=Request("GET", f"/{owner.kind.path}/{_segment(owner.login)}/repos", query),
        read=read_repositories,
        then=partial(_after_page, owner, number, planned=planned, with_languages=with_languages),
        is_subject=is_subject,
    )


def _after_page(
    owner: Owner, number: int, value: Value, headers: Headers, *, planned: int, with_languages: bool
) -> tuple[Step, ...]:
    # Only the last page that is planned may plan more: each page is then planned once, also
    # where the list grew after the first page was stored.
    last = last_known_page(number, headers) if number == planned else planned
    last = min(last, planned + PAGES_AHEAD)
    pages = tuple(
        _page(owner, further, planned=last, with_languages=with_languages)
        for further in range(planned + 1, last + 1)
    )
    if not with_languages or not isinstance(value, tuple):
        return pages
    return (
        *pages,
        *(_languages(owner.login, item) for item in value if counts_for_languages(item)),
    )


def last_known_page(number: int, headers: Headers) -> int:
    """Return the last page that is known of where page `number` came with these fields."""
    link = headers.get("Link")
    return last_page(link) or (number + 1 if "next" in links(link) else number)


def _languages(login: str, repository: RepositoryBody) -> Step:
    # By name, as others ask for it too. A name that cannot stand in a path is replaced by the id.
    is_safe = _REPOSITORY.fullmatch(repository.name)
    named = f"/repos/{_segment(login)}/{repository.name}"
    path = named if is_safe else f"/repositories/{repository.id}"
    return Step(
        part="languages",
        name=languages_step_name(repository),
        request=Request("GET", f"{path}/languages"),
        read=read_languages,
    )


def _segment(login: str) -> str:
    return quote(login, safe="")
