"""The sandbox behind the `Upstream` port, in process: no socket, so thousands of calls a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

from portico.core.audience import Credential
from portico.core.errors import GitHubUnreachable
from portico.core.message import Headers, Request
from portico.sandbox import Request as SandboxRequest
from portico.sandbox import Response, Sandbox


class SandboxedGitHub:
    """Implements `gateway.ports.Upstream`.

    A question reaches the sandbox at once. Its answer comes back when `gate` is set, so it can be
    older than what has happened since; while `is_down` nothing gets through.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.is_down = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, request: Request, credential: Credential | None) -> SandboxedAnswer:
        """Answer as the sandbox does.

        Raises:
            GitHubUnreachable: it is down.

        """
        if self.is_down:
            raise GitHubUnreachable
        fields = {"user-agent": "portico"}
        fields |= {name.lower(): value for name, value in request.headers}
        if credential is not None:
            fields["authorization"] = credential.authorization
        path = quote(request.path, safe="/%")
        asked = SandboxRequest(request.method, path, request.query, fields, request.body)
        answer = self.sandbox.answer(asked)
        await self.gate.wait()
        return SandboxedAnswer(answer)


class SandboxedAnswer:
    """Implements `gateway.ports.Incoming`."""

    def __init__(self, answer: Response) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        """The status code."""
        return self._answer.status

    @property
    def headers(self) -> Headers:
        """The header fields."""
        return Headers(self._answer.headers)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the body, which is one chunk."""
        yield self._answer.body

    async def close(self) -> None:
        """Let go of nothing."""
