"""GitHub over one pooled `aiohttp.ClientSession`: the waiting of stage 1.

A call that waits holds a few kilobytes and no thread.
"""

from __future__ import annotations

from typing import Self

import aiohttp

from benchmarks.migration.stages.fastapi_app.fan_out import at_once
from benchmarks.migration.stages.fastapi_app.settings import Settings
from benchmarks.migration.stages.questions import Document, Question, fields
from portico.core.errors import GitHubTimedOut, GitHubUnreachable
from portico.core.message import Headers, Response
from portico.portfolio.part import Part, Step, answered, failed


class GitHub:
    """GitHub as the settings say. To be entered inside the event loop that uses it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._root = settings.github_api_url.rstrip("/")
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        """Make the pool of connections: it belongs to the running event loop."""
        token = self._settings.github_token
        self._session = aiohttp.ClientSession(
            headers=fields(token.get_secret_value() if token else None),
            connector=aiohttp.TCPConnector(limit=self._settings.github_connections),
            timeout=aiohttp.ClientTimeout(total=self._settings.github_timeout_s),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        await self._session.close()

    async def answer(self, question: Question) -> Document:
        """Ask GitHub whatever the question takes, and return the document.

        Raises:
            PorticoError: there is no answer at all.

        """
        return question.document(await at_once(question.steps, self._part))

    async def _part(self, step: Step) -> Part:
        url = self._root + step.request.target
        try:
            async with self._session.get(url) as reply:
                body = await reply.read()
        except TimeoutError:
            return failed(step, GitHubTimedOut())
        except aiohttp.ClientError:
            return failed(step, GitHubUnreachable())
        headers = Headers(reply.headers.items())
        return answered(step, Response(reply.status, headers, body))
