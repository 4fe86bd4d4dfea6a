"""Listeners before a scripted GitHub that knows who may see which repository.

A test changes `github.sees`, lets things happen with `happen`, and looks at what each `Ear` heard.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from portico.core.audience import Audience, Caller
from portico.core.errors import CallerError, PorticoError
from portico.core.happening import Happening, RepositoryRef
from portico.core.history import History
from portico.core.live import Wanted
from portico.core.policy import Mode
from portico.gateway.access import Access
from portico.gateway.listener import Listener
from portico.gateway.live import HEARTBEAT_S, Live
from tests.gateway.scene import OCTO, OPERATORS, Scene, let_all_run
from tests.support.event_stream import EventReader
from tests.support.upstream import Outcome, Reply, Sent, ok

HELLO: Final = RepositoryRef(id=1, full_name="octo/hello", is_private=False)
VAULT: Final = RepositoryRef(id=2, full_name="octo/vault", is_private=True)
EVERYBODY: Final = "everybody"
_BODY: Final = (
    '{{"id":{id},"name":"x","full_name":"{full_name}","owner":{{"login":"octo"}},"fork":false,'
    '"size":1,"stargazers_count":0,"forks_count":0,"open_issues_count":0,'
    '"default_branch":"main"}}'
)


class SeeingGitHub:
    """The script: who sees what, by the credential's secret, `everybody` for all.

    `fails` is what it answers instead. While `gate` is not set it holds its answers back.
    """

    def __init__(self) -> None:
        self.sees: dict[str, dict[str, int]] = {
            EVERYBODY: {"octo/hello": 1},
            "token-of-octo": {"octo/vault": 2},
        }
        self.fails: Outcome | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    def answer(self, sent: Sent) -> Outcome:
        """Answer `GET /repos/{owner}/{repo}`, with an ETag of what is seen by whom."""
        if self.fails is not None:
            return self.fails
        who = sent.credential.secret if sent.credential else ""
        name = sent.request.path.removeprefix("/repos/").lower()
        found = self.sees.get(who, {}).get(name) or self.sees[EVERYBODY].get(name)
        if found is None:
            return ok(b'{"message":"Not Found"}', status=404).held(self.gate)
        etag = f'"{who}-{name}-{found}"'
        if sent.if_none_match == etag:
            return Reply(304).held(self.gate)
        body = _BODY.format(id=found, full_name=name)
        return ok(body.encode(), etag=etag).held(self.gate)

    def hide(self, name: str, *, of: str = EVERYBODY) -> None:
        """Make somebody see no such repository any more."""
        self.sees[of].pop(name)


@dataclass(slots=True)
class For:
    """Implements `gateway.behalf.Behalf`: somebody whose right to ask a test can take away."""

    who: Caller = OPERATORS
    refusal: PorticoError | None = None
    points: int = 0

    def permit(self, owner: str) -> None:
        """Return.

        Raises:
            CallerError: the test says so.

        """
        if isinstance(self.refusal, CallerError):
            raise self.refusal

    def audience(self, owner: str) -> Audience | None:
        """Return whose answers they get."""
        return self.who.audience

    async def caller(self, owner: str) -> Caller:
        """Return the caller.

        Raises:
            PorticoError: the test says so.

        """
        if self.refusal is not None:
            raise self.refusal
        return self.who

    def asked(self, caller: Caller, full_name: str, points: int, mode: Mode) -> None:
        """Count."""
        self.points += points


@dataclass(slots=True)
class Ear:
    """What one listener has been sent so far. While `is_open` is not set it reads nothing more."""

    listener: Listener
    heard: EventReader = field(default_factory=EventReader)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False

    @property
    def told(self) -> list[Any]:
        """The numbers in the details of the happenings that were heard."""
        return [event["details"].get("number") for event in self.heard.happenings]

    @property
    def words(self) -> list[str]:
        """The names of what Portico itself said."""
        return [event.name for event in self.heard.events if event.name != "message"]

    async def hear(self) -> None:
        """Read to the end of the stream."""
        self.is_open.set()
        async for block in self.listener.blocks():
            self.heard.feed(block)
            await self.is_open.wait()
        self.is_over = True


class LiveScene:
    """Live and all behind it."""

    def __init__(self, *, most_listeners: int = 10) -> None:
        self.scene = Scene()
        self.github = SeeingGitHub()
        self.scene.github.script = self.github.answer
        self.clock = self.scene.clock
        self.access = Access(self.scene.gateway, self.clock, deadline_s=5.0)
        self.live = Live(
            History("0123abcd", "ef", now=self.clock.now()),
            self.access,
            self.clock,
            self.scene.witness,
            most_listeners=most_listeners,
        )
        self._deliveries = itertools.count()

    @asynccontextmanager
    async def ear(
        self, wanted: Wanted, behalf: For | None = None, *, last_id: str | None = None
    ) -> AsyncIterator[Ear]:
        """Listen and hear for the length of the block."""
        async with self.live.listening(wanted, behalf or For(), last_id=last_id) as listener:
            made = Ear(listener)
            hearing = asyncio.create_task(made.hear())
            await let_all_run()
            try:
                yield made
            finally:
                hearing.cancel()
                await asyncio.gather(hearing, return_exceptions=True)

    async def happen(self, *happenings: Happening) -> None:
        """Publish, and let everybody hear it who can."""
        for happening in happenings:
            self.live.publish(happening, f"d-{next(self._deliveries)}")
        await let_all_run()

    async def pass_s(self, seconds: float) -> None:
        """Let time pass, heartbeats included, and everything that waits for it go on."""
        self.clock.advance(seconds)
        for listener in self.live._listeners:
            listener.beat()
        await asyncio.sleep(0.03)
        await let_all_run()

    async def beat(self) -> None:
        """Let the next heartbeat come."""
        await self.pass_s(HEARTBEAT_S)

    @property
    def asked(self) -> int:
        """How often GitHub was asked."""
        return len(self.scene.github.sent)


def issue(number: int, repository: RepositoryRef = HELLO) -> Happening:
    """Return the opening of an issue."""
    return Happening(
        event="issues", action="opened", repository=repository, details={"number": number}
    )


def change(action: str, repository: RepositoryRef = HELLO) -> Happening:
    """Return a change of who can see a repository."""
    return Happening(event="repository", action=action, repository=repository)


def named(*names: str, events: frozenset[str] = frozenset()) -> Wanted:
    """Return the wish for repositories by name."""
    return Wanted({name.lower(): name for name in names}, events=events)


def of_owner(*owners: str) -> Wanted:
    """Return the wish for all of some owners' repositories."""
    return Wanted(owners=frozenset(owners))


OCTOS: Final[Callable[[], For]] = lambda: For(OCTO)  # noqa: E731 (a name for a constructor)
