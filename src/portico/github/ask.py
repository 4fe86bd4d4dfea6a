"""A question of Portico's own to GitHub: one request, its whole body, whatever the status."""

from __future__ import annotations

from typing import Final, Protocol

from portico.core.audience import Credential
from portico.core.errors import GitHubBroken
from portico.core.message import Request, Response
from portico.github.client import Answer

# A page of a hundred repositories has 0.6 MB.
BODY_LIMIT_BYTES: Final = 4_194_304


class Sends(Protocol):
    """The client, or what stands before it."""

    async def send(self, request: Request, credential: Credential | None) -> Answer:
        """Send one request; as `GitHubClient.send`."""
        ...


async def ask(client: Sends, request: Request, credential: Credential | None) -> Response:
    """Return GitHub's answer, its body read.

    Raises:
        GitHubError: GitHub could not be asked, or its answer is far too long.

    """
    incoming = await client.send(request, credential)
    body = bytearray()
    try:
        async for chunk in incoming.chunks():
            body += chunk
            if len(body) > BODY_LIMIT_BYTES:
                message = f"GitHub's answer to {request.method} {request.path} is far too long"
                raise GitHubBroken(message)
    finally:
        await incoming.close()
    return Response(incoming.status, incoming.headers, bytes(body))
