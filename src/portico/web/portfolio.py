"""The clean endpoints of owners: users, their repositories and languages, portfolios.

Each handler names a plan and a fold; `asking.py` does the rest, for all of them alike.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AfterValidator

from portico.core.errors import CallerError
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

router = APIRouter(prefix="/v1", tags=["portfolio"], responses=PROBLEMS)

Login: TypeAlias = Annotated[
    str,
    AfterValidator(valid_login),
    Path(description="The login of a user or an organisation; case does not matter."),
]


def _window(
    login: Login,
    sort: Annotated[Sort, Query(description="What the list is ordered by.")] = Sort.PUSHED,
    direction: Annotated[
        Direction | None,
        Query(description="Default: `asc` for names, `desc` for all else."),
    ] = None,
    limit: Annotated[
        int, Query(ge=1, le=MOST_PER_PAGE, description="Repositories on a page.")
    ] = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None,
        Query(description="`next` of the page before, with the same `sort` and `direction`."),
    ] = None,
) -> Window:
    try:
        return window_of(login, sort=sort, direction=direction, limit=limit, cursor=cursor)
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
    login: Login, window: Annotated[Window, Depends(_window)], request: Request
) -> Response:
    """All public repositories, page by page, forks included.

    Pages stay where they are when something is pushed to meanwhile: nothing is shown twice.
    """
    asking = Asking(request, owner=login)
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
