"""The trap of a bare dict: handed to FastAPI without a model, it is walked value by value first.

`jsonable_encoder` looks for what JSON cannot hold, in Python. With a response (stage 1) or a model
(stage 2) it is not called.
Source: https://fastapi.tiangolo.com/advanced/response-directly/
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from benchmarks.migration.stages import questions
from benchmarks.migration.stages.fastapi_app.app import refuse
from benchmarks.migration.stages.fastapi_app.github import GitHub
from benchmarks.migration.stages.fastapi_app.settings import Settings
from benchmarks.migration.stages.questions import Document
from portico.core.errors import PorticoError


def create_app() -> FastAPI:
    """Return stage 1 with its dicts handed to the framework, configured by the environment."""
    github = GitHub(Settings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with github:
            yield

    app = FastAPI(lifespan=lifespan)

    # None: else the type that is returned would be taken for a response model.
    @app.get("/repos/{owner}/{repo}", response_model=None)
    async def repository(owner: str, repo: str) -> Document:
        return await github.answer(questions.repository(owner, repo))

    @app.get("/users/{login}/repos", response_model=None)
    async def repositories(login: str) -> Document:
        return await github.answer(questions.repositories(login))

    @app.get("/users/{login}/portfolio", response_model=None)
    async def portfolio(login: str) -> Document:
        return await github.answer(questions.portfolio(login))

    app.add_exception_handler(PorticoError, refuse)
    return app
