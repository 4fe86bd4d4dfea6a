"""GitHub's deliveries: what happened is marked or dropped before GitHub hears that we know.

A delivery is remembered after it has taken effect, so that one in whose midst the process died
takes effect when GitHub is asked to deliver it again. Whoever listens is told afterwards.
Deliveries come late, twice, out of order or not at all; none of these may spoil what is stored.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import msgspec

from portico.core.happening import Happening
from portico.core.hooks import Source
from portico.core.offset import ClockOffset
from portico.core.position import Position
from portico.core.webhook import changes_of
from portico.gateway.covering import Covering
from portico.gateway.invalidate import Invalidate
from portico.gateway.ports import Observer, Store

# Told again within the hour it is known without a look at the disk.
MOST_REMEMBERED: Final = 10_000
# An installation may list a thousand repositories; in an announcement of 2 KB so few have room.
_MOST_LISTED: Final = 3
_PREFIX: Final = "delivery:"

Listener: TypeAlias = Callable[[Happening, str], None]
"""Is told what happened, with the delivery's id; must not wait and must not raise."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery. `position`: whoever reads with it sees what happened."""

    is_repeat: bool
    position: Position


class _Told(msgspec.Struct, array_like=True):
    """A happening on its way to the other processes."""

    delivery: str
    happening: Happening
    source: Source | None = None


_DECODER: Final = msgspec.json.Decoder(_Told)


class Deliveries:
    """Takes deliveries, and tells `listeners` of each new one, in whichever process it came."""

    def __init__(
        self,
        invalidate: Invalidate,
        store: Store,
        covering: Covering,
        *,
        offset: ClockOffset,
        observer: Observer,
        listeners: tuple[Listener, ...] = (),
        most_remembered: int = MOST_REMEMBERED,
    ) -> None:
        self._invalidate = invalidate
        self._store = store
        self._covering = covering
        self._offset = offset
        self._observer = observer
        self._listeners = listeners
        self._most_remembered = most_remembered
        self._remembered: OrderedDict[str, None] = OrderedDict()
        invalidate.listen(self._heard)

    def __len__(self) -> int:
        """Return how many ids are remembered at hand; the store has those of days."""
        return len(self._remembered)

    async def receive(
        self, delivery: str, happening: Happening, source: Source | None = None
    ) -> Receipt:
        """Let a genuine delivery take effect, unless it has before. `source` is its hook.

        When this returns, every process's next read of anything that it touched asks GitHub.
        """
        if await self._is_known(delivery):
            self._observer.delivered(happening.event, "repeat")
            return Receipt(is_repeat=True, position=self._invalidate.reached)
        self._take(happening)
        self._store.note(f"{_PREFIX}{delivery}", "")
        self._announce(delivery, happening, source)
        await self._store.settled()
        self._remember(delivery)
        self._observer.delivered(happening.event, "taken")
        if source is not None:
            self._covering.heard(source, happening, is_first=True)
        self._tell(happening, delivery)
        return Receipt(is_repeat=False, position=self._invalidate.reached)

    def _take(self, happening: Happening) -> None:
        changes = changes_of(happening)
        if changes.drop:
            self._invalidate.drop(changes.drop)
        if changes.mark:
            # GitHub's instants are cut to the second: the change may have been at its end.
            at = None if happening.at is None else self._offset.ours(happening.at + 1)
            self._invalidate.mark(changes.mark, happened_at=at)

    async def _is_known(self, delivery: str) -> bool:
        if delivery in self._remembered:
            return True
        return await self._store.noted(f"{_PREFIX}{delivery}") is not None

    def _remember(self, delivery: str) -> None:
        self._remembered[delivery] = None
        if len(self._remembered) > self._most_remembered:
            self._remembered.popitem(last=False)

    def _announce(self, delivery: str, happening: Happening, source: Source | None) -> None:
        for part in _parts_of(happening):
            self._store.announce(msgspec.json.encode(_Told(delivery, part, source)).decode())

    def _heard(self, text: str) -> None:
        """Take in what another process was told."""
        try:
            told = _DECODER.decode(text)
        except msgspec.DecodeError:
            # Of another version of Portico on the same store.
            return
        self._remember(told.delivery)
        if told.source is not None:
            self._covering.heard(told.source, told.happening, is_first=False)
        self._tell(told.happening, told.delivery)

    def _tell(self, happening: Happening, delivery: str) -> None:
        for listener in self._listeners:
            listener(happening, delivery)


def _parts_of(happening: Happening) -> Iterator[Happening]:
    """Split what lists many repositories into several happenings that list few."""
    listed = happening.repositories.get("listed", ())
    if len(listed) <= _MOST_LISTED:
        yield happening
        return
    others = {role: each for role, each in happening.repositories.items() if role != "lost"}
    for start in range(0, len(listed), _MOST_LISTED):
        few = listed[start : start + _MOST_LISTED]
        lost = tuple(each for each in few if each.is_private)
        roles = {**others, "listed": few, **({"lost": lost} if lost else {})}
        yield replace(happening, repositories=roles)
