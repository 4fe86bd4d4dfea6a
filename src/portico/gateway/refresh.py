"""Renewing behind the answer: tasks that nobody waits for, bounded, and drained at shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from portico.core.key import Key

# Renewals wait for a place like everybody; this bounds what they may hold in memory.
MOST_AT_ONCE: Final = 500


class Refresh:
    """The renewals under way, at most one per key."""

    def __init__(
        self, failed: Callable[[str, BaseException], None], *, most: int = MOST_AT_ONCE
    ) -> None:
        self._failed = failed
        self._most = most
        self._tasks: dict[Key, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    def soon(self, key: Key, renew: Callable[[], Coroutine[Any, Any, object]]) -> bool:
        """Start a renewal unless one is under way or there are too many; tell whether."""
        if key in self._tasks or len(self._tasks) >= self._most:
            return False
        task = asyncio.create_task(self._run(key, renew), name=f"renewal {key.path}")
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))
        return True

    async def drain(self, patience_s: float) -> None:
        """Wait for what is under way, at most `patience_s` seconds; then cancel the rest."""
        tasks = set(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=patience_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, key: Key, renew: Callable[[], Coroutine[Any, Any, object]]) -> None:
        try:
            await renew()
        except Exception as error:  # noqa: BLE001 (nobody waits who could be told)
            self._failed(f"renewing {key.path}", error)
