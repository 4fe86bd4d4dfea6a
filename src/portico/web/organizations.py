"""The clean endpoints about organisations: the same as about users, from GitHub's own for them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import AfterValidator

from portico.portfolio.fold import (
    fold_languages,
    fold_organization,
    fold_organization_portfolio,
    fold_repositories,
)
from portico.portfolio.model import Languages, Organization, OrganizationPortfolio, RepositoryPage
from portico.portfolio.plan import (
    ORGANIZATIONS,
    languages_plan,
    organization_plan,
    organization_portfolio_plan,
    repositories_plan,
    valid_login,
)
from portico.web.asking import Asking
from portico.web.documented import PROBLEMS
from portico.web.fields import documented_fields
from portico.web.portfolio import Listing

router = APIRouter(
    prefix="/v1/orgs/{org}",
    tags=["organisations"],
    responses=PROBLEMS,
    dependencies=[Depends(documented_fields)],
)

Org: TypeAlias = Annotated[
    str,
    AfterValidator(valid_login),
    Path(description="The login of an organisation; case does not matter. A user's is 404."),
]


@router.get("", response_model=Organization, summary="An organisation")
async def organization(org: Org, request: Request) -> Response:
    """The public profile. One call to GitHub."""
    return await Asking(request, owner=org).answer(organization_plan(org), fold_organization)


@router.get("/repos", response_model=RepositoryPage, summary="Its public repositories")
async def repositories(
    org: Org, listing: Annotated[Listing, Depends()], request: Request
) -> Response:
    """All public repositories, page by page, or those that the filters let through."""
    asking, window = Asking(request, owner=org), listing.window(f"orgs/{org}")
    plan = repositories_plan(org, ORGANIZATIONS)
    return await asking.answer(plan, partial(fold_repositories, window=window))


@router.get("/languages", response_model=Languages, summary="Its languages")
async def languages(org: Org, request: Request) -> Response:
    """The languages of all public repositories that are not forks, by bytes of code."""
    asking = Asking(request, owner=org)
    fold = partial(fold_languages, frugal=asking.is_frugal)
    return await asking.answer(languages_plan(org, ORGANIZATIONS, frugal=asking.is_frugal), fold)


@router.get("/portfolio", response_model=OrganizationPortfolio, summary="The whole picture")
async def portfolio(org: Org, request: Request) -> Response:
    """The profile, all public repositories, their sums and their languages in one answer."""
    asking = Asking(request, owner=org)
    fold = partial(fold_organization_portfolio, frugal=asking.is_frugal)
    return await asking.answer(organization_portfolio_plan(org, frugal=asking.is_frugal), fold)
