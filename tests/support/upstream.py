"""A scripted GitHub behind the `Upstream` port: it answers as the test's script says, in process.

It remembers what was asked and with which credential, holds answers back until the test lets
them go, breaks bodies off, and knows which answers nobody has closed. A request that the script
has no answer for fails the test.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from portico.core.audience import Credential
from portico.core.errors import PorticoError
from portico.core.message import Headers, Request

# Far longer than anything in process takes; only a test that hangs meets it.
PATIENCE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it was sent."""

    request: Request
    credential: Credential | None

    @property
    def if_none_match(self) -> str | None:
        """The validator that was sent along."""
        return self.request.headers.get("If-None-Match")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its body comes in these chunks, and then `breaks` is raised, if given.

    It is held back until `until` is set.
    """

    status: int
    headers: Headers = field(default_factory=Headers)
    chunks: tuple[bytes, ...] = ()
    breaks: PorticoError | None = None
    until: asyncio.Event | None = None

    def held(self, until: asyncio.Event) -> Reply:
        """Return this answer, held back until the event is set."""
        return replace(self, until=until)

    def breaking(self, failure: PorticoError) -> Reply:
        """Return this answer, its body broken off at the end."""
        return replace(self, breaks=failure)

    def having(self, name: str, value: str) -> Reply:
        """Return this answer with one more header field, or another value of it."""
        return replace(self, headers=self.headers.having(name, value))


Outcome: TypeAlias = Reply | PorticoError
Script: TypeAlias = Callable[[Sent], Outcome]


def ok(body: bytes = b"{}", *, etag: str | None = None, status: int = 200) -> Reply:
    """Return a JSON answer."""
    headers = Headers([("Content-Type", "application/json; charset=utf-8")])
    return Reply(status, headers.having("ETag", etag) if etag else headers, (body,))


def not_modified() -> Reply:
    """Return a 304, which says as little as GitHub's do."""
    return Reply(304)


def binary(*chunks: bytes) -> Reply:
    """Return an answer that is to be passed through."""
    return Reply(200, Headers([("Content-Type", "application/octet-stream")]), chunks)


def in_turn(*outcomes: Outcome) -> Script:
    """Return a script that answers the first request with the first outcome, and so on."""
    left = list(outcomes)

    def script(sent: Sent) -> Outcome:
        if not left:
            raise AssertionError(f"GitHub was asked once too often: {sent.request.target}")
        return left.pop(0)

    return script


def by_path(outcomes: Mapping[str, Outcome]) -> Script:
    """Return a script that answers each target with its outcome, however often."""

    def script(sent: Sent) -> Outcome:
        if sent.request.target not in outcomes:
            raise AssertionError(f"The script knows no {sent.request.target}")
        return outcomes[sent.request.target]

    return script


class ScriptedGitHub:
    """Implements `gateway.ports.Upstream`. `script` may be changed while it runs."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.sent: list[Sent] = []
        self.open = 0
        """Requests without an answer yet, and answers that nobody has closed."""
        self.most_open = 0
        self._changed = asyncio.Condition()

    async def send(self, request: Request, credential: Credential | None) -> ScriptedAnswer:
        """Answer as the script says.

        Raises:
            PorticoError: the script says so.

        """
        sent = Sent(request, credential)
        self.sent.append(sent)
        outcome = self.script(sent)
        async with self._changed:
            self._changed.notify_all()
        if isinstance(outcome, PorticoError):
            raise outcome
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            if outcome.until is not None:
                await outcome.until.wait()
        except asyncio.CancelledError:
            self.open -= 1
            raise
        return ScriptedAnswer(outcome, self)

    async def asked(self, times: int) -> None:
        """Return when it has been asked so many times in all."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(lambda: len(self.sent) >= times)


class ScriptedAnswer:
    """Implements `gateway.ports.Incoming`."""

    def __init__(self, reply: Reply, github: ScriptedGitHub) -> None:
        self._reply = reply
        self._github = github
        self._left = list(reply.chunks)
        self._is_open = True

    @property
    def status(self) -> int:
        """The status code."""
        return self._reply.status

    @property
    def headers(self) -> Headers:
        """The header fields."""
        return self._reply.headers

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over what is left of the body.

        Raises:
            PorticoError: the script lets the body break off.

        """
        while self._left:
            if not self._is_open:
                raise AssertionError("The body is read after the answer was closed")
            yield self._left.pop(0)
            await asyncio.sleep(0)
        if self._reply.breaks is not None:
            raise self._reply.breaks

    async def close(self) -> None:
        """Count as closed; more than once is allowed."""
        if self._is_open:
            self._is_open = False
            self._github.open -= 1
