"""Counting what answers cost: at once for who asks, in the store soon after."""

from __future__ import annotations

from portico.core.tally import Cost, Line, Sums
from portico.gateway.tally import WRITE_EVERY_S, Tally
from portico.stores.memory import MemoryStore
from tests.gateway.scene import ANYBODY, let_all_run
from tests.support.clock import ManualClock


def line(clock: ManualClock) -> Line:
    """Return the line that everybody's hits are counted in."""
    return Line(int(clock.now()) // 3_600, "anonymous", "slow", "nobody", "hit")


async def test_what_is_counted_is_told_at_once() -> None:
    """Whoever asks for the sums sees the last answer."""
    clock = ManualClock()
    tally = Tally(MemoryStore(1_000), clock)
    for _ in range(3):
        tally.count(ANYBODY, Cost(0, 1), route="slow", mode="hit")

    sums = await tally.sums(since=clock.now())

    assert sums == {line(clock): Sums(3, 0, 3)}


async def test_it_is_written_every_few_seconds_and_at_the_end() -> None:
    """The store has the sums without anybody asking for them."""
    clock, store = ManualClock(), MemoryStore(1_000)
    tally = Tally(store, clock)
    async with tally.written():
        await let_all_run()
        tally.count(ANYBODY, Cost(1, 0), route="slow", mode="hit")
        clock.advance(WRITE_EVERY_S)
        while not await store.sums(since=0):
            await let_all_run()
        between = await store.sums(since=0)
        tally.count(ANYBODY, Cost(1, 0), route="slow", mode="hit")

    assert between == {line(clock): Sums(1, 1, 0)}
    assert await store.sums(since=0) == {line(clock): Sums(2, 2, 0)}


async def test_sums_are_forgotten_after_thirty_days() -> None:
    """Of longer ago nothing is told, and nothing is kept."""
    clock, store = ManualClock(), MemoryStore(1_000)
    tally = Tally(store, clock)
    tally.count(ANYBODY, Cost(1, 0), route="slow", mode="hit")
    tally.write()
    clock.advance(31 * 86_400)
    tally.count(ANYBODY, Cost(1, 0), route="slow", mode="hit")

    assert list(await tally.sums(since=0)) == [line(clock)]
    assert len(await store.sums(since=0)) == 1
