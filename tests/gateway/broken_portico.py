"""Ways to break Portico on purpose: each takes away one thing that keeps answers apart."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from portico.core.audience import PUBLIC, Caller
from portico.core.entry import Entry
from portico.core.happening import Happening
from portico.core.key import Key, key_of
from portico.core.lane import Lane
from portico.core.message import Request
from portico.core.webhook import Changes, changes_of
from portico.gateway import deliveries as deliveries_module
from portico.gateway import gateway as gateway_module
from portico.gateway.flight import Flight, Flights, T
from portico.gateway.gateway import Gateway
from portico.gateway.landed import Landed
from portico.gateway.proving import Borrowed
from portico.gateway.shelf import Shelf
from portico.gateway.stream import Streaming


def without_the_audience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The audience is left out of the key."""
    broken = lambda request, _: key_of(request, PUBLIC)  # noqa: E731 (it stands for `key_of`)
    monkeypatch.setattr(gateway_module, "key_of", broken)


def without_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another holds is taken for the asker's own, and GitHub is not asked."""
    look_up = Shelf.look_up

    async def broken(self: Shelf, key: Key) -> Entry | None:
        return await look_up(self, key) or self._store.sibling(key)

    monkeypatch.setattr(Shelf, "look_up", broken)


def with_any_304(monkeypatch: pytest.MonkeyPatch) -> None:
    """A 304 proves something though it does not name what it confirms."""
    monkeypatch.setattr(Borrowed, "is_proved_by", lambda *_: True)


def without_dropping(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was made private stays where it is stored."""

    def broken(happening: Happening) -> Changes:
        changes = changes_of(happening)
        return changes if happening.action != "privatized" else replace(changes, drop=frozenset())

    monkeypatch.setattr(deliveries_module, "changes_of", broken)


def with_shared_flights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for the same meanwhile is given the same answer."""
    join = Flights.join

    async def broken(
        self: Flights[T],
        key: Key,
        call: Callable[[Flight[T]], Coroutine[Any, Any, T]],
        *,
        lane: Lane,
        position: int,
        is_outdated: Callable[[int], bool],
    ) -> tuple[T, bool]:
        shared = replace(key, audience=PUBLIC)
        return await join(self, shared, call, lane=lane, position=position, is_outdated=is_outdated)

    monkeypatch.setattr(Flights, "join", broken)


def with_anybodys_rescue(monkeypatch: pytest.MonkeyPatch) -> None:
    """When GitHub fails, what another holds stands in."""
    fly = Gateway._fly

    async def broken(
        self: Gateway,
        flight: Flight[Landed],
        key: Key,
        request: Request,
        caller: Caller,
        lane: Lane,
    ) -> Landed:
        landed = await fly(self, flight, key, request, caller, lane)
        if isinstance(landed.result, Streaming) or landed.before is not None:
            return landed
        return replace(landed, before=self._store.sibling(key))

    monkeypatch.setattr(Gateway, "_fly", broken)
