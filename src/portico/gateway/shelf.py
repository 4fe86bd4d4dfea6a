"""The store as the loop uses it: looking up, planning upon what is there, putting answers back.

Two rules hold here. What other processes changed is taken in before anything is looked at. And
of what changed while GitHub was asked, nothing is put back as if it were current; an answer of the
minute after a change may come of a replica that lags behind, so it is soon to be asked for again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from portico.core.audience import Caller
from portico.core.entry import Entry
from portico.core.key import Key
from portico.core.message import Request, Response
from portico.core.policy import Plan, Verdict, before_sending
from portico.core.resource import RouteClass, classify
from portico.gateway.invalidate import Invalidate, audience_tag
from portico.gateway.lives import Lives
from portico.gateway.ports import Clock, Store
from portico.gateway.proving import Proving

# More than a clock is set back by when it is kept by the network's time.
FURTHEST_AHEAD_S: Final = 60.0


class Shelf:
    """Entries, their tags and marks, on behalf of callers."""

    def __init__(
        self,
        store: Store,
        invalidate: Invalidate,
        lives: Lives,
        proving: Proving,
        clock: Clock,
    ) -> None:
        self._store = store
        self._invalidate = invalidate
        self._lives = lives
        self._proving = proving
        self._clock = clock

    @property
    def edition(self) -> int:
        """A number that changes whenever `peek` may answer otherwise than before."""
        self._invalidate.catch_up()
        return self._store.edition

    def peek(self, key: Key) -> Entry | None:
        """Return the entry if it is at hand."""
        # First: what other processes have marked must not be served.
        self._invalidate.catch_up()
        return self._of_the_past(key, self._store.peek(key))

    async def look_up(self, key: Key) -> Entry | None:
        """Return the entry, or None."""
        at_hand = self.peek(key)
        if at_hand is not None:
            return at_hand
        entry = self._of_the_past(key, await self._store.get(key))
        if entry is not None:
            self._invalidate.learn(key.path, entry.response)
        return entry

    async def as_it_is_now(self, key: Key, entry: Entry | None, position: int) -> Entry | None:
        """Return an entry as it is now, None if it is gone: it was looked up after `position`."""
        if entry is None or not self._invalidate.touched_since(entry.tags, position):
            return entry
        return await self.look_up(key)

    def plan(self, request: Request, entry: Entry | None, caller: Caller) -> Plan:
        """Return what is to be done with a read, given what is stored for it."""
        now = self._clock.now()
        covered = stretched = None
        # Within the time of its class it makes no difference, and that is the shortest road.
        if entry is not None and entry.age_s(now) > entry.lifetime.fresh_s:
            covered = self._lives.covered(request, entry, caller)
            if covered is None:
                stretched = self._lives.stretched(request, entry, caller)
        return before_sending(
            request,
            entry,
            now=now,
            obtains=caller.obtains,
            tag=lambda stored: self._proving.tag_for(request, stored, caller),
            covered=covered,
            stretched=stretched,
        )

    def is_outdated(self, request: Request, caller: Caller, position: int) -> bool:
        """Return whether an answer asked for at a mark position may be from before a change.

        What is the caller's own shows many things, none of which its path names: there any
        change counts.
        """
        route = classify(request.path, request.query)
        if route.route_class is RouteClass.OWN:
            return self._invalidate.position > position
        tags = self._invalidate.tags_of(route.tags, caller.audience)
        return self._invalidate.touched_since(tags, position)

    def remove(self, key: Key) -> None:
        """Remove an entry."""
        self._store.delete(key)

    def apply(self, key: Key, verdict: Verdict, caller: Caller, position: int) -> Verdict:
        """Store, or remove, what a verdict says; return it with the entry as it was stored.

        `position` is the mark position (`core.marks`) before GitHub was asked.
        """
        outcome = verdict.outcome
        if isinstance(outcome, Response) and outcome.status == 401:
            self.drop_all_of(caller)
        elif verdict.forget:
            self._store.delete(key)
        elif (kept := verdict.keep) is not None:
            self._invalidate.learn(key.path, kept.response)
            stored = self._tagged(kept, caller, position)
            self._store.put(key, stored)
            # The very same, so that what is made of it for this caller is there for the next.
            return replace(verdict, entry=stored, keep=stored)
        return verdict

    def drop_all_of(self, caller: Caller) -> None:
        """Forget all that was obtained with a credential that GitHub no longer accepts."""
        # Without a credential a 401 only says that one is needed.
        if not caller.is_public:
            self._invalidate.drop({audience_tag(caller.audience)})

    def _of_the_past(self, key: Key, entry: Entry | None) -> Entry | None:
        """Return the entry, unless it is from before the clock was set back: then it is removed.

        How old it is nobody knows, and no answer of these days would be stored in its place.
        """
        if entry is None or entry.confirmed_at <= self._clock.now() + FURTHEST_AHEAD_S:
            return entry
        self._store.delete(key)
        return None

    def _tagged(self, kept: Entry, caller: Caller, position: int) -> Entry:
        tags = self._invalidate.tags_of(kept.tags, caller.audience)
        unsettled_until = self._invalidate.unsettled_until(tags)
        return replace(
            kept,
            tags=tags,
            marked=self._invalidate.touched_since(tags, position),
            unsettled_until=unsettled_until if unsettled_until > kept.confirmed_at else 0.0,
        )
