"""The small world of the plays about leaks, who listens there, and its clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from portico.core.audience import Caller, Credential, principal_caller, public_caller
from portico.core.live import Wanted
from portico.sandbox import World, tokens
from portico.sandbox.access import BadCredentialsError, identify
from portico.sandbox.model import Account, Repository
from portico.sandbox.tokens import Token
from tests.gateway.scene import SECRET
from tests.support.clock import ManualClock
from tests.support.event_stream import EventReader

# No name is part of another, so that each found in a block is that repository's.
NAMES: Final = ("opaldune", "mirthwick", "kelpforge", "tarnhollow", "brackwater", "fennmark")
PEOPLE: Final = ("solveig", "eirik", "ingrid")
OWNERS: Final = ("solveig", "nordlys")
_TOKENS: Final = {"solveig": tokens.SOLVEIG, "eirik": tokens.EIRIK, "ingrid": tokens.INGRID}
PUBLIC: Final = public_caller(Credential("Bearer", tokens.PUBLIC), key=SECRET)
NOBODY: Final = public_caller(None, key=SECRET)
CALLERS: Final = (
    PUBLIC,
    NOBODY,
    *(principal_caller(Credential("Bearer", each), key=SECRET) for each in _TOKENS.values()),
)


@dataclass(slots=True, eq=False)
class Hearer:
    """A listener."""

    caller: Caller
    wanted: Wanted
    heard: EventReader = field(default_factory=EventReader)
    task: asyncio.Task[None] | None = None


class StepClock(ManualClock):
    """A clock on which everybody who waits is woken when it is moved."""

    def __init__(self) -> None:
        super().__init__()
        self._moved = asyncio.Event()

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds."""
        super().advance(seconds)
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait for the clock to be moved so far."""
        end = self.now() + seconds
        if seconds <= 0:
            await asyncio.sleep(0)
        while self.now() < end:
            await self._moved.wait()


def small_world(clock: Callable[[], float]) -> World:
    """Return three people, an organisation and four repositories, two of them private."""
    world = World(clock)
    for number, login in enumerate((*PEOPLE, "nordlys", "portico-demo"), start=1):
        world.add_account(Account(number, login))
    world.accounts["nordlys"].kind = "Organization"
    world.accounts["nordlys"].members.append(world.accounts["solveig"])
    for login, value in _TOKENS.items():
        world.add_token(Token(value, login, ("repo",)))
    world.add_token(Token(tokens.PUBLIC, "portico-demo", ()))
    for number, name in enumerate(NAMES[:4]):
        world.create_repository(OWNERS[number % 2], name, private=number >= 2)
    return world


def can_see(world: World, caller: Caller, repository: Repository) -> bool:
    """Return whether a repository is there for a caller just now."""
    authorization = caller.credential.authorization if caller.credential else ""
    try:
        return identify(world, authorization, "203.0.113.9", world.clock()).can_see(repository)
    except BadCredentialsError:
        return False
