"""A real gateway on a real store before the sandbox, in process: one change after the other.

Before and after each, everything of `paths` is read and the documents are composed; what GitHub
would say of what is served from the store is asked of the sandbox directly.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from portico import sandbox
from portico.core.audience import Caller
from portico.core.budget import Budget
from portico.core.happening import read_happening
from portico.core.message import NO_HEADERS, Headers, Request
from portico.core.policy import Mode
from portico.core.rewrite import GITHUB_API_URL, Rewriter
from portico.gateway.answer import Answer
from portico.gateway.deliveries import Deliveries
from portico.gateway.gateway import Gateway
from portico.gateway.gather import gather
from portico.gateway.sender import Sender
from portico.gateway.throttle import Throttle
from portico.sandbox import World, respond, seeded_world
from portico.stores.memory import MemoryStore
from tests.gateway.scene import SECRET, Witness
from tests.precision.changes import Change
from tests.precision.documents import Document, documents
from tests.precision.paths import CALLERS, stored
from tests.precision.rounds import Round, Shown, Stored
from tests.support.clock import ManualClock
from tests.support.upstream import Reply, ScriptedGitHub, Sent

NO_CACHE: Final = Headers([("Cache-Control", "no-cache")])
DOCUMENTS: Final = documents()
# Larger than anything that is asked for here.
_BODY_LIMIT_BYTES: Final = 10_000_000
_STORE_BYTES: Final = 500_000_000
# A second each: shorter than the shortest time for which anything stays fresh.
_ROUNDS_A_MINUTE: Final = 8


class Bench:
    """The gateway, and the world behind it."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.world: World = seeded_world(self.clock.now)
        self.world.buckets.limits.update({("*", "core"): 10**9, ("*", "search"): 10**9})
        self._lagging: set[tuple[str, str]] = set()
        self.world.add_hook()
        self.world.outbox.arrived.clear()
        store = MemoryStore(_STORE_BYTES, secret=SECRET)
        witness = Witness()
        throttle = Throttle(Budget(), self.clock, places=50, patience_s=5.0)
        self._gateway = Gateway(
            store=store,
            sender=Sender(
                ScriptedGitHub(self._answer),
                throttle,
                self.clock,
                witness,
                body_limit_bytes=_BODY_LIMIT_BYTES,
            ),
            throttle=throttle,
            rewriter=Rewriter(GITHUB_API_URL),
            clock=self.clock,
            observer=witness,
        )
        self._deliveries = Deliveries(
            self._gateway.invalidate,
            store,
            self._gateway.covering,
            offset=throttle.budget.offset,
            observer=witness,
        )

    async def round(self, number: int, what: str, change: Change) -> Round:
        """Let one thing happen, and look at everything before and after."""
        self.clock.advance(1)
        is_late = number % _ROUNDS_A_MINUTE == 0
        if is_late:
            # The limits by the minute count from new on; what has aged is confirmed.
            self.clock.advance(61)
        before = [
            (
                who,
                target,
                await self.read(target, CALLERS[who], self._fields(who, target, all_of=is_late)),
            )
            for who, target in stored(self.world)
        ]
        self._lagging.clear()
        documents = {each.name: await self.compose(each) for each in DOCUMENTS}
        change(self.world)
        done = Round(what, await self._deliver())
        for who, target, was in before:
            now = await self.read(target, CALLERS[who])
            is_asked = now.mode is not Mode.HIT
            said = _said(now) if is_asked else self._truth(target, CALLERS[who])
            each = Stored(who, target, _said(was), said, is_asked)
            done.stored.append(each)
            if each.is_changed and not is_asked:
                self._lagging.add((who, target))
        for document in DOCUMENTS:
            shown = await self.compose(document)
            truth = await self.compose(document, NO_CACHE)
            done.documents.append(Shown(document.name, documents[document.name], shown, truth))
        return done

    async def compose(self, document: Document, directives: Headers = NO_HEADERS) -> object:
        """Compose a document of what is stored, as a clean endpoint does."""
        caller = CALLERS["the public"]
        return document.of(
            await gather(
                self._gateway, document.steps, caller, deadline_s=60, directives=directives
            )
        )

    def _fields(self, who: str, target: str, *, all_of: bool) -> tuple[tuple[str, str], ...]:
        """Have confirmed what is known to be older than GitHub's: each round begins anew."""
        is_wanted = all_of or (who, target) in self._lagging
        return tuple(NO_CACHE) if is_wanted else ()

    async def read(
        self, target: str, caller: Caller, fields: Iterable[tuple[str, str]] = ()
    ) -> Answer:
        """Read as a caller does."""
        path, _, query = target.partition("?")
        return await self._gateway.fetch(Request("GET", path, query, Headers(fields)), caller)

    async def _deliver(self) -> tuple[str, ...]:
        events: dict[str, None] = {}
        for each in self.world.outbox.arrived:
            happening = read_happening(each.event, each.body)
            await self._deliveries.receive(each.guid, happening)
            events[f"{each.event}.{each.action}" if each.action else each.event] = None
        self.world.outbox.arrived.clear()
        return tuple(events)

    def _truth(self, target: str, caller: Caller) -> tuple[int, bytes]:
        path, _, query = target.partition("?")
        assert caller.credential is not None
        fields = {
            "user-agent": "tests",
            "accept": "application/vnd.github+json",
            "authorization": caller.credential.authorization,
        }
        said = respond(self.world, sandbox.Request("GET", path, query, fields), self.clock.now())
        return said.status, said.body

    def _answer(self, sent: Sent) -> Reply:
        fields = {name.lower(): value for name, value in sent.request.headers}
        fields.setdefault("user-agent", "portico")
        fields.setdefault("accept", "application/vnd.github+json")
        if sent.credential is not None:
            fields["authorization"] = sent.credential.authorization
        asked = sandbox.Request("GET", sent.request.path, sent.request.query, fields)
        said = respond(self.world, asked, self.clock.now())
        return Reply(said.status, Headers(said.headers), (said.body,))


def _said(answer: Answer) -> tuple[int, bytes]:
    return answer.response.status, answer.response.body
