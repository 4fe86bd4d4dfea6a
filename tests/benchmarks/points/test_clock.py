"""Simulated time: in order, and never ahead of what it wakes."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from benchmarks.points.clock import SimulatedClock


async def test_sleepers_wake_in_their_order_and_at_their_instants() -> None:
    """Whoever wakes on the way sees the instant that was waited for, and may sleep again."""
    clock, woken = SimulatedClock(100.0), []

    async def sleep(seconds: float, *, again: float = 0.0) -> None:
        await clock.sleep(seconds)
        woken.append(clock.now())
        if again:
            await sleep(again)

    async with asyncio.TaskGroup() as group:
        group.create_task(sleep(20.0))
        group.create_task(sleep(5.0, again=10.0))
        await clock.settled()
        await clock.move_to(200.0)

    assert woken == [105.0, 115.0, 120.0]
    assert clock.now() == 200.0


async def test_a_sleeper_that_is_cancelled_is_forgotten() -> None:
    """It does not count as one that waits for time."""
    clock = SimulatedClock(0.0)
    sleeper = asyncio.create_task(clock.sleep(10.0))
    await clock.settled()

    sleeper.cancel()
    await clock.settled()

    await clock.move_to(20.0)
    assert sleeper.cancelled()


async def test_a_task_that_goes_on_for_ever_is_an_error() -> None:
    """Better than a simulation that hangs."""
    clock = SimulatedClock(0.0)

    async def spin() -> None:
        for _ in itertools.count():
            await asyncio.sleep(0)

    spinning = asyncio.create_task(spin())
    with pytest.raises(RuntimeError, match="come to its end"):
        await clock.settled()
    spinning.cancel()
