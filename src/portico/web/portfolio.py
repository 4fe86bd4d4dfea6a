"""The clean endpoints of owners: users, their repositories and languages, portfolios.

Each handler names a plan and a fold; `asking.py` does the rest, for all of them alike.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AfterValidator

from portico.core.errors import CallerError
from portico.portfolio.activity import UserActivity, fold_user_activity, user_activity_plan
from portico.portfolio.filters import Whether, filter_of
from portico.portfolio.fold import (
    fold_languages,
    fold_portfolio,
    fold_repositories,
    fold_user,
)
from portico.portfolio.model import (
    Languages,
    Portfolio,
    RepositoryPage,
    User,
)
from portico.portfolio.page import (
    DEFAULT_LIMIT,
    MOST_PER_PAGE,
    Direction,
    Sort,
    Window,
    window_of,
)
from portico.portfolio.plan import (
    languages_plan,
    portfolio_plan,
    repositories_plan,
    user_plan,
    valid_login,
)
from portico.web.asking import Asking
from portico.web.documented import PROBLEMS
from portico.web.fields import documented_fields

router = APIRouter(
    prefix="/v1",
    tags=["portfolio"],
    responses=PROBLEMS,
    dependencies=[Depends(documented_fields)],
)

Login: TypeAlias = Annotated[
    str,
    AfterValidator(valid_login),
    Path(description="The login of a user or an organisation; case does not matter."),
]


class Listing:
    """How a list of repositories is asked for."""

    def __init__(
        self,
        sort: Annotated[Sort, Query(description="What the list is ordered by.")] = Sort.PUSHED,
        direction: Annotated[
            Direction | None,
            Query(description="Default: `asc` for names, `desc` for all else."),
        ] = None,
        limit: Annotated[
            int, Query(ge=1, le=MOST_PER_PAGE, description="Repositories on a page.")
        ] = DEFAULT_LIMIT,
        forks: Annotated[Whether, Query(description="Forks of others' repositories.")] = (
            Whether.INCLUDE
        ),
        archived: Annotated[Whether, Query(description="Archived ones.")] = Whether.INCLUDE,
        language: Annotated[
            str | None,
            Query(max_length=100, description="Only those with this main language; any case."),
        ] = None,
        topic: Annotated[
            list[str] | None,
            Query(max_length=20, description="Only those with this topic; repeat it for several."),
        ] = None,
        cursor: Annotated[
            str | None,
            Query(description="`next` of the page before, with the same order and filters."),
        ] = None,
    ) -> None:
        self._sort = sort
        self._direction = direction
        self._limit = limit
        self._filter = filter_of(
            forks=forks, archived=archived, language=language, topics=topic or []
        )
        self._cursor = cursor

    def window(self, subject: str) -> Window:
        """Return the part of the list `subject` that is to be shown.

        Raises:
            CallerError: the cursor is broken, or another list's.

        """
        try:
            return window_of(
                subject,
                sort=self._sort,
                direction=self._direction,
                limit=self._limit,
                filter=self._filter,
                cursor=self._cursor,
            )
        except ValueError as error:
            raise CallerError(str(error)) from error


@router.get("/users/{login}", response_model=User, summary="A user or an organisation")
async def user(login: Login, request: Request) -> Response:
    """The public profile. One call to GitHub."""
    return await Asking(request, owner=login).answer(user_plan(login), fold_user)


@router.get(
    "/users/{login}/repos", response_model=RepositoryPage, summary="The public repositories"
)
async def repositories(
    login: Login, listing: Annotated[Listing, Depends()], request: Request
) -> Response:
    """All public repositories, page by page, or those that the filters let through.

    Pages stay where they are when something is pushed to meanwhile: nothing is shown twice.
    """
    asking, window = Asking(request, owner=login), listing.window(login)
    return await asking.answer(repositories_plan(login), partial(fold_repositories, window=window))


@router.get("/users/{login}/languages", response_model=Languages, summary="The languages")
async def languages(login: Login, request: Request) -> Response:
    """The languages of all public repositories that are not forks, by bytes of code.

    Where no GitHub token is at hand, repositories are counted by their main language; `reduced`
    says so.
    """
    asking = Asking(request, owner=login)
    fold = partial(fold_languages, frugal=asking.is_frugal)
    return await asking.answer(languages_plan(login, frugal=asking.is_frugal), fold)


@router.get("/users/{login}/portfolio", response_model=Portfolio, summary="The whole picture")
async def portfolio(login: Login, request: Request) -> Response:
    """The profile, all public repositories, their sums and their languages in one answer.

    All calls are made at once. What GitHub does not answer in time is null or left out, and
    named in `parts`; `complete` is then false.
    """
    asking = Asking(request, owner=login)
    fold = partial(fold_portfolio, frugal=asking.is_frugal)
    return await asking.answer(portfolio_plan(login, frugal=asking.is_frugal), fold)


@router.get("/users/{login}/activity", response_model=UserActivity, summary="What they did of late")
async def activity(login: Login, request: Request) -> Response:
    """The public events of the last 30 days by day, repository and kind.

    GitHub tells at most 300 events, late, and no private ones; `notes` says what is not in it.
    """
    return await Asking(request, owner=login).answer(user_activity_plan(login), fold_user_activity)
