"""How long an event loop stood still: what a blocking call does to everybody else's requests."""

from __future__ import annotations

import asyncio
from typing import Self

INTERVAL_S = 0.01


class Heartbeat:
    """Beats on the running loop while it is entered. `longest_stall_s` is how late it ever was."""

    def __init__(self) -> None:
        self.longest_stall_s = 0.0
        self._loop = asyncio.get_running_loop()
        self._due_at = 0.0
        self._next: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        if self._next is not None:
            self._next.cancel()
        # A stall that has only just ended has kept the last beat from being heard.
        self._listen()

    def _wait(self) -> None:
        self._due_at = self._loop.time() + INTERVAL_S
        self._next = self._loop.call_at(self._due_at, self._beat)

    def _beat(self) -> None:
        self._listen()
        self._wait()

    def _listen(self) -> None:
        self.longest_stall_s = max(self.longest_stall_s, self._loop.time() - self._due_at)
