"""One listener: a place in the history, moved on as fast as it reads, and never past a doubt.

A listener holds no queue. The history is everybody's; who falls too far behind is told so and
dropped. Order is kept: while it is not known whether the next happening may be told, the listener
waits, heartbeats aside. State changes only between awaits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final

from portico.core.audience import PUBLIC
from portico.core.errors import CallerError, NotFound, PorticoError
from portico.core.event_stream import silent
from portico.core.history import Entrance, History
from portico.core.live import Told, Wanted
from portico.core.words import OVERRUN, RESET, RETRY_MS, Word, lost, retry_ms_of
from portico.gateway.access import Access, Sight
from portico.gateway.behalf import Behalf

# A quarter of what is kept: who is dropped can come back and go on.
MOST_BEHIND: Final = 500
# What is sent at once; then others have their turn.
_BATCH: Final = 50


class Listener:
    """Somebody who listens. `number` tells it from others for the spreading of their return."""

    def __init__(
        self,
        wanted: Wanted,
        behalf: Behalf,
        *,
        history: History,
        access: Access,
        entrance: Entrance,
        sleep: Callable[[float], Awaitable[None]],
        number: int,
    ) -> None:
        self._wanted = wanted
        self._behalf = behalf
        self._history = history
        self._access = access
        self._sleep = sleep
        self._number = number
        self._named = dict(wanted.repositories)
        self._owners = set(wanted.owners)
        self._ids: dict[int, str] = {}
        self._allowed: dict[str, bool] = {}
        self._entrance = entrance
        self._next = entrance.number
        self._place = entrance.place
        self._behind = 0
        self._doubtful: Told | None = None
        self._lost: list[Word] = []
        self._last_word: Word | None = None
        self._woken = asyncio.Event()
        self._is_resting = False
        self._is_beat_due = False
        self._is_stuck = False

    @property
    def keys(self) -> frozenset[str]:
        """What a happening is looked up by to find who may want it."""
        ids = (key_of_id(each) for each in self._ids)
        return frozenset({*self._wanted.repositories, *self._wanted.owners, *ids})

    def end(self, word: Word) -> bytes:
        """End the stream, and return the last word as it is sent; the first that is said stands."""
        self._last_word = self._last_word or word
        self._woken.set()
        return self._last_word.block(retry_ms=retry_ms_of(self._number))

    def notice(self, number: int) -> None:
        """Take note that the happening with this number may be wanted."""
        if self._is_resting:
            # Of all that came while it rested, it is the first.
            self._next, self._is_resting = number, False
        else:
            self._behind += 1
            if self._behind > MOST_BEHIND:
                self.end(OVERRUN)
        self._woken.set()

    def beat(self) -> None:
        """Let a heartbeat be sent, and whatever was not known or allowed be asked anew."""
        if self._is_resting:
            self._next = self._history.end
        self._is_beat_due = True
        self._is_stuck = False
        self._allowed.clear()
        self._woken.set()

    async def prove(self) -> None:
        """Ask GitHub about every repository that was named, all at once.

        Raises:
            CallerError: there is nothing that this listener may be told of; of several reasons
                the first.
            PorticoError: GitHub cannot be asked now.

        """
        denials = [each for owner in tuple(self._owners) if (each := self._refusal(owner))]
        names = tuple(self._named.values())
        came = await asyncio.gather(*map(self._prove_one, names), return_exceptions=True)
        for failure in came:
            if isinstance(failure, CallerError):
                denials.append(failure)
            elif isinstance(failure, BaseException):
                raise failure
        if self._is_deaf:
            raise denials[0]

    def _refusal(self, owner: str) -> CallerError | None:
        """Return why nothing of an owner may be asked for, which is then lost; None if it may."""
        try:
            self._behalf.permit(owner)
        except CallerError as error:
            self._owners.discard(owner)
            self._lost.append(lost("user", owner))
            return error
        return None

    async def _prove_one(self, name: str) -> None:
        try:
            found = await self._found_at(name)
        except CallerError:
            self._lose(name.lower())
            raise
        self._ids[found] = name.lower()

    async def _found_at(self, name: str) -> int:
        """Return the id of the repository that a name leads to.

        Raises:
            CallerError: GitHub shows none of that name.
            PorticoError: it cannot be asked now.

        """
        owner = name.partition("/")[0]
        self._behalf.permit(owner)
        audience = self._behalf.audience(owner)
        found = None if audience is None else self._access.found_at(audience, name)
        if found is not None:
            return found
        sight = await self._look(name)
        if sight.repository_id is None:
            raise sight.denial or NotFound
        return sight.repository_id

    async def _look(self, full_name: str, repository_id: int | None = None) -> Sight:
        caller = await self._behalf.caller(full_name.partition("/")[0])
        sight = await self._access.ask(full_name, caller, repository_id=repository_id)
        if not sight.is_shared:
            self._behalf.asked(caller, full_name, sight.points, sight.mode)
        return sight

    async def blocks(self) -> AsyncGenerator[bytes]:
        """Iterate over what is to be sent, the last word included."""
        yield self._opening()
        while self._last_word is None:
            ready = self._ready()
            if ready:
                yield b"".join(ready)
                # Whoever has much to catch up with lets others have their turn.
                await self._sleep(0)
            elif self._doubtful is not None and not self._is_stuck:
                await self._ask(self._doubtful)
            elif self._is_deaf:
                return
            else:
                await self._rest()
        yield self.end(self._last_word)

    def _opening(self) -> bytes:
        event_id = None if self._entrance.is_resumed else self._history.id_of(self._place)
        if self._entrance.is_broken:
            return RESET.block(event_id=event_id, retry_ms=RETRY_MS)
        return silent("Portico tells what changes", event_id=event_id, retry_ms=RETRY_MS)

    def _ready(self) -> list[bytes]:
        """Return what can be sent at once: happenings up to the first doubt, words, a heartbeat."""
        if self._is_beat_due:
            self._lose_what_is_not_allowed()
        ready = self._take()
        ready += [word.block() for word in self._lost]
        self._lost.clear()
        if self._is_beat_due:
            self._is_beat_due = False
            ready.append(silent("heartbeat", event_id=self._history.id_of(self._place)))
        return ready

    def _take(self) -> list[bytes]:
        taken: list[bytes] = []
        self._doubtful = None
        if self._next < self._history.begin:
            self.end(OVERRUN)
            return taken
        while self._next < self._history.end:
            kept = self._history[self._next]
            is_told = self._judge(kept.told)
            if is_told is None:
                self._doubtful = kept.told
                return taken
            self._next += 1
            self._place = kept.place
            if is_told:
                taken.append(kept.block)
                if len(taken) == _BATCH:
                    return taken
        self._place = self._history.place
        self._behind = 0
        return taken

    def _judge(self, told: Told) -> bool | None:
        """Return whether a happening may be told; None: only GitHub knows."""
        name = self._asked_as(told)
        is_asked = name is not None or not told.owners.isdisjoint(self._owners)
        events = self._wanted.events
        # To everybody nothing is told of when it was private, whatever it is by now.
        is_due = (is_asked and (not events or told.event in events)) and not (
            told.repository.is_private and self._behalf.audience(told.repository.owner) == PUBLIC
        )
        if not is_due and not (name is not None and told.is_about_access):
            return False
        can_see = self._can_see(told)
        if can_see is False and name is not None:
            self._lose(name)
        return None if can_see is None else can_see and is_due

    def _can_see(self, told: Told) -> bool | None:
        owner = told.repository.owner
        if not self._is_allowed(owner):
            return False
        audience = self._behalf.audience(owner)
        return None if audience is None else self._access.at_hand(audience, told.repository.id)

    def _asked_as(self, told: Told) -> str | None:
        """Return the name by which the repository was asked for, if by one."""
        by_id = self._ids.get(told.repository.id)
        return by_id or next((name for name in told.names if name in self._named), None)

    def _is_allowed(self, owner: str) -> bool:
        if owner not in self._allowed:
            try:
                self._behalf.permit(owner)
            except CallerError:
                self._allowed[owner] = False
            else:
                self._allowed[owner] = True
        return self._allowed[owner]

    def _lose_what_is_not_allowed(self) -> None:
        """Take out what may no longer be asked for, as when a key has been revoked."""
        for name in tuple(self._named):
            if not self._is_allowed(name.partition("/")[0]):
                self._lose(name)
        for owner in tuple(self._owners):
            if not self._is_allowed(owner):
                self._owners.discard(owner)
                self._lost.append(lost("user", owner))

    def _lose(self, name: str) -> None:
        self._lost.append(lost("repository", self._named.pop(name)))
        self._ids = {number: each for number, each in self._ids.items() if each != name}

    @property
    def _is_deaf(self) -> bool:
        return not self._named and not self._owners

    async def _ask(self, told: Told) -> None:
        """Ask whether a happening may be told; where GitHub fails, again after a heartbeat."""
        repository = told.repository
        try:
            await self._look(repository.full_name, repository.id)
        except CallerError:
            self._allowed[repository.owner] = False
        except PorticoError:
            self._is_stuck = True

    async def _rest(self) -> None:
        self._woken.clear()
        self._is_resting = self._doubtful is None
        await self._woken.wait()
        self._is_resting = False


def key_of_id(repository_id: int) -> str:
    """Return what a repository is looked up by when its name is not known."""
    return f"#{repository_id}"
