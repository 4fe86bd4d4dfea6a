"""The heartbeat hears what a loop does to those who wait on it."""

import asyncio
import time

from tests.support.heartbeat import Heartbeat

BLOCKED_S = 0.05


async def test_a_blocking_call_is_heard() -> None:
    """A call that holds the loop shows as a stall of about its length."""
    with Heartbeat() as heart:
        await asyncio.sleep(0)
        time.sleep(BLOCKED_S)  # noqa: ASYNC251 (it is what is looked for)
        await asyncio.sleep(0)

    assert heart.longest_stall_s >= BLOCKED_S / 2


async def test_a_blocking_call_at_the_very_end_is_heard() -> None:
    """A stall that nothing follows counts as well."""
    with Heartbeat() as heart:
        time.sleep(BLOCKED_S)  # noqa: ASYNC251 (it is what is looked for)

    assert heart.longest_stall_s >= BLOCKED_S / 2


async def test_waiting_is_no_stall() -> None:
    """To wait as one should leaves the loop to others, however long it takes."""
    stalls = []
    # Three times, as a busy machine may hold up a loop that nothing blocks.
    for _ in range(3):
        with Heartbeat() as heart:
            await asyncio.sleep(2 * BLOCKED_S)
        stalls.append(heart.longest_stall_s)

    assert min(stalls) < BLOCKED_S
