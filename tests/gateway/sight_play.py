"""What can happen around those who ask Portico, in any order.

Principals of differing reach and an anonymous caller read, write and leave; repositories become
private and public, people come and go, credentials change and are refused; deliveries come at once,
late, twice or never; GitHub fails, and its answers are held back and overtake each other; time
passes; the store is closed and opened again. Each answer is looked at in `sight_stage.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeAlias

from portico.core.errors import PorticoError
from portico.core.message import Request
from portico.gateway.gather import gather
from portico.portfolio.plan import organization_portfolio_plan, portfolio_plan
from portico.sandbox import Fault, FaultKind, tokens
from portico.sandbox.model import Repository
from portico.sandbox.webhooks.hook import WebhookDelivery
from tests.gateway.scene import get
from tests.gateway.sight_stage import TOKENS, WHO, Setting, Stage
from tests.gateway.sight_world import path_of, write_marks

Step: TypeAlias = tuple[object, ...]

# No answer of GitHub's takes longer.
_PATIENCE_S: Final = 10


class Play(Stage):
    """One sequence of steps."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._late: list[WebhookDelivery] = []
        self._numbers = itertools.count(1)

    async def run(self, steps: list[Step]) -> None:
        """Do all steps, a second apart, and what follows from each; then end."""
        await self.begin()
        try:
            for step in steps:
                await self.do(step)
            await self.end()
        finally:
            for each in self.asking:
                each.cancel()
            await asyncio.gather(*self.asking, return_exceptions=True)
            await self.store.close()

    async def do(self, step: Step) -> None:
        """Do one step, a second after the last, and let all go on that can."""
        self.look()
        self.clock.advance(1)
        self.now += 1
        self._late += self.new_deliveries()
        await self._act(step)
        await self.settle()
        self.look()

    async def _act(self, step: Step) -> None:
        match step:
            case ("read" | "crowd" | "portfolio" | "write" | "leave", *_):
                self._ask(step)
            case ("hold" | "release" | "land" | "down" | "up" | "fault", *_):
                self._trouble(step)
            case ("edit" | "rotate" | "lose" | "revoke", *_):
                self._renew(step)
            case ("wait", int() as seconds):
                await self._wait(seconds)
            case ("tell" | "retell" as how, int() as number):
                await self._tell(how, number)
            case ("restart",):
                await self._restart()
            case (str() as what, int() as which, "told" | "late" | "lost" as how):
                self._change(what, self.repository(which))
                for delivery in self.new_deliveries():
                    await self._pass_on(delivery, how)
            case _:
                raise AssertionError(step)

    def _ask(self, step: Step) -> None:
        match step:
            case ("read", str() as who, int() as what, int() as which, str() | None as wish):
                self._read(who, what, which, wish)
            case ("crowd", int() as first, int() as what, int() as which, str() | None as wish):
                for number in range(len(WHO)):
                    self._read(WHO[(first + number) % len(WHO)], what, which, wish)
            case ("portfolio", str() as who, bool() as is_users):
                self.start(self._portfolio(who, is_users=is_users))
            case ("write", str() as who, int() as which):
                self.start(self._write(who, which))
            case ("leave",) if self.asking:
                self.asking[0].cancel()

    def _change(self, what: str, repository: Repository) -> None:
        world, app = self.world, tokens.INSTALLATION_ID
        changes: dict[str, Callable[[], object]] = {
            "hide": lambda: world.make_private(repository),
            "show": lambda: world.make_private(repository, private=False),
            "invite": lambda: world.add_collaborator(repository, "eirik"),
            "remove": lambda: world.remove_collaborator(repository, "eirik"),
            "join": lambda: world.add_member("nordlys", "eirik"),
            "expel": lambda: world.remove_member("nordlys", "eirik"),
            "suspend": lambda: world.suspend(app),
            "resume": lambda: world.suspend(app, suspended=False),
        }
        changes[what]()

    def _renew(self, step: Step) -> None:
        """Change a credential, or what a repository says."""
        match step:
            case ("edit", int() as which):
                write_marks(self.repository(which), next(self._numbers), at=self.clock.now())
            case ("rotate", bool() as is_revoked):
                before = self.callers["installation"].credential
                if is_revoked and before and before.secret in self.world.tokens:
                    self.world.revoke(before.secret)
                installed = self.world.installations[tokens.INSTALLATION_ID]
                token = self.world.mint(installed, installed.permissions, None)
                self.callers["installation"] = self.installation(token.value)
            case ("lose",):
                self.callers["installation"] = self.installation(None)
            case ("revoke", str() as who) if TOKENS.get(who) in self.world.tokens:
                self.world.revoke(TOKENS[who])

    def _trouble(self, step: Step) -> None:
        match step:
            case ("down" | "up" as how,):
                self.github.is_down = how == "down"
            case ("hold",):
                self.github.is_holding = True
            case ("release",):
                self.github.release()
            case ("land", int() as number):
                self.github.land(number)
            case ("fault", FaultKind() as kind, int() as times):
                self.world.faults.add(Fault(kind, times=times))

    async def _restart(self) -> None:
        """Close everything in good order, and open it again upon what the store has kept."""
        await self.quiet()
        await self.store.close()
        self.sights.restarted(self.clock.now())
        self.open()
        await self.gateway.covering.recall()

    async def _wait(self, seconds: int) -> None:
        if seconds > _PATIENCE_S:
            self.github.release()
            await self.settle()
            self.look()
        self.clock.advance(seconds)

    async def _tell(self, how: str, number: int) -> None:
        """Deliver what is late; or once more, by its own id or by another, what came before."""
        if how == "tell" and self._late:
            await self.deliver(self._late.pop(number % len(self._late)))
        elif how == "retell" and self.received:
            again = self.received[number % len(self.received)]
            other = replace(again, guid=f"{again.guid}-{number}")
            await self.deliver(again if number % 2 else other)

    async def _pass_on(self, delivery: WebhookDelivery, how: str) -> None:
        if how == "told":
            await self.deliver(delivery)
        elif how == "late":
            self._late.append(delivery)

    def _read(self, who: str, what: int, which: int, wish: str | None) -> None:
        request = get(path_of(what, self.repository(which)), cache_control=wish)
        question = self.question(who)

        async def reading() -> None:
            with contextlib.suppress(PorticoError):
                await self.answered(question, request)

        self.start(reading())

    async def _write(self, who: str, which: int) -> None:
        path = f"/repos/{self.repository(which).full_name}/issues"
        request = Request("POST", path, body=b'{"title":"Something new"}')
        question = self.question(who)
        try:
            answer = await self.gateway.write(request, question.caller)
        except PorticoError:
            return
        await self.judge(question, request, answer)

    async def _portfolio(self, who: str, *, is_users: bool) -> None:
        plan = (
            portfolio_plan("solveig", frugal=False)
            if is_users
            else organization_portfolio_plan("nordlys", frugal=False)
        )
        question = self.question(who)
        for part in await gather(self.gateway, plan, question.caller, deadline_s=5.0):
            said = f"{part.value} {part.failure}"
            self.hold_against(question, part.step.request, said, part.mode)
