"""All who listen, and the telling: one happening goes into the history, and wakes who may want it.

`publish` never waits and never raises, as GitHub waits for the answer to its delivery. Whatever is
about access ends proofs before anybody is woken.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from portico.core.errors import Overloaded
from portico.core.happening import Happening
from portico.core.history import History
from portico.core.live import Told, Wanted, tell
from portico.core.proofs import ending_of
from portico.core.words import CLOSING
from portico.gateway.access import Access
from portico.gateway.behalf import Behalf
from portico.gateway.listener import Listener, key_of_id
from portico.gateway.ports import Clock, Observer

# The HTML standard's own advice; nginx and most proxies cut what was silent for 60 s.
HEARTBEAT_S: Final = 15.0
# How much later they hear whose process is not the one that GitHub told. To ask whether there is
# anything new takes microseconds (`stores/feed.py`).
HEAR_EVERY_S: Final = 0.5
# About as long as listeners stay who come and go with a page.
RETRY_AFTER_S: Final = 30.0


class Live:
    """The listeners of this process, and what they are told.

    `history` is this process's own. `catch_up`, where there are other processes, has `publish`
    called for what they were told.
    """

    def __init__(
        self,
        history: History,
        access: Access,
        clock: Clock,
        observer: Observer,
        *,
        most_listeners: int,
        catch_up: Callable[[], None] | None = None,
    ) -> None:
        self._history = history
        self._access = access
        self._clock = clock
        self._observer = observer
        self._most_listeners = most_listeners
        self._catch_up = catch_up
        # With the keys under which each is found: of what it has lost it has no longer the key.
        self._listeners: dict[Listener, frozenset[str]] = {}
        self._by_key: dict[str, set[Listener]] = {}
        self._number = 0
        self._is_closing = False

    def __len__(self) -> int:
        return len(self._listeners)

    def publish(self, happening: Happening, delivery: str) -> None:
        """Tell everybody who listens and may know. Never waits, never raises.

        `delivery` is the GUID by which GitHub told of it; the second time it is known already.
        """
        try:
            ending = ending_of(happening)
            if ending is not None:
                self._access.end(ending)
            told = tell(happening)
            if told is not None:
                self._tell(told, delivery)
        except Exception as error:  # noqa: BLE001 (the delivery has been dealt with all the same)
            self._observer.failed(f"telling listeners of delivery {delivery}", error)

    @asynccontextmanager
    async def listening(
        self, wanted: Wanted, behalf: Behalf, *, last_id: str | None = None
    ) -> AsyncIterator[Listener]:
        """Listen for the length of the block; what was named has been proven when it begins.

        Raises:
            Overloaded: as many listen as may.
            CallerError: there is nothing that this listener may be told of.
            PorticoError: GitHub cannot be asked now.

        """
        if len(self._listeners) >= self._most_listeners:
            message = f"{self._most_listeners} listen already"
            raise Overloaded(message, retry_after_s=RETRY_AFTER_S)
        listener = self._listener(wanted, behalf, last_id)
        self._add(listener)
        try:
            await listener.prove()
            # By now the ids of what was named are known.
            self._add(listener)
            yield listener
        finally:
            self._remove(listener)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send heartbeats while the block runs; at its end everybody is told that it ends."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._beat(), name="heartbeats")]
            if self._catch_up is not None:
                hearing = self._hear(self._catch_up)
                tasks.append(group.create_task(hearing, name="hear of other processes"))
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                self.close()

    def close(self) -> None:
        """Let every stream end with a word, those too that are only about to begin."""
        self._is_closing = True
        for listener in self._listeners:
            listener.end(CLOSING)

    def _tell(self, told: Told, delivery: str) -> None:
        number = self._history.end
        if not self._history.add(told, delivery=delivery, now=self._clock.now()):
            return
        keys = (*told.names, *told.owners, key_of_id(told.repository.id))
        for listener in set().union(*(self._by_key.get(key, ()) for key in keys)):
            listener.notice(number)

    def _listener(self, wanted: Wanted, behalf: Behalf, last_id: str | None) -> Listener:
        self._number += 1
        listener = Listener(
            wanted,
            behalf,
            history=self._history,
            access=self._access,
            entrance=self._history.enter(last_id, now=self._clock.now()),
            sleep=self._clock.sleep,
            number=self._number,
        )
        if self._is_closing:
            listener.end(CLOSING)
        return listener

    def _add(self, listener: Listener) -> None:
        self._listeners[listener] = self._listeners.get(listener, frozenset()) | listener.keys
        for key in listener.keys:
            self._by_key.setdefault(key, set()).add(listener)

    def _remove(self, listener: Listener) -> None:
        for key in self._listeners.pop(listener, frozenset()):
            sharing = self._by_key.get(key, set())
            sharing.discard(listener)
            if not sharing:
                self._by_key.pop(key, None)

    async def _beat(self) -> None:
        while True:
            await self._clock.sleep(HEARTBEAT_S)
            for listener in self._listeners:
                listener.beat()

    async def _hear(self, catch_up: Callable[[], None]) -> None:
        """Hear what the others were told, also while nobody listens: who comes may resume."""
        while True:
            await self._clock.sleep(HEAR_EVERY_S)
            try:
                catch_up()
            except Exception as error:  # noqa: BLE001 (what this process is told goes on all the same)
                self._observer.failed("hearing what other processes were told", error)
