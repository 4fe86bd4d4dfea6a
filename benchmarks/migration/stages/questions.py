"""What each route asks GitHub, and what it answers: the part that no stage touches.

A question is a plan's steps and the fold of what comes of them, taken from `portico.portfolio`. It
neither waits nor knows of Flask or FastAPI: a stage runs the steps, one by one or at once, hands
the parts back and sends the dict. So whatever differs between two stages is how they wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

from pydantic import BaseModel

from portico.core.errors import CallerError, PorticoError
from portico.portfolio.fold import fold_portfolio, fold_repositories, fold_repository
from portico.portfolio.page import MOST_PER_PAGE, window_of
from portico.portfolio.part import Part, Step
from portico.portfolio.plan import portfolio_plan, repositories_plan, repository_plan

Document: TypeAlias = dict[str, Any]

_FIELDS: Final = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
    # GitHub refuses requests without one.
    # https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api
    "User-Agent": "portico-migration",
}


@dataclass(frozen=True, slots=True)
class Question:
    """The steps of a plan, and the fold of their parts. `fans_out`: it takes many calls at once."""

    steps: tuple[Step, ...]
    fold: Callable[[Iterable[Part]], BaseModel]
    fans_out: bool = False

    def document(self, parts: Iterable[Part]) -> Document:
        """Return the answer, made of the parts in any order, ready for `json.dumps`.

        Raises:
            PorticoError: there is no answer at all.

        """
        return self.fold(parts).model_dump(mode="json")


def repository(owner: str, name: str) -> Question:
    """Ask for one repository: one call. Raises CallerError for names that GitHub cannot know."""
    fold = partial(fold_repository, asked=f"{owner}/{name}")
    with _refusing():
        return Question(repository_plan(owner, name), fold)


def repositories(login: str) -> Question:
    """Ask for a user's repositories, the last pushed to first: one call for each hundred.

    Answers with the first hundred. Raises CallerError as `repository` does.
    """
    window = window_of(login, limit=MOST_PER_PAGE)
    with _refusing():
        return Question(repositories_plan(login), partial(fold_repositories, window=window))


def portfolio(login: str) -> Question:
    """Ask for a user, all repositories, and the languages of each that is no fork.

    With 28 repositories that takes 30 calls in two waves; with 117, 120 calls in three, because the
    second page is known only after the first. Raises CallerError as `repository` does.
    """
    fold = partial(fold_portfolio, frugal=False)
    with _refusing():
        return Question(portfolio_plan(login, frugal=False), fold, fans_out=True)


def fields(token: str | None) -> dict[str, str]:
    """Return the header fields of every call to GitHub."""
    return _FIELDS | ({"Authorization": f"Bearer {token}"} if token else {})


def problem(error: PorticoError) -> tuple[Document, int]:
    """Return what a route answers instead of a document, and the status (RFC 9457)."""
    members = {
        "type": f"urn:portico:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
    }
    return members, error.status


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn what a plan says of a name into an error of the caller's."""
    try:
        yield
    except ValueError as error:
        raise CallerError(str(error)) from error
