"""What can happen around listeners, in any order, and the rule that nothing leaks by it.

A small world changes: repositories become private and public, are renamed, given away, deleted and
made again under old names; people come and go; tokens are revoked. Its deliveries come late, out of
order, twice or not at all; GitHub fails, and its answers are held back; listeners come, resume and
leave. Every block that a listener gets is searched for the name of every repository.

The rule: the listener's audience could see the repository at some instant after Portico was told of
the latest change of access to it, and not longer ago than a proof holds.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
from collections.abc import Callable

from portico.core.audience import (
    Audience,
    Caller,
)
from portico.core.budget import Budget
from portico.core.errors import PorticoError
from portico.core.happening import read_happening
from portico.core.history import History
from portico.core.live import Wanted
from portico.core.message import Request
from portico.core.proofs import GRANTED_S, Ending, ending_of
from portico.gateway.access import Access
from portico.gateway.live import Live
from portico.gateway.throttle import Throttle
from portico.sandbox import Sandbox
from portico.sandbox.model import Repository
from portico.sandbox.webhooks.hook import WebhookDelivery
from portico.stores.memory import MemoryStore
from tests.gateway.leak_world import (
    CALLERS,
    NAMES,
    OWNERS,
    PEOPLE,
    Hearer,
    StepClock,
    can_see,
    small_world,
)
from tests.gateway.live_scene import For
from tests.gateway.scene import SECRET, Witness, gateway_before, let_all_run
from tests.support.sandboxed import SandboxedGitHub

Step = tuple[object, ...]


class Play:
    """One sequence of steps."""

    def __init__(self, access: type[Access] = Access) -> None:
        self.clock = StepClock()
        self.sandbox = Sandbox(small_world(self.clock.now), now=self.clock.now)
        self.world = self.sandbox.world
        self.world.edge.is_on = True
        self.world.add_hook()
        self.github = SandboxedGitHub(self.sandbox)
        self.witness = witness = Witness()
        store = MemoryStore(1_000_000, secret=SECRET)
        throttle = Throttle(Budget(), self.clock, places=50, patience_s=5.0)
        self.gateway = gateway_before(
            self.github, store, throttle, self.clock, witness, body_limit_bytes=100_000
        )
        self.live = Live(
            History("0123abcd", "ef", now=self.clock.now()),
            access(self.gateway, self.clock, deadline_s=5.0),
            self.clock,
            witness,
            most_listeners=20,
        )
        self.hearers: list[Hearer] = []
        self.reading: list[asyncio.Task[None]] = []
        self.waiting: list[WebhookDelivery] = []
        self.all_names: dict[str, set[int]] = {}
        self.last_seen_at: dict[tuple[Audience, int], float] = {}
        self.told_of_access_at: dict[tuple[bool, int], float] = {}  # True: for everybody
        self.heard_happenings = 0
        self._taken = 0
        self._numbers = itertools.count()

    async def run(self, steps: list[Step]) -> None:
        """Do all steps, a second apart, and what follows from each; then end."""
        async with self.live.running():
            for step in steps:
                self._look_around()
                await self._act(step)
                self._look_around()
                await let_all_run()
                self.clock.advance(1)
                await let_all_run()
            self.github.release()
            for hearer in self.hearers:
                if hearer.task is not None:
                    hearer.task.cancel()
            results = await asyncio.gather(
                *(hearer.task for hearer in self.hearers if hearer.task), return_exceptions=True
            )
        await asyncio.gather(*self.reading)
        for result in results:
            if isinstance(result, Exception):
                raise result
        assert self.witness.failures == []

    async def _act(self, step: Step) -> None:
        match step:
            case ("listen", Caller() as caller, int() as number, bool() as is_resuming):
                self._listen(caller, number, is_resuming=is_resuming)
            case ("read", Caller() as caller, int() as number, _):
                self.reading.append(asyncio.create_task(self._read(caller, number)))
            case ("wait", int() as seconds):
                for _ in range(seconds // 5):
                    self.clock.advance(5)
                    self._look_around()
                    await let_all_run()
            case (("deliver" | "lose" | "repeat") as how, int() as number):
                self._deliver(str(how), number)
            case (str() as what, int() as number):
                # What cannot happen any more (nothing is left, the name is taken) does not.
                with contextlib.suppress(IndexError, ValueError):
                    self._change(what, number)
            case (str() as what,):
                await self._trouble(what)
            case _:
                raise AssertionError(step)

    def _change(self, what: str, number: int) -> None:
        world, person = self.world, PEOPLE[number % 3]
        if what in ("join", "expel"):
            member = world.accounts[person] in world.accounts["nordlys"].members
            if what == "join" and not member:
                world.add_member("nordlys", person)
            elif what == "expel" and member and len(world.accounts["nordlys"].members) > 1:
                world.remove_member("nordlys", person)
            return
        if what == "create":
            world.create_repository(OWNERS[number % 2], NAMES[number % 6], private=number % 3 > 0)
            return
        found, owner = self._repository(number), OWNERS[number % 2]
        changes: dict[str, Callable[[], object]] = {
            "issue": lambda: world.open_issue(found, "x", login="ingrid"),
            "push": lambda: world.push(found, content=b"x"),
            "star": lambda: world.star(found),
            "hide": lambda: world.make_private(found),
            "show": lambda: world.make_private(found, private=False),
            "rename": lambda: world.rename(found, NAMES[number % 6]),
            "transfer": lambda: world.transfer(found, owner),
            "delete": lambda: world.delete_repository(found),
            "invite": lambda: world.add_collaborator(found, person),
            "remove": lambda: world.remove_collaborator(found, person),
        }
        target = {
            "rename": f"{found.owner.login}/{NAMES[number % 6]}",
            "transfer": f"{owner}/{found.name}",
        }.get(what)
        # GitHub would say that the name is taken.
        if target not in {each.full_name for each in world.repositories.values()}:
            changes[what]()

    def _repository(self, number: int) -> Repository:
        known = list(self.world.repositories.values())
        return known[number % len(known)] if known else known[0]

    def _deliver(self, how: str, number: int) -> None:
        arrived = self.world.outbox.arrived
        self.waiting += arrived[self._taken :]
        self._taken = len(arrived)
        if not self.waiting:
            return
        chosen = self.waiting[number % min(len(self.waiting), 3)]
        if how != "repeat":
            self.waiting.remove(chosen)
        if how == "lose":
            return
        happening = read_happening(chosen.event, chosen.body)
        ending = ending_of(happening)
        if ending is not None:
            for each in self._concerned(ending):
                self.told_of_access_at[False, each] = self.clock.now()
                if not ending.is_for_principals_only:
                    self.told_of_access_at[True, each] = self.clock.now()
        # Told again under its own id or another: that access has changed counts each time.
        self.live.publish(happening, f"{chosen.guid}-{next(self._numbers)}")

    def _concerned(self, ending: Ending) -> set[int]:
        return {
            repository_id
            for name, ids in self.all_names.items()
            for repository_id in ids
            if ending.subjects
            & {
                f"repo:{name}",
                f"repo:#{repository_id}",
                f"owner:{name.partition('/')[0]}",
                "anything",
            }
        }

    async def _trouble(self, what: str) -> None:
        match what:
            case "fail" | "mend":
                self.github.is_down = what == "fail"
            case "hold":
                self.github.is_holding = True
            case "release":
                self.github.release()
            case "leave" if self.hearers and self.hearers[0].task:
                self.hearers[0].task.cancel()
            case "revoke" if len(self.world.tokens) > 2:
                self.world.revoke(next(iter(self.world.tokens)))
            case _:
                pass

    def _listen(self, caller: Caller, number: int, *, is_resuming: bool) -> None:
        full_names = sorted(self.all_names)
        wanted = Wanted(owners=frozenset(OWNERS[: 1 + number % 2]))
        if number % 3 == 0 and full_names:
            chosen = [full_names[number % len(full_names)], full_names[-1]]
            wanted = Wanted({name: name for name in chosen})
        hearer = Hearer(caller, wanted)
        former = next((each for each in self.hearers if each.caller == caller), None)
        last_id = former.heard.last_id if is_resuming and former else None
        self.hearers.append(hearer)
        hearer.task = asyncio.create_task(self._hear(hearer, last_id))

    async def _read(self, caller: Caller, number: int) -> None:
        """Read a repository through the proxy, so that it is stored, or under way just then."""
        full_names = sorted(self.all_names)
        path = f"/repos/{full_names[number % len(full_names)]}"
        with contextlib.suppress(PorticoError):
            await self.gateway.fetch(Request("GET", path), caller)

    async def _hear(self, hearer: Hearer, last_id: str | None) -> None:
        try:
            listening = self.live.listening(hearer.wanted, For(hearer.caller), last_id=last_id)
            async with listening as listener:
                async for block in listener.blocks():
                    self._check(hearer, block)
                    hearer.heard.feed(block)
                    self.heard_happenings += block.count(b'"event":')
        except PorticoError:
            return

    def _check(self, hearer: Hearer, block: bytes) -> None:
        """Assert the rule for every repository whose name stands in a block."""
        for line in block.decode().splitlines():
            if '"reason":' in line:
                # A word of Portico's own repeats what the listener itself had asked for.
                asked = (*hearer.wanted.repositories, *hearer.wanted.owners)
                assert any(f'"{name}"' in line for name in asked) or "repository" not in line
                continue
            for name in NAMES:
                if name in line:
                    assert self._may_hear(hearer, name), (hearer.caller.audience, line)

    def _may_hear(self, hearer: Hearer, name: str) -> bool:
        """Return whether one of the repositories that were ever called so may be told of."""
        now, caller = self.clock.now(), hearer.caller
        ids = {
            each
            for full_name, known in self.all_names.items()
            for each in known
            if full_name.endswith(f"/{name}")
        }
        return any(
            self.last_seen_at.get((caller.audience, each), -math.inf)
            >= max(
                now - GRANTED_S,
                self.told_of_access_at.get((caller.is_public, each), -math.inf),
            )
            for each in ids
        )

    def _look_around(self) -> None:
        """Note who sees what at this instant, and under which names."""
        now = self.clock.now()
        for repository in self.world.repositories.values():
            self.all_names.setdefault(repository.full_name.lower(), set()).add(repository.id)
            for caller in CALLERS:
                if can_see(self.world, caller, repository):
                    self.last_seen_at[caller.audience, repository.id] = now
