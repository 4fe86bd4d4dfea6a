"""The trap of `def` routes: FastAPI runs them in threads, 40 of them unless told otherwise.

Nothing blocks the event loop, and nothing is gained either: a thread waits for a call, as before.
Source: https://fastapi.tiangolo.com/async/#path-operation-functions
"""

from __future__ import annotations

from fastapi import FastAPI

from benchmarks.migration.stages import questions
from benchmarks.migration.stages.fastapi_app.app import refuse
from benchmarks.migration.stages.flask_app.config import Config
from benchmarks.migration.stages.flask_app.github import GitHub
from benchmarks.migration.stages.questions import Document
from portico.core.errors import PorticoError


def create_app() -> FastAPI:
    """Return FastAPI's routes over the predecessor's client."""
    github = GitHub(vars(Config))
    app = FastAPI()

    @app.get("/repos/{owner}/{repo}", response_model=None)
    def repository(owner: str, repo: str) -> Document:
        return github.answer(questions.repository(owner, repo))

    @app.get("/users/{login}/repos", response_model=None)
    def repositories(login: str) -> Document:
        return github.answer(questions.repositories(login))

    @app.get("/users/{login}/portfolio", response_model=None)
    def portfolio(login: str) -> Document:
        return github.answer(questions.portfolio(login))

    app.add_exception_handler(PorticoError, refuse)
    return app
