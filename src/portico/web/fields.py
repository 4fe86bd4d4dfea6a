"""The parameter `fields` of the clean endpoints: which members of a document are sent."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel

from portico.core.errors import CallerError
from portico.portfolio.selection import MOST_CHARACTERS, Selection, selection_of

_NAME = "fields"


def documented_fields(
    _fields: Annotated[
        str | None,
        Query(
            alias=_NAME,
            max_length=MOST_CHARACTERS,
            description="Only these members, with dots for members of members: "
            "`login,totals.stars,repositories.full_name`. What a document says of its own "
            "completeness is always there.",
        ),
    ] = None,
) -> None:
    """Document the parameter; `selected` reads it."""


def selected(request: Request) -> Selection | None:
    """Return the members of the route's document that a request asks for; None for all.

    Raises:
        CallerError: the document has no such member, or the parameter is there more than once.

    """
    texts = request.query_params.getlist(_NAME)
    if not texts:
        return None
    if len(texts) > 1:
        raise CallerError("fields: name all members in one parameter, separated by commas")
    model = getattr(request.scope.get("route"), "response_model", None)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise CallerError("fields: this is no document with members to choose from")
    try:
        return selection_of(texts[0], model)
    except ValueError as error:
        raise CallerError(str(error)) from error
