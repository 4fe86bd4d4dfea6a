"""A client of GitHub's, and a raw server that it talks to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from portico.core.message import Request
from portico.gateway.ports import Incoming, Upstream
from portico.github.client import GitHubClient
from tests.support.raw_server import RawServer, Script, raw_server


@asynccontextmanager
async def talking(
    script: Script, *, timeout_s: float = 5.0, root: str = ""
) -> AsyncIterator[tuple[RawServer, GitHubClient]]:
    """Serve with this script, to a client whose API is at the path `root`."""
    async with (
        raw_server(script) as server,
        GitHubClient(server.url + root, timeout_s=timeout_s, version="1.2.3") as client,
    ):
        yield server, client


async def body_of(answer: Incoming) -> bytes:
    """Return the whole body of an answer."""
    return b"".join([chunk async for chunk in answer.chunks()])


async def fetch(client: Upstream, method: str = "GET", path: str = "/x") -> bytes:
    """Return the body of the answer to a bare request."""
    return await body_of(await client.send(Request(method, path), None))
