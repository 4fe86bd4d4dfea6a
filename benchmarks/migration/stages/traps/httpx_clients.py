"""The trap of a client whose pool's work grows with its connections: httpx, and httpx2 likewise.

The code is as clean as stage 1's, and with one caller as fast. Both libraries have the same API, so
one class holds either. Once with the pool as it comes (100 connections, 20 of them kept) and once
enlarged to what stage 1 has.
Sources: https://www.python-httpx.org/advanced/resource-limits/, https://github.com/pydantic/httpx2
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, Self

import httpx
import httpx2
from fastapi import FastAPI

from benchmarks.migration.stages.fastapi_app.app import app_over
from benchmarks.migration.stages.fastapi_app.fan_out import at_once
from benchmarks.migration.stages.fastapi_app.settings import Settings
from benchmarks.migration.stages.questions import Document, Question, fields
from portico.core.errors import GitHubTimedOut, GitHubUnreachable
from portico.core.message import Headers, Response
from portico.portfolio.part import Part, Step, answered, failed


class HttpxGitHub:
    """GitHub over one `AsyncClient` of `library`."""

    def __init__(self, library: ModuleType, settings: Settings, **pool: object) -> None:
        self._library = library
        self._root = settings.github_api_url.rstrip("/")
        token = settings.github_token
        self._client: Any = library.AsyncClient(
            headers=fields(token.get_secret_value() if token else None),
            timeout=settings.github_timeout_s,
            follow_redirects=True,
            **pool,
        )

    async def __aenter__(self) -> Self:
        """Open the pool."""
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def answer(self, question: Question) -> Document:
        """Return the document. Raises PorticoError where there is none."""
        return question.document(await at_once(question.steps, self._part))

    async def _part(self, step: Step) -> Part:
        try:
            reply = await self._client.get(self._root + step.request.target)
        except self._library.TimeoutException:
            return failed(step, GitHubTimedOut())
        except self._library.HTTPError:
            return failed(step, GitHubUnreachable())
        headers = Headers(reply.headers.multi_items())
        return answered(step, Response(reply.status_code, headers, reply.content))


def httpx_default() -> FastAPI:
    """Return stage 1's routes over httpx as it comes."""
    return _over(httpx)


def httpx_enlarged() -> FastAPI:
    """Return stage 1's routes over httpx with stage 1's number of connections."""
    return _over_enlarged(httpx)


def httpx2_default() -> FastAPI:
    """Return stage 1's routes over httpx2 as it comes."""
    return _over(httpx2)


def httpx2_enlarged() -> FastAPI:
    """Return stage 1's routes over httpx2 with stage 1's number of connections."""
    return _over_enlarged(httpx2)


def _over(library: ModuleType) -> FastAPI:
    return app_over(HttpxGitHub(library, Settings()))


def _over_enlarged(library: ModuleType) -> FastAPI:
    settings = Settings()
    connections = settings.github_connections
    limits = library.Limits(max_connections=connections, max_keepalive_connections=connections)
    return app_over(HttpxGitHub(library, settings, limits=limits))
