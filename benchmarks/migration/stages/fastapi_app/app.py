"""The routes of stage 1: the predecessor's, with `async` and `await`.

A dict goes out by `json.dumps`, as it did by `jsonify`: FastAPI has no part in it before stage 2.
`app_over` takes any client, so that the traps and the admission differ from this stage in their
client alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from benchmarks.migration.stages import questions
from benchmarks.migration.stages.fastapi_app.github import GitHub
from benchmarks.migration.stages.fastapi_app.settings import Settings
from benchmarks.migration.stages.questions import Document, Question
from portico.core.errors import PorticoError


class Client(AbstractAsyncContextManager[Any], Protocol):
    """What the routes need of a client of GitHub's, open while it is entered."""

    async def answer(self, question: Question) -> Document:
        """Return the document; raise PorticoError where there is none."""
        ...


def create_app() -> FastAPI:
    """Return stage 1, configured by the environment."""
    return app_over(GitHub(Settings()))


def app_over(github: Client) -> FastAPI:
    """Return the application that asks GitHub through this client."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with github:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/repos/{owner}/{repo}")
    async def repository(owner: str, repo: str) -> JSONResponse:
        return JSONResponse(await github.answer(questions.repository(owner, repo)))

    @app.get("/users/{login}/repos")
    async def repositories(login: str) -> JSONResponse:
        return JSONResponse(await github.answer(questions.repositories(login)))

    @app.get("/users/{login}/portfolio")
    async def portfolio(login: str) -> JSONResponse:
        return JSONResponse(await github.answer(questions.portfolio(login)))

    app.add_exception_handler(PorticoError, refuse)
    return app


async def refuse(_: Request, error: Exception) -> JSONResponse:
    """Answer what a PorticoError says."""
    assert isinstance(error, PorticoError)  # it is registered for nothing else
    members, status = questions.problem(error)
    return JSONResponse(members, status)
