"""The clean endpoint that answers for many users and repositories at once."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from portico.core.errors import CallerError
from portico.portfolio.batch import Batch, batch_plan, fold_batch, subjects_of
from portico.web.asking import Asking
from portico.web.documented import PROBLEMS
from portico.web.fields import documented_fields

router = APIRouter(
    prefix="/v1",
    tags=["portfolio"],
    responses=PROBLEMS,
    dependencies=[Depends(documented_fields)],
)


@router.get("/batch", response_model=Batch, summary="Many users and repositories at once")
async def batch(
    request: Request,
    user: Annotated[
        list[str] | None, Query(description="A login; as often as there are users to ask for.")
    ] = None,
    repo: Annotated[
        list[str] | None, Query(description="`owner/repo`; as often as there are repositories.")
    ] = None,
) -> Response:
    """Up to a hundred in one answer, under one deadline, a call to GitHub for each.

    What fails, or is not there in time, is named with its state; the others are served.
    """
    try:
        subjects = subjects_of(user or (), repo or ())
    except ValueError as error:
        raise CallerError(f"batch: {error}") from error
    owners = tuple(dict.fromkeys(subject.owner.lower() for subject in subjects))
    asking = Asking(request, owner=owners[0])
    asking.permit_all(owners)
    fold = partial(fold_batch, subjects=subjects, is_served=asking.is_served)
    return await asking.answer(batch_plan(subjects), fold)
