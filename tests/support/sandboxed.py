"""The sandbox behind the `Upstream` port, in process: no socket, so thousands of calls a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from portico.core.audience import Credential
from portico.core.errors import GitHubTimedOut, GitHubUnreachable
from portico.core.message import Headers, Request
from portico.github.outgoing import fields_of
from portico.sandbox import Request as SandboxRequest
from portico.sandbox import Response, Sandbox
from portico.sandbox.message import Wire

_CUT = frozenset({Wire.CUT_LENGTH, Wire.CUT_CHUNKED})


@dataclass(slots=True, eq=False)
class Held:
    """An answer that is on its way. `asked_at` is when it was made, in Unix seconds."""

    credential: Credential | None
    asked_at: float
    gate: asyncio.Event = field(default_factory=asyncio.Event)


class SandboxedGitHub:
    """Implements `gateway.ports.Upstream`.

    A question reaches the sandbox at once. While `is_holding`, its answer comes back only when it
    is let go, so it can be older than what has happened since, and overtake others; while `is_down`
    nothing gets through. `unfounded` are the 304s that named no tag: by whom, and when.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.is_down = False
        self.is_holding = False
        self.held: list[Held] = []
        self.unfounded: list[tuple[Credential | None, float]] = []

    def release(self) -> None:
        """Hold nothing any more, and let all that is held go."""
        self.is_holding = False
        for each in self.held:
            each.gate.set()

    def land(self, number: int) -> None:
        """Let one of the answers that are held go."""
        if self.held:
            self.held[number % len(self.held)].gate.set()

    async def send(self, request: Request, credential: Credential | None) -> SandboxedAnswer:
        """Answer as the sandbox does.

        Raises:
            GitHubUnreachable: it is down, or a fault breaks the connection.
            GitHubTimedOut: a fault keeps it silent.

        """
        if self.is_down:
            raise GitHubUnreachable
        now = self.sandbox.world.clock()
        fields = fields_of(request, credential, user_agent="portico")
        # Whole bodies: a gzip coding is the transport's to undo.
        kept = {name.lower(): value for name, value in fields if name != "Accept-Encoding"}
        asked = SandboxRequest(request.method, request.path, request.query, kept, request.body)
        answer = self.sandbox.answer(asked)
        if answer.status == 304 and answer.header("ETag") is None:
            self.unfounded.append((credential, now))
        if self.is_holding:
            await self._hold(Held(credential, now))
        match answer.delivery.wire:
            case Wire.RESET:
                raise GitHubUnreachable
            case Wire.SILENCE:
                raise GitHubTimedOut
        return SandboxedAnswer(answer)

    async def _hold(self, held: Held) -> None:
        self.held.append(held)
        try:
            await held.gate.wait()
        finally:
            self.held.remove(held)


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
        """Iterate over the body, which is one chunk, or half of one where a fault cuts it.

        Raises:
            GitHubUnreachable: a fault cuts it.

        """
        body = self._answer.body
        if self._answer.delivery.wire in _CUT:
            yield body[: len(body) // 2]
            raise GitHubUnreachable
        yield body

    async def close(self) -> None:
        """Let go of nothing."""
