"""The trap of `def` routes: FastAPI runs them in threads, 40 of them unless told otherwise.

Nothing blocks the event loop, and nothing is gained either: a thread waits for a call, as before.
Source: https://fastapi.tiangolo.com/async/#path-operation-functions
"""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from benchmarks.migration.stages import questions
from benchmarks.migration.stages.fastapi_app.app import refuse
from benchmarks.migration.stages.flask_app.config import Config
from benchmarks.migration.stages.flask_app.github import GitHub
from portico.core.errors import PorticoError


def create_app() -> FastAPI:
    """Return FastAPI's routes over the predecessor's client."""
    github = GitHub(vars(Config))
    app = FastAPI()

    @app.get("/repos/{owner}/{repo}")
    def repository(owner: str, repo: str) -> JSONResponse:
        return JSONResponse(github.answer(questions.repository(owner, repo)))

    @app.get("/users/{login}/repos")
    def repositories(login: str) -> JSONResponse:
        return JSONResponse(github.answer(questions.repositories(login)))

    @app.get("/users/{login}/portfolio")
    def portfolio(login: str) -> JSONResponse:
        return JSONResponse(github.answer(questions.portfolio(login)))

    app.add_exception_handler(PorticoError, refuse)
    return app
