"""The parts of a plan, in any order and some of them failed -> the document.

Each fold raises the error of the subject where GitHub denies it, or where nothing answered;
whatever else is missing is named in the document. No fold fails on what GitHub or people wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from portico.core.errors import GitHubBroken
from portico.portfolio.decode import OrganizationBody, RepositoryBody, UserBody
from portico.portfolio.languages import by_bytes, by_repositories
from portico.portfolio.model import (
    Languages,
    LanguageSummary,
    Organization,
    OrganizationPortfolio,
    PartState,
    Portfolio,
    Reduction,
    Repository,
    RepositoryDetails,
    RepositoryPage,
    Totals,
    User,
)
from portico.portfolio.page import Direction, Sort, Window, ordered, page_of
from portico.portfolio.part import Part
from portico.portfolio.plan import counts_for_languages, languages_step_name
from portico.portfolio.shown import details_of, organization_of, repository_of, user_of
from portico.portfolio.state import answers_of, is_complete, state_of

_T = TypeVar("_T")

FRUGAL_LANGUAGES: Final = Reduction(
    part="languages",
    reason="Repositories are counted by their main language, not bytes: without a GitHub token "
    "there are 60 calls an hour, and bytes take one call for each repository.",
)


def fold_user(parts: Iterable[Part]) -> User:
    """Fold `user_plan`.

    Raises:
        PorticoError: there is no answer.

    """
    return user_of(_only(parts, UserBody))


def fold_organization(parts: Iterable[Part]) -> Organization:
    """Fold `organization_plan`. Raises PorticoError as `fold_user` does."""
    return organization_of(_only(parts, OrganizationBody))


def fold_repository(parts: Iterable[Part], *, asked: str | None = None) -> RepositoryDetails:
    """Fold `repository_plan`, made for `owner/name`. Raises PorticoError as `fold_user` does."""
    return details_of(_only(parts, RepositoryBody), asked=asked)


def fold_repositories(parts: Iterable[Part], window: Window) -> RepositoryPage:
    """Fold `repositories_plan`. Raises PorticoError as `fold_user` does."""
    answers = answers_of(parts)
    found = _repositories_in(answers) or ()
    states = [state_of("repos", answers)]
    shown, cursor = page_of(found, window)
    complete = is_complete(states)
    return RepositoryPage(
        complete=complete,
        reduced=[],
        parts=states,
        items=[repository_of(item) for item in shown],
        total=sum(map(window.filter.matches, found)) if complete else None,
        next=cursor,
    )


def fold_languages(parts: Iterable[Part], *, frugal: bool) -> Languages:
    """Fold `languages_plan`.

    Raises:
        PorticoError: there is no answer, or none about any repository's languages.

    """
    answers = answers_of(parts)
    states = _states(answers, "repos", frugal=frugal)
    summary = _languages_in(answers, states, frugal=frugal)
    if summary is None:
        failures = [part.failure for part in answers.values() if part.failure is not None]
        raise failures[0] if failures else GitHubBroken
    return Languages(
        complete=is_complete(states),
        reduced=[FRUGAL_LANGUAGES] if frugal else [],
        parts=states,
        **dict(summary),
    )


def fold_portfolio(parts: Iterable[Part], *, frugal: bool) -> Portfolio:
    """Fold `portfolio_plan`. Raises PorticoError as `fold_user` does."""
    answers = answers_of(parts)
    user = _value_of(answers.get("user"), UserBody)
    picture = _picture(answers, "user", frugal=frugal)
    return Portfolio(**picture, user=user_of(user) if user else None)


def fold_organization_portfolio(parts: Iterable[Part], *, frugal: bool) -> OrganizationPortfolio:
    """Fold `organization_portfolio_plan`. Raises PorticoError as `fold_user` does."""
    answers = answers_of(parts)
    found = _value_of(answers.get("organization"), OrganizationBody)
    picture = _picture(answers, "organization", frugal=frugal)
    organization = organization_of(found) if found else None
    return OrganizationPortfolio(**picture, organization=organization)


def _picture(answers: Mapping[str, Part], owner: str, *, frugal: bool) -> dict[str, Any]:
    """Return the members that the picture of any owner has."""
    states = _states(answers, owner, "repos", frugal=frugal)
    found = _repositories_in(answers)
    return {
        "complete": is_complete(states),
        "reduced": [FRUGAL_LANGUAGES] if frugal else [],
        "parts": states,
        "totals": None if found is None else _totals_of(found),
        "languages": _languages_in(answers, states, frugal=frugal),
        "repositories": None if found is None else _last_pushed_first(found),
    }


def _only(parts: Iterable[Part], kind: type[_T]) -> _T:
    """Return the value of a plan that has but one step."""
    found = (_value_of(part, kind) for part in answers_of(parts).values())
    value = next((value for value in found if value is not None), None)
    if value is None:
        raise GitHubBroken
    return value


def _value_of(part: Part | None, kind: type[_T]) -> _T | None:
    return part.value if part is not None and isinstance(part.value, kind) else None


def _repositories_in(answers: Mapping[str, Part]) -> tuple[RepositoryBody, ...] | None:
    """Return the repositories of all pages that are there, or None if no page is.

    One that moved from page to page while they were read is there twice, and counted once.
    """
    pages = [part.value for part in answers.values() if isinstance(part.value, tuple)]
    if not pages:
        return None
    found: dict[int, RepositoryBody] = {}
    for page in pages:
        for repository in page:
            found.setdefault(repository.id, repository)
    return tuple(found.values())


def _states(answers: Mapping[str, Part], *asked: str, frugal: bool) -> list[PartState]:
    states = [state_of(name, answers) for name in asked]
    if frugal:
        return states
    cause = None if is_complete(states[-1:]) else "Not all repositories are known."
    return [*states, state_of("languages", answers, cause=cause, may_be_empty=True)]


def _languages_in(
    answers: Mapping[str, Part], states: Sequence[PartState], *, frugal: bool
) -> LanguageSummary | None:
    """Return the languages of what is known, or None if that is nothing."""
    # The part that they come from is the last: the languages themselves, or else the list.
    if states[-1].state in ("missing", "pending"):
        return None
    own = [item for item in _repositories_in(answers) or () if counts_for_languages(item)]
    if frugal:
        return by_repositories(item.language for item in own)
    values = (_value_of(answers.get(languages_step_name(item)), dict) for item in own)
    return by_bytes(value for value in values if value is not None)


def _totals_of(repositories: Sequence[RepositoryBody]) -> Totals:
    return Totals(
        repositories=len(repositories),
        forked_from_others=sum(item.fork for item in repositories),
        archived=sum(item.archived for item in repositories),
        stars=sum(item.stargazers_count for item in repositories),
        forks=sum(item.forks_count for item in repositories),
        open_issues_and_pulls=sum(item.open_issues_count for item in repositories),
        size_kib=sum(item.size for item in repositories),
    )


def _last_pushed_first(repositories: Iterable[RepositoryBody]) -> list[Repository]:
    items = ordered(repositories, sort=Sort.PUSHED, direction=Direction.DESC)
    return [repository_of(item) for item in items]
