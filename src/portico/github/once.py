"""One making at a time: who asks for what is being made already waits for that.

Each making is a task of its own, so a caller who leaves takes nobody along. A failure is handed
to all who wait, and to nobody after them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from portico.core.errors import PorticoError

Made = TypeVar("Made")


class Once(Generic[Made]):
    """Makings under way, by key."""

    def __init__(self) -> None:
        self._group: asyncio.TaskGroup | None = None
        self._makings: dict[Hashable, asyncio.Task[Made | PorticoError]] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Own the tasks while the block runs; what is still being made at its end is given up."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                yield
            finally:
                self._group = None
                for task in self._makings.values():
                    task.cancel()

    def begin(self, key: Hashable, make: Callable[[], Awaitable[Made]]) -> None:
        """Have it made, unless it is being made; nobody need wait for it."""
        self._task(key, make)

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Made]]) -> Made:
        """Return what is made, by this call or by one that is under way.

        Raises:
            PorticoError: the making failed.

        """
        outcome = await asyncio.shield(self._task(key, make))
        if isinstance(outcome, PorticoError):
            # A traceback would otherwise grow with each who waited.
            raise outcome.with_traceback(None)
        return outcome

    def _task(
        self, key: Hashable, make: Callable[[], Awaitable[Made]]
    ) -> asyncio.Task[Made | PorticoError]:
        if self._group is None:
            raise RuntimeError("Nothing is made before running() or after it")
        task = self._makings.get(key)
        if task is None or task.done():
            task = self._group.create_task(_outcome(make), name=f"make {key}")
            self._makings[key] = task
            task.add_done_callback(lambda _: self._forget(key))
        return task

    def _forget(self, key: Hashable) -> None:
        task = self._makings.get(key)
        if task is not None and task.done():
            del self._makings[key]


async def _outcome(make: Callable[[], Awaitable[Made]]) -> Made | PorticoError:
    # As a value: a task that fails would take its group along.
    try:
        return await make()
    except PorticoError as error:
        return error
