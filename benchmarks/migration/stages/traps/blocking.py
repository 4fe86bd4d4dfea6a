"""The trap of a blocking client in an `async def` route: while it waits, the whole process waits.

Nothing warns of it. With one caller it answers as fast as ever.
"""

from __future__ import annotations

from typing import Self

from fastapi import FastAPI

from benchmarks.migration.stages.fastapi_app.app import app_over
from benchmarks.migration.stages.flask_app.config import Config
from benchmarks.migration.stages.flask_app.github import GitHub
from benchmarks.migration.stages.questions import Document, Question


class BlockingGitHub:
    """The predecessor's client, called from the event loop."""

    def __init__(self, github: GitHub) -> None:
        self._github = github

    async def __aenter__(self) -> Self:
        """Do nothing: a session of `requests` needs no event loop, which is how it gets in here."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Do nothing."""

    async def answer(self, question: Question) -> Document:
        """Return the document, having stopped the event loop for as long as that took."""
        return self._github.answer(question)


def create_app() -> FastAPI:
    """Return stage 1's routes over the blocking client."""
    return app_over(BlockingGitHub(GitHub(vars(Config))))
