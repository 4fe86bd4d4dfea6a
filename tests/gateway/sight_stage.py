"""Portico before a small GitHub, several who ask it, and a look at every answer that they get.

Joined as `app.py` joins it: a gateway over a store in memory or in a file, deliveries, and the
budget; before the sandbox, on a clock of their own. The world is `sight_world.py`, the rule
`sights.py`; what happens is `sight_play.py`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from portico.core.audience import (
    PUBLIC,
    Audience,
    Caller,
    Credential,
    installation_caller,
    principal_caller,
    public_caller,
)
from portico.core.budget import Budget
from portico.core.errors import GitHubUnreachable, PorticoError
from portico.core.happening import read_happening
from portico.core.hooks import SETTLING_S, read_source
from portico.core.message import NO_HEADERS, Headers, Request
from portico.core.policy import Mode
from portico.gateway.answer import Answer
from portico.gateway.deliveries import Deliveries
from portico.gateway.gateway import Gateway
from portico.gateway.throttle import Throttle
from portico.sandbox import Sandbox, tokens
from portico.sandbox.model import Repository
from portico.sandbox.webhooks.hook import WebhookDelivery
from portico.stores.memory import MemoryStore
from portico.stores.open import open_store
from portico.stores.tiered import TieredStore
from tests.gateway.leak_world import StepClock
from tests.gateway.scene import SECRET, Witness, gateway_before, get, let_all_run
from tests.gateway.sight_world import THERE, marked_world, marks_in, text_of
from tests.gateway.sights import Question, Sights, allowed_s
from tests.support.sandboxed import SandboxedGitHub

# One sees everything, one is granted and loses it, one never has it; one is an installation, whose
# tokens change. The last brings nothing.
WHO: Final = ("solveig", "eirik", "ingrid", "installation", "anonymous")
TOKENS: Final = {
    "solveig": tokens.SOLVEIG,
    "eirik": tokens.EIRIK,
    "ingrid": tokens.INGRID,
    "installation": tokens.INSTALLATION,
}
# So small that some of what is stored is in the file only.
_MEMORY_BYTES: Final = 250_000


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a play takes place.

    Everybody is asked for with the operator's public token or without any; Portico knows that all
    events reach it, or not; the store is a file in `directory`, if one is given, or only memory.
    """

    is_operated: bool = True
    is_covered: bool = False
    directory: Path | None = None


class Stage:
    """All that is there, before anything happens."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.clock = StepClock()
        self.sandbox = Sandbox(marked_world(self.clock.now), now=self.clock.now)
        self.world = self.sandbox.world
        self.github = SandboxedGitHub(self.sandbox)
        self.witness = Witness()
        self.sights = Sights()
        self.callers: dict[str, Caller] = {}
        # Who was shown something private, and how it came about.
        self.shown: list[tuple[str, Mode]] = []
        self.asking: list[asyncio.Task[None]] = []
        self.received: list[WebhookDelivery] = []
        self.now = 0  # the number of the step
        self._taken = 0
        self._audiences: dict[Credential, Audience] = {}

    async def begin(self) -> None:
        """Open the store, meet the callers, and let the formula of entity tags be trusted."""
        self.open()
        for who, token in TOKENS.items():
            self.meet(who, token)
        self.callers["installation"] = self.installation(tokens.INSTALLATION)
        operators = Credential("Bearer", tokens.PUBLIC) if self.setting.is_operated else None
        self.callers["anonymous"] = public_caller(operators, key=self.store.secret)
        if operators is not None:
            self._audiences[operators] = PUBLIC
        self.world.add_hook()
        for repository in self.world.repositories.values():
            self.world.star(repository)
        for delivery in self.new_deliveries():
            await self.deliver(delivery)
        self.clock.advance(SETTLING_S)
        for facet, which in itertools.product(("", "/languages", "/issues"), range(4)):
            await self.ask("solveig", f"/repos/{self.repository(which).full_name}{facet}")

    def meet(self, who: str, token: str) -> None:
        """Let somebody come who brings a token."""
        credential = Credential("Bearer", token)
        self.callers[who] = caller = principal_caller(credential, key=self.store.secret)
        self._audiences[credential] = caller.audience

    async def end(self) -> None:
        """Let everything come to its end, and hear what was seen."""
        await self.quiet()
        await self.store.close()
        assert all(isinstance(error, PorticoError) for _, error in self.witness.failures)

    async def ask(self, who: str, path: str, wish: str | None = None) -> Answer:
        """Ask and wait for the answer, which is looked at like any other.

        Raises:
            PorticoError: there is none.

        """
        self.look()
        question = self.question(who)
        asking = asyncio.create_task(self.answered(question, get(path, cache_control=wish)))
        while not asking.done():
            await self.settle()
            self.clock.advance(1)
            self.look()
        return await asking

    def repository(self, which: int) -> Repository:
        """Return one of four: the even ones are solveig's, the odd ones the organisation's."""
        return list(self.world.repositories.values())[which % len(self.world.repositories)]

    async def answered(self, question: Question, request: Request) -> Answer:
        """Return the answer to a read, having looked at it.

        Raises:
            PorticoError: there is none.

        """
        caller = question.caller
        at_hand = self.gateway.hit(request, caller)
        try:
            answer = at_hand or await self.gateway.fetch(request, caller)
        except PorticoError as error:
            self.hold_against(question, request, error.detail, Mode.MISS)
            raise
        await self.judge(question, request, answer)
        return answer

    async def judge(self, question: Question, request: Request, answer: Answer) -> None:
        """Look at all of an answer."""
        body = answer.response.body
        if answer.streaming is not None:
            body = b"".join([each async for each in answer.streaming.chunks()])
        if answer.response.status == 401 and not question.caller.is_public:
            self.sights.refused(question, at=self.clock.now(), step=self.now)
        said = text_of(headers := answer.response.headers, body)
        # A page of whatever stands before GitHub tells nothing.
        is_page = "html" in (headers.get("Content-Type") or "")
        is_told = answer.response.status in (200, 201, 204) and not is_page
        self.hold_against(question, request, said, answer.mode, headers, is_told=is_told)

    def hold_against(
        self,
        question: Question,
        request: Request,
        said: str,
        mode: Mode,
        headers: Headers = NO_HEADERS,
        *,
        is_told: bool = False,
    ) -> None:
        """Hold what was said against the rule."""
        self.look()
        for credential, at in self.github.unfounded:
            self.sights.believe(self._audience_of(credential), at)
        self.github.unfounded.clear()
        shown = set(marks_in(said))
        if is_told:
            shown |= {(each, THERE) for each in self._named_by(request.path)}
        oldest_s = allowed_s(request, mode, headers, is_covered=self.setting.is_covered)
        self.sights.judge(question, shown, f"{request.target} ({mode})", allowed_s=oldest_s)
        if any(self.world.repositories[each].private for each, _ in shown):
            self.shown.append((question.who, mode))

    def _named_by(self, path: str) -> list[int]:
        """Return the repositories that a path names: one, or none."""
        return [
            each.id
            for each in self.world.repositories.values()
            if f"{path}/".startswith((f"/repos/{each.full_name}/", f"/repositories/{each.id}/"))
        ]

    def question(self, who: str) -> Question:
        """Return the question that somebody puts now."""
        caller = self.callers[who]
        under_way = [
            each.asked_at
            for each in self.github.held
            if self._audience_of(each.credential) == caller.audience
        ]
        return Question(who, caller, self.now, min([self.clock.now(), *under_way]))

    def _audience_of(self, credential: Credential | None) -> Audience:
        return PUBLIC if credential is None else self._audiences[credential]

    def installation(self, token: str | None) -> Caller:
        """Return the caller that acts as the installation, with a token or with none just now."""
        credential = None if token is None else Credential("Bearer", token)
        caller = installation_caller(tokens.INSTALLATION_ID, credential, key=self.store.secret)
        if credential is None:
            return replace(caller, failure=GitHubUnreachable("no token just now"))
        self._audiences[credential] = caller.audience
        return caller

    async def deliver(self, delivery: WebhookDelivery) -> None:
        """Hand a delivery over."""
        happening = read_happening(delivery.event, delivery.body)
        source = read_source(Headers(delivery.headers)) if self.setting.is_covered else None
        self.received.append(delivery)
        await self.deliveries.receive(delivery.guid, happening, source)
        self.sights.told(happening, self.world, at=delivery.at, step=self.now)

    def new_deliveries(self) -> list[WebhookDelivery]:
        """Return what GitHub has sent since this was last asked."""
        arrived = self.world.outbox.arrived
        new, self._taken = arrived[self._taken :], len(arrived)
        return new

    def open(self) -> None:
        """Join everything anew, upon what the store has kept."""
        directory = self.setting.directory
        self.store: MemoryStore | TieredStore = (
            MemoryStore(_MEMORY_BYTES * 4, secret=SECRET)
            if directory is None
            else open_store(
                f"sqlite:///{directory / 'portico.db'}",
                memory_bytes=_MEMORY_BYTES,
                disk_bytes=10_000_000,
                now=self.clock.now,
                shared=False,
            )
        )
        throttle = Throttle(Budget(), self.clock, places=50, patience_s=5.0)
        self.gateway: Gateway = gateway_before(
            self.github, self.store, throttle, self.clock, self.witness, body_limit_bytes=100_000
        )
        self.deliveries = Deliveries(
            self.gateway.invalidate,
            self.store,
            self.gateway.covering,
            offset=throttle.budget.offset,
            observer=self.witness,
        )

    def start(self, asking: Coroutine[Any, Any, None]) -> None:
        """Have somebody ask, and go on meanwhile."""
        self.asking.append(asyncio.create_task(asking))

    def look(self) -> None:
        """Note who sees what at this instant."""
        self.sights.look(self.world, self.callers.values())

    async def settle(self) -> None:
        """Return when nothing goes on by itself any more, in the store's thread neither."""
        for _ in range(1 if self.setting.directory is None else 4):
            await let_all_run()
            await self.store.settled()
        await let_all_run()
        for each in [each for each in self.asking if each.done()]:
            self.asking.remove(each)
            if not each.cancelled():
                each.result()

    async def quiet(self) -> None:
        """Let all that is under way come to its end."""
        self.world.faults.clear()
        self.github.is_down = False
        self.github.release()
        while self.asking:
            await self.settle()
            self.clock.advance(1)
            self.look()
        ending = asyncio.create_task(self.gateway.drain(5.0))
        while not ending.done():
            self.clock.advance(1)
            self.look()
            await self.settle()
