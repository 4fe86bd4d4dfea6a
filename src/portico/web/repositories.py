"""The clean endpoints of one repository: itself, and what there is below it.

Each handler names a plan and a fold, as in `portfolio.py`. GitHub may lead to another owner's
repository, where one was moved: that owner's things must be this caller's to see, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import Annotated, Final, TypeAlias, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AfterValidator

from portico.core.errors import CallerError
from portico.portfolio.decode import RepositoryBody
from portico.portfolio.fold import fold_repository
from portico.portfolio.model import RepositoryDetails
from portico.portfolio.part import Part
from portico.portfolio.plan import repository_plan, valid_login, valid_repository
from portico.portfolio.repository.activity import fold_activity
from portico.portfolio.repository.contributors import fold_contributors
from portico.portfolio.repository.languages import fold_languages
from portico.portfolio.repository.model import (
    Activity,
    Contributors,
    Readme,
    Releases,
    RepositoryLanguages,
    Stars,
)
from portico.portfolio.repository.plan import (
    activity_plan,
    contributors_plan,
    languages_plan,
    readme_plan,
    releases_plan,
    stars_plan,
)
from portico.portfolio.repository.readme import fold_html, fold_readme, fold_text
from portico.portfolio.repository.releases import fold_releases
from portico.portfolio.repository.stars import By, fold_stars
from portico.portfolio.repository.window import DEFAULT_LIMIT, MOST_PER_PAGE, Window, window_of
from portico.web.asking import Asking
from portico.web.documented import PROBLEMS
from portico.web.fields import documented_fields

router = APIRouter(
    prefix="/v1/repos/{owner}/{repo}",
    tags=["repositories"],
    responses=PROBLEMS,
    dependencies=[Depends(documented_fields)],
)

_T = TypeVar("_T")

Owner: TypeAlias = Annotated[
    str,
    AfterValidator(valid_login),
    Path(
        description="The login of a user or an organisation; case does not matter.",
        examples=["solveig"],
    ),
]
RepositoryName: TypeAlias = Annotated[
    str,
    AfterValidator(valid_repository),
    Path(
        description="The name of a repository, without its owner; case does not matter.",
        examples=["harbor"],
    ),
]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=MOST_PER_PAGE, description="Items on a page.")]
Cursor: TypeAlias = Annotated[
    str | None, Query(description="`next` of the page before; leave it out for the first one.")
]


class Format(StrEnum):
    """How the README is sent."""

    JSON = "json"
    RAW = "raw"
    HTML = "html"


_TYPES: Final = {
    Format.RAW: "text/plain; charset=utf-8",
    Format.HTML: "text/html; charset=utf-8",
}


class _Asked:
    """A request for something of one repository."""

    def __init__(self, owner: Owner, repo: RepositoryName, request: Request) -> None:
        self.owner = owner
        self.repo = repo
        self.full_name = f"{owner}/{repo}"
        self.asking = Asking(request, owner=owner)

    def folding(self, fold: Callable[[Sequence[Part]], _T]) -> Callable[[Sequence[Part]], _T]:
        """Return the fold, for those only who may see the owner that the parts lead to."""

        def permitted(parts: Sequence[Part]) -> _T:
            for part in parts:
                if isinstance(part.value, RepositoryBody):
                    self.asking.permit(part.value.owner.login)
            return fold(parts)

        return permitted

    def window(self, what: str, limit: int, cursor: str | None) -> Window:
        """Return the window of one of the repository's lists."""
        try:
            return window_of(f"{self.full_name}/{what}", limit=limit, cursor=cursor)
        except ValueError as error:
            raise CallerError(str(error)) from error


Asked: TypeAlias = Annotated[_Asked, Depends(_Asked)]


@router.get("", response_model=RepositoryDetails, summary="One repository")
async def repository(asked: Asked) -> Response:
    """One repository, also by a name that it had before. One call to GitHub."""
    fold = asked.folding(partial(fold_repository, asked=asked.full_name))
    return await asked.asking.answer(repository_plan(asked.owner, asked.repo), fold)


@router.get("/languages", response_model=RepositoryLanguages, summary="Its languages")
async def languages(asked: Asked) -> Response:
    """The languages by bytes of code. Two calls to GitHub.

    A repository without code has the part `languages` in the state `empty`.
    """
    fold = asked.folding(partial(fold_languages, asked=asked.full_name))
    return await asked.asking.answer(languages_plan(asked.owner, asked.repo), fold)


@router.get("/contributors", response_model=Contributors, summary="Who committed")
async def contributors(
    asked: Asked, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Response:
    """Everybody with commits on the default branch, those without an account included.

    GitHub keeps its list for some hours, and looks for the accounts of the first 500 e-mail
    addresses only. Of a very large repository it shows no list: the state is `too_large`; of one
    without commits it is `empty`. A call for each hundred contributors, and one.
    """
    window = asked.window("contributors", limit, cursor)
    fold = asked.folding(partial(fold_contributors, window=window, asked=asked.full_name))
    return await asked.asking.answer(contributors_plan(asked.owner, asked.repo), fold)


@router.get("/releases", response_model=Releases, summary="Its releases and their downloads")
async def releases(asked: Asked, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Response:
    """All published releases, page by page, with their files; downloads are summed over all.

    Drafts are never shown. A call for each hundred releases, and two.
    """
    window = asked.window("releases", limit, cursor)
    fold = asked.folding(partial(fold_releases, window=window, asked=asked.full_name))
    return await asked.asking.answer(releases_plan(asked.owner, asked.repo), fold)


@router.get(
    "/readme",
    response_model=Readme,
    summary="Its README",
    responses={
        200: {
            "description": "The README, in the format asked for.",
            "content": {
                "text/plain": {"schema": {"type": "string"}},
                "text/html": {"schema": {"type": "string"}},
            },
        }
    },
)
async def readme(
    asked: Asked,
    format: Annotated[  # noqa: A002 - the name in the query
        Format,
        Query(
            description="`json`: a document with the text; `raw`: the text itself; `html`: as "
            "GitHub renders it, cleaned so that it may stand in a page of yours, links absolute."
        ),
    ] = Format.JSON,
) -> Response:
    """The README of the default branch. Two calls to GitHub, three for `html`.

    Without a README the document's part `readme` is in the state `absent` (`empty` where there is
    nothing at all); `raw` and `html` are then a problem with status 404.
    """
    plan = readme_plan(asked.owner, asked.repo, with_html=format is Format.HTML)
    if format is Format.JSON:
        fold = asked.folding(partial(fold_readme, asked=asked.full_name))
        return await asked.asking.answer(plan, fold)
    make = fold_html if format is Format.HTML else fold_text
    text = asked.folding(partial(make, asked=asked.full_name))
    return await asked.asking.answer_text(plan, text, content_type=_TYPES[format])


@router.get("/stars", response_model=Stars, summary="Its stars over time")
async def stars(
    asked: Asked,
    by: Annotated[By, Query(description="A point for each `week` or each `day`.")] = By.WEEK,
) -> Response:
    """Stars by week or day since the first one, and their running sum.

    GitHub counts stars that still stand, by the day on which they were given; who gave them is
    not asked for. A call for each thirty weeks, all at once, and one.
    """
    fold = asked.folding(partial(fold_stars, by=by, asked=asked.full_name))
    return await asked.asking.answer(stars_plan(asked.owner, asked.repo), fold)


@router.get("/activity", response_model=Activity, summary="Its commits by week")
async def activity(asked: Asked) -> Response:
    """The commits of the last year by week and day, and the owner's share of them.

    GitHub computes them when it is asked, after each push anew. Portico asks a few times; what is
    not there then is in the state `pending`, and `retry_after_s` says when to ask again. Three
    calls, and one for each time that GitHub was not ready.
    """
    fold = asked.folding(partial(fold_activity, asked=asked.full_name))
    return await asked.asking.answer(activity_plan(asked.owner, asked.repo), fold)
