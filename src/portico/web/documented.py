"""What OpenAPI says of the answers that every clean endpoint can give beside its own."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, Field

from portico.web.problems import PROBLEM_TYPE


class Problem(BaseModel):
    """An error, as in RFC 9457. `web/problems.py` makes it."""

    type: str = Field(description="`urn:portico:problem:` and the kind of error.")
    title: str = Field(description="The kind of error in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened this time.")
    instance: str = Field(description="The path that was asked for.")
    advice: str = Field(description="What to do about it.")
    request_id: str = Field(description="What to quote when reporting it; it is in the log.")


def _problem(description: str) -> dict[str, Any]:
    content = {PROBLEM_TYPE: {"schema": Problem.model_json_schema()}}
    return {"description": description, "content": content}


PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "`If-None-Match` names the current document."},
    400: _problem("The request cannot be understood."),
    401: _problem("The credential that was sent is not accepted."),
    403: _problem("This Portico does not serve that to this caller."),
    404: _problem("GitHub does not know it, or does not show it to this caller."),
    429: _problem("GitHub's rate limit is used up; see `Retry-After`."),
    # Also keeps FastAPI from announcing a 422 that is never sent.
    "default": _problem("GitHub or Portico failed: 502, 503, 504 and others."),
}
