"""Stage 1 with admission: a bounded number of fan-outs at once, the rest wait in line.

Without a bound every portfolio that is asked for starts its calls at once. Beyond what the process
can do, all of them then advance together and hardly any arrives.
"""

from __future__ import annotations

from asyncio import Semaphore
from typing import Self

from fastapi import FastAPI
from pydantic import PositiveInt

from benchmarks.migration.stages.fastapi_app.app import Client, app_over
from benchmarks.migration.stages.fastapi_app.github import GitHub
from benchmarks.migration.stages.fastapi_app.settings import Settings
from benchmarks.migration.stages.questions import Document, Question


class AdmissionSettings(Settings):
    """Stage 1's, and how many fan-outs are admitted at once."""

    # 40 portfolios of 28 languages are 1,120 calls at once: more than one core can start in the
    # time that they wait, so a larger number adds nothing but memory.
    admitted_fan_outs: PositiveInt = 40


class Admission:
    """A client that lets `places` fan-outs in at a time. Single calls are not held back."""

    def __init__(self, github: Client, places: int) -> None:
        self._github = github
        self._places = Semaphore(places)

    async def __aenter__(self) -> Self:
        """Open the client."""
        await self._github.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the client."""
        await self._github.__aexit__(None, None, None)

    async def answer(self, question: Question) -> Document:
        """Return the client's document, once there is a place. Raises PorticoError as it does."""
        if not question.fans_out:
            return await self._github.answer(question)
        async with self._places:
            return await self._github.answer(question)


def create_app() -> FastAPI:
    """Return the application, configured by the environment."""
    settings = AdmissionSettings()
    return app_over(Admission(GitHub(settings), settings.admitted_fan_outs))
