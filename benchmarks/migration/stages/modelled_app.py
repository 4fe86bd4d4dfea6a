"""Stage 2: stage 1 with response models, and nothing else.

Each answer is validated against its model, written by Pydantic instead of `json.dumps`, and
documented field by field in `/openapi.json`.
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
from portico.portfolio.model import Portfolio, RepositoryDetails, RepositoryPage


def create_app() -> FastAPI:
    """Return stage 2, configured by the environment."""
    github = GitHub(Settings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with github:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/repos/{owner}/{repo}", response_model=RepositoryDetails)
    async def repository(owner: str, repo: str) -> Document:
        return await github.answer(questions.repository(owner, repo))

    @app.get("/users/{login}/repos", response_model=RepositoryPage)
    async def repositories(login: str) -> Document:
        return await github.answer(questions.repositories(login))

    @app.get("/users/{login}/portfolio", response_model=Portfolio)
    async def portfolio(login: str) -> Document:
        return await github.answer(questions.portfolio(login))

    app.add_exception_handler(PorticoError, refuse)
    return app
