"""`fetch` and `write`: every answer that Portico gives comes through one of the two.

A read: look up, ask `before_sending`, perhaps send, ask `after_receiving`, store, answer.
A write: send with the caller's own credential, then mark what it touched before answering.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from portico.core.audience import PUBLIC, Caller
from portico.core.entry import Entry
from portico.core.errors import NotStored, PorticoError
from portico.core.key import Key, key_of
from portico.core.lane import Lane
from portico.core.limits import resource_of
from portico.core.message import Request, Response
from portico.core.policy import Mode, Plan, Verdict, after_receiving, rescued, unconditional
from portico.core.resource import classify
from portico.core.rewrite import Rewriter
from portico.core.window import Window
from portico.gateway.answer import Answer, passed_on, shared, streamed
from portico.gateway.covering import Covering
from portico.gateway.flight import Flight, Flights
from portico.gateway.invalidate import Invalidate
from portico.gateway.landed import Charge, Landed, charge_nobody
from portico.gateway.lives import Lives
from portico.gateway.ports import Clock, Observer, Store
from portico.gateway.proving import Proving
from portico.gateway.refresh import Refresh
from portico.gateway.sender import Sender, Sent, not_the_callers_fault
from portico.gateway.shelf import Shelf
from portico.gateway.stream import Streaming
from portico.gateway.throttle import Throttle

_REDIRECTS: Final = frozenset({301, 302, 307, 308})


class Gateway:
    """GitHub, as seen through the store. `charge` is told of points that no answer tells of."""

    def __init__(
        self,
        *,
        store: Store,
        sender: Sender,
        throttle: Throttle,
        rewriter: Rewriter,
        clock: Clock,
        observer: Observer,
        is_shared: bool = True,
        charge: Charge = charge_nobody,
    ) -> None:
        self._store = store
        self._sender = sender
        self._throttle = throttle
        self._rewriter = rewriter
        self._clock = clock
        self._charge = charge
        self.budget: Final = throttle.budget
        self.invalidate: Final = Invalidate(store, clock)
        self.covering: Final = Covering(store, self.invalidate, clock, observer)
        self.proving: Final = Proving(store, observer, is_shared=is_shared)
        self._lives = Lives(self.covering, self.budget, clock)
        self.shelf: Final = Shelf(store, self.invalidate, self._lives, self.proving, clock)
        self._refresh = Refresh(observer.failed)
        self._flights: Flights[Landed] = Flights(self._left_over)

    def hit(self, request: Request, caller: Caller) -> Answer | None:
        """Return a fresh stored answer if there is one at hand; never waits, never asks GitHub."""
        key = key_of(request, caller.audience)
        entry = self.shelf.peek(key)
        if entry is None:
            return None
        plan = self.shelf.plan(request, entry, caller)
        if plan.answer is None or plan.ask is not None:
            return None
        return self._from_store(key, request, caller, plan.answer, plan)

    async def fetch(self, request: Request, caller: Caller) -> Answer:
        """Answer a GET or HEAD (asked and stored as GET) for this caller.

        GitHub's errors are answers. A body that streams must be read or closed.

        Raises:
            NotStored: the caller wants only what is stored, and nothing suitable is.
            GitHubError: GitHub failed and nothing stored may stand in.
            Overloaded: too many calls wait already.

        """
        request = replace(request, method="GET", body=b"")
        key = key_of(request, caller.audience)
        entry = await self.shelf.look_up(key)
        plan = self.shelf.plan(request, entry, caller)
        if plan.answer is not None:
            if plan.ask is not None:
                self._refresh.soon(key, lambda: self._renew(key, request, caller))
            return self._from_store(key, request, caller, plan.answer, plan)
        if plan.ask is None:
            raise NotStored
        return await self._ask(key, request, caller)

    async def write(self, request: Request, caller: Caller) -> Answer:
        """Pass a request with an unsafe method on, and mark what it may have changed.

        What was marked is asked of GitHub again before anybody is shown it, also where the
        answer to the write was lost, and also where a read was under way meanwhile. A write
        that GitHub refused (4xx) changed nothing and marks nothing (RFC 9111 §4.4).

        Raises:
            GitHubError: GitHub failed; whether the write took place is not known.
            Overloaded: too many calls wait already.

        """
        sent: Sent | None = None
        try:
            sent = await self._sender.send(request, caller)
        finally:
            # Not awaited before this line: a caller who leaves must not prevent it.
            if sent is None or not sent.is_refused:
                reply = None if sent is None else sent.reply
                answer = reply if isinstance(reply, Response) else None
                self.invalidate.written(request, caller.audience, answer)
        if sent.status == 401:
            self.shelf.drop_all_of(caller)
        try:
            await self._store.settled()
            return replace(self._passed_on(sent), position=self.invalidate.reached)
        except BaseException:
            # There is no answer that could tell of it.
            self._charge(caller, request, sent.points, Mode.BYPASS)
            if isinstance(sent.reply, Streaming):
                await sent.reply.close()
            raise

    def window(self, caller: Caller, path: str) -> Window | None:
        """Return what is left to this caller of the bucket that `path` spends from."""
        now = self._clock.now()
        return self.budget.window(caller.bucket, resource_of(path), now=now)

    def redirected(self, answer: Answer) -> Request | None:
        """Return the read that a redirect leads to, or None if it is none that may be followed.

        Only within GitHub's API: elsewhere no credential may go.
        """
        if answer.response.status not in _REDIRECTS:
            return None
        location = self._rewriter.path(answer.response.headers.get("Location") or "")
        if location is None:
            return None
        path, _, query = location.partition("?")
        return Request("GET", path, query)

    async def pause(self, seconds: float) -> None:
        """Return after so many seconds, for who asks again for what GitHub had not ready."""
        await self._clock.sleep(seconds)

    async def drain(self, patience_s: float) -> None:
        """Finish what is under way, at most `patience_s` seconds."""
        await asyncio.gather(self._refresh.drain(patience_s), self._flights.drain(patience_s))

    async def _ask(
        self, key: Key, request: Request, caller: Caller, *, lane: Lane | None = None
    ) -> Answer:
        lane = caller.lane if lane is None else lane
        landed, leads = await self._flights.join(
            key,
            lambda flight: self._fly(flight, key, request, caller, lane),
            lane=lane,
            position=self.invalidate.position,
            is_outdated=lambda position: self.shelf.is_outdated(request, caller, position),
        )
        verdict = landed.result
        if isinstance(verdict, Streaming):
            return await self._claimed(verdict, landed, request, caller)
        is_hit = not leads and verdict.mode is Mode.HIT
        if is_hit and self.shelf.plan(request, landed.before, caller).answer is None:
            # Fresh enough for whom the flight was started for, but not for this caller.
            return await self._ask(key, request, caller, lane=lane)
        if verdict.failure is not None:
            verdict = rescued(
                request,
                landed.before,
                verdict.failure,
                now=self._clock.now(),
                for_principal=caller.audience != PUBLIC,
            )
        if isinstance(verdict.outcome, PorticoError):
            raise verdict.outcome
        answer = Answer(
            verdict.mode if leads else shared(verdict.mode),
            verdict.outcome,
            entry=verdict.entry,
            points=landed.claim_points(),
            upstream_status=landed.upstream_status,
            is_stored=verdict.keep is not None,
        )
        return self._lives.dated(answer, request, caller)

    async def _fly(
        self,
        flight: Flight[Landed],
        key: Key,
        request: Request,
        caller: Caller,
        lane: Lane,
    ) -> Landed:
        # Look again: another flight may have landed between the caller's look-up and this.
        entry = await self.shelf.look_up(key)
        plan = self.shelf.plan(request, entry, caller)
        if plan.ask is None:
            if plan.answer is None:
                return Landed(Verdict(Mode.MISS, NotStored()), None, 0, None, caller, request)
            hit = Verdict(Mode.HIT, plan.answer.response, entry=plan.answer)
            return Landed(hit, plan.answer, 0, None, caller, request)

        borrowed = self.proving.borrow(key, plan.ask, caller) if entry is None else None
        ask = plan.ask if borrowed is None else borrowed.ask
        sent = await self._sender.send(ask, caller, lane=lane, on_sent=flight.sent)
        is_proved = borrowed is not None and borrowed.is_proved_by(sent.reply)
        if borrowed is not None and sent.status == 304 and not is_proved:
            ask = plan.ask
            sent = await self._sender.send(ask, caller, lane=lane, on_sent=flight.sent)
        if isinstance(sent.reply, Streaming):
            if sent.reply.status < 500:
                # What is stored has been replaced by something that cannot be.
                self.shelf.remove(key)
            return Landed(sent.reply, None, sent.points, sent.status, caller, request)
        if isinstance(sent.reply, Response):
            self.proving.learn(ask, caller, sent.reply)
        # Only by its 304 does what is another's become this caller's.
        verdict = after_receiving(
            ask,
            borrowed.entry if borrowed is not None and is_proved else entry,
            not_the_callers_fault(sent.reply, caller),
            route=classify(request.path, request.query),
            obtained_with=caller.obtains,
            sent_at=sent.sent_at,
            now=self._clock.now(),
        )
        applied = self.shelf.apply(key, verdict, caller, flight.position)
        if applied.failure is not None:
            # What was hidden or changed while GitHub was asked must not stand in.
            entry = await self.shelf.as_it_is_now(key, entry, flight.position)
        return Landed(applied, entry, sent.points, sent.status, caller, request)

    async def _renew(self, key: Key, request: Request, caller: Caller) -> None:
        answer = await self._ask(key, request, caller, lane=max(caller.lane, Lane.REFRESH))
        self._charge(caller, request, answer.points, answer.mode)
        if answer.streaming is not None:
            await answer.streaming.close()

    def _from_store(
        self, key: Key, request: Request, caller: Caller, entry: Entry, plan: Plan
    ) -> Answer:
        is_covered = plan.covered is not None
        if is_covered and self.covering.wants_sample(request, caller):
            self._refresh.soon(key, lambda: self._sample(key, request, caller, entry))
        return self._lives.from_store(entry, request, caller, is_covered=is_covered)

    async def _sample(self, key: Key, request: Request, caller: Caller, before: Entry) -> None:
        """Ask GitHub about what is still fresh, to see whether an event was missed."""
        position = self.invalidate.position
        # The caller's own wishes are about its own answer.
        asked = replace(request, method="GET", headers=request.headers.without("Pragma"))
        asked = asked.having("Cache-Control", "no-cache")
        answer = await self._ask(key, asked, caller, lane=max(caller.lane, Lane.BACKGROUND))
        self._charge(caller, request, answer.points, answer.mode)
        if answer.streaming is not None:
            await answer.streaming.close()
            return
        self.covering.sampled(request, before, answer.response, position)

    async def _claimed(
        self, streaming: Streaming, landed: Landed, request: Request, caller: Caller
    ) -> Answer:
        """Hand the body to this caller, or fetch it once more if another has taken it."""
        if streaming.claim():
            return streamed(streaming, points=landed.claim_points())
        sent = await self._sender.send(unconditional(request), caller)
        return self._passed_on(sent)

    def _passed_on(self, sent: Sent) -> Answer:
        if isinstance(sent.reply, PorticoError):
            raise sent.reply
        if isinstance(sent.reply, Streaming):
            sent.reply.claim()
            return streamed(sent.reply, points=sent.points)
        return passed_on(sent.reply, points=sent.points)

    async def _left_over(self, landed: Landed) -> None:
        """Let go of what nobody will read any more, and put down what it cost."""
        self._charge(landed.caller, landed.request, landed.claim_points(), landed.mode)
        if isinstance(landed.result, Streaming) and landed.result.claim():
            await landed.result.close()
