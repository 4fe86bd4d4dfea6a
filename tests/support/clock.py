"""A clock that stands still until it is moved; the sandbox and Portico can share it."""

from __future__ import annotations

import asyncio

# Pauses between attempts are shorter, waiting for another day longer.
_A_PAUSE_S = 1.0


class ManualClock:
    """Implements `gateway.ports.Clock`.

    A pause (up to a second) takes no time but moves the clock. Who sleeps longer sleeps until
    somebody has moved the clock that far.
    """

    # Some weeks after the newest thing in the sandbox's seeded world.
    def __init__(self, now: float = 1_795_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        """Return the Unix time in seconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds."""
        self._now += seconds

    async def sleep(self, seconds: float) -> None:
        """Pause, or wait for the clock to be moved."""
        if seconds <= _A_PAUSE_S:
            self._now += seconds
            await asyncio.sleep(0)
            return
        end = self._now + seconds
        # From another thread the clock is moved without a word to this loop.
        while self._now < end:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
