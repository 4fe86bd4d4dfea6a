"""FastAPI: the typed, documented endpoints, and their errors as RFC 9457 problems."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException

from portico import __version__
from portico.core.errors import CallerError, NotFound, PorticoError
from portico.web import batch, budget, operations, organizations, portfolio, repositories
from portico.web.live import PATH as LIVE_PATH
from portico.web.live_described import LIVE_ITEM
from portico.web.problems import PROBLEM_TYPE, MethodNotAllowed, error_headers, problem
from portico.web.record import RECORD_KEY
from portico.web.state import State

_ABOUT: Final = """\
GitHub data from clean endpoints: a person's or a repository's whole picture in one call, with
every page, and with the age of each part told.

GitHub's own REST API, cached, is at `/api/v3` (not listed here: it is GitHub's).
"""

# Pydantic's, before what a validator of ours says.
_PREFIX: Final = "Value error, "

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class NoSuchPath(NotFound):
    """The path is none of Portico's."""

    code = "no-such-path"
    title = "Portico has no such path"
    advice = "See /docs for what there is; GitHub's own API is below /api/v3."


def create_api(state: State, lifespan: Lifespan) -> FastAPI:
    """Return the FastAPI application, with `state` within its handlers' reach."""
    api = FastAPIOffline(
        title="Portico",
        version=__version__,
        description=_ABOUT,
        redoc_url=None,
        lifespan=lifespan,
    )
    api.state.portico = state
    api.include_router(portfolio.router)
    api.include_router(organizations.router)
    api.include_router(batch.router)
    api.include_router(repositories.router)
    api.include_router(operations.router)
    api.include_router(budget.router)
    api.add_exception_handler(PorticoError, _on_error)
    api.add_exception_handler(RequestValidationError, _on_invalid)
    api.add_exception_handler(HTTPException, _on_http)
    # Told as a problem, then raised again, so that the front writes down what it was.
    api.add_exception_handler(Exception, _on_error)
    _describe_live(api)
    return api


def _describe_live(api: FastAPI) -> None:
    """Have OpenAPI tell also of the one endpoint that is answered before FastAPI."""
    described = api.openapi

    def openapi() -> dict[str, Any]:
        document = described()
        document["paths"].setdefault(LIVE_PATH, LIVE_ITEM)
        return document

    # FastAPI's own way: https://fastapi.tiangolo.com/how-to/extending-openapi/
    api.openapi = openapi  # type: ignore[method-assign]


async def _on_error(request: Request, error: Exception) -> JSONResponse:
    found = error if isinstance(error, PorticoError) else PorticoError()
    record = request.scope[RECORD_KEY]
    members = problem(found, instance=request.url.path, request_id=record.request_id)
    return JSONResponse(members, found.status, dict(error_headers(found)), media_type=PROBLEM_TYPE)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    details: list[dict[str, Any]] = []
    if isinstance(error, RequestValidationError):
        details = list(error.errors())
    # Not the value: it may be a secret in the wrong place.
    said = "; ".join(
        f"{found['loc'][-1]}: {found['msg'].removeprefix(_PREFIX)}" for found in details
    )
    return await _on_error(request, CallerError(said))


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    found = PorticoError()
    if isinstance(error, HTTPException) and error.status_code == 404:
        found = NoSuchPath()
    elif isinstance(error, HTTPException) and error.status_code == 405:
        # Every route is a GET; the front answers HEAD by it.
        found = MethodNotAllowed(allow=("GET", "HEAD"))
    return await _on_error(request, found)
