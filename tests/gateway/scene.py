"""A real gateway between a memory store and a scripted GitHub, on a clock that stands still.

A test asks with `get`, moves `clock`, and looks at what `github` was sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from portico.core.audience import (
    Caller,
    Credential,
    principal_caller,
    public_caller,
)
from portico.core.budget import Budget
from portico.core.entry import Entry
from portico.core.happening import Happening
from portico.core.key import Key
from portico.core.message import Headers, Request
from portico.core.rewrite import GITHUB_API_URL, Rewriter
from portico.gateway.answer import Answer
from portico.gateway.deliveries import MOST_REMEMBERED, Deliveries
from portico.gateway.gateway import Gateway
from portico.gateway.ports import Call, Clock, Observer, Store, Upstream
from portico.gateway.sender import Sender
from portico.gateway.throttle import Throttle
from portico.stores.memory import MemoryStore
from portico.stores.tiered import TieredStore
from tests.support.clock import ManualClock
from tests.support.upstream import PATIENCE_S, Outcome, ScriptedGitHub, in_turn

T = TypeVar("T")

SECRET: Final = b"s" * 32
BODY_LIMIT_BYTES: Final = 1_000
PATH: Final = "/users/octo"
"""Of the class that is fresh for 300 s, then served stale for a day, and a rescue for a week."""
ISSUES: Final = "/repos/octo/hello/issues"

OCTO: Final = principal_caller(Credential("Bearer", "token-of-octo"), key=SECRET)
HUBOT: Final = principal_caller(Credential("Bearer", "token-of-hubot"), key=SECRET)
ANYBODY: Final = public_caller(None, key=SECRET)
OPERATORS: Final = public_caller(Credential("Bearer", "token-of-operator"), key=SECRET)


@dataclass(slots=True)
class Witness:
    """Implements `gateway.ports.Observer`: remembers what it is told."""

    calls: list[Call] = field(default_factory=list)
    failures: list[tuple[str, BaseException]] = field(default_factory=list)
    deliveries: list[tuple[str, str]] = field(default_factory=list)
    refutations: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def called(self, call: Call) -> None:
        """Remember a call."""
        self.calls.append(call)

    def delivered(self, event: str, outcome: str) -> None:
        """Remember a delivery."""
        self.deliveries.append((event, outcome))

    def missed(self, subject: str) -> None:
        """Remember a miss."""
        self.misses.append(subject)

    def refuted(self, route_class: str) -> None:
        """Remember a class of route."""
        self.refutations.append(route_class)

    def failed(self, what: str, error: BaseException) -> None:
        """Remember a failure."""
        self.failures.append((what, error))


class SlowStore(MemoryStore):
    """A memory store whose first read, though made at once, is told only when `go_on` is set."""

    def __init__(self) -> None:
        super().__init__(1_000_000, secret=SECRET)
        self.looked_up = asyncio.Event()
        self.go_on = asyncio.Event()

    async def get(self, key: Key) -> Entry | None:
        """Return what was stored when this was asked."""
        found = self.peek(key)
        if not self.looked_up.is_set():
            self.looked_up.set()
            await self.go_on.wait()
        return found


def gateway_before(
    github: Upstream,
    store: Store,
    throttle: Throttle,
    clock: Clock,
    observer: Observer,
    *,
    body_limit_bytes: int = BODY_LIMIT_BYTES,
) -> Gateway:
    """Return a gateway, joined as `app.py` joins it."""
    sender = Sender(github, throttle, clock, observer, body_limit_bytes=body_limit_bytes)
    return Gateway(
        store=store,
        sender=sender,
        throttle=throttle,
        rewriter=Rewriter(GITHUB_API_URL),
        clock=clock,
        observer=observer,
    )


class Scene:
    """The gateway and all around it. The outcomes are what GitHub answers, in turn."""

    def __init__(
        self,
        *outcomes: Outcome,
        places: int = 50,
        patience_s: float = 5.0,
        store: MemoryStore | TieredStore | None = None,
        most_remembered: int = MOST_REMEMBERED,
    ) -> None:
        self.clock = ManualClock()
        self.github = ScriptedGitHub(in_turn(*outcomes))
        self.store = MemoryStore(1_000_000, secret=SECRET) if store is None else store
        self.witness = Witness()
        self.told: list[tuple[str, Happening]] = []
        self.throttle = Throttle(Budget(), self.clock, places=places, patience_s=patience_s)
        self.gateway = gateway_before(
            self.github, self.store, self.throttle, self.clock, self.witness
        )
        self.deliveries = Deliveries(
            self.gateway.invalidate,
            self.store,
            self.gateway.covering,
            offset=self.throttle.budget.offset,
            observer=self.witness,
            listeners=(lambda happening, delivery: self.told.append((delivery, happening)),),
            most_remembered=most_remembered,
        )

    async def get(
        self, path: str = PATH, caller: Caller = OCTO, *, cache_control: str | None = None
    ) -> Answer:
        """Ask for a path (with a query, if it has one)."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.gateway.fetch(get(path, cache_control=cache_control), caller)

    async def send(
        self, method: str, path: str, caller: Caller = OCTO, *, body: bytes = b"{}"
    ) -> Answer:
        """Ask with an unsafe method."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.gateway.write(Request(method, path, body=body), caller)

    async def done(self) -> None:
        """Return when nothing is under way behind the answers."""
        await self.gateway.drain(5.0)

    @property
    def asked(self) -> list[str]:
        """What GitHub was asked, in order."""
        return [f"{sent.request.method} {sent.request.target}" for sent in self.github.sent]


def get(path: str = PATH, *, cache_control: str | None = None) -> Request:
    """Return the request of a `get`."""
    bare, _, query = path.partition("?")
    headers = Headers([("Cache-Control", cache_control)] if cache_control else [])
    return Request("GET", bare, query, headers)


def start(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Begin something that is to wait."""
    return asyncio.create_task(work)


async def leave(*tasks: asyncio.Task[Any]) -> None:
    """Let callers leave before they have their answers."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def let_all_run() -> None:
    """Let everything that can go on without an event from outside go on."""
    for _ in range(50):
        await asyncio.sleep(0)
