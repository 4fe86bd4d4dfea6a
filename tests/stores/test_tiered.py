"""Memory over a file: what comes from where, and reads that changes overtake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from portico.core.entry import Entry
from portico.stores.memory import MemoryStore
from portico.stores.sqlite import SQLiteStore
from portico.stores.tiered import TieredStore
from tests.stores.builders import NOON, Now, content, entry, key, noise


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TieredStore]:
    """Return a store in whose file, but not in whose memory, there is one entry."""
    disk = SQLiteStore.open(tmp_path / "store.db", limit_bytes=10_000_000, now=Now(), shared=False)
    disk.put(key(), entry())
    await disk.settled()
    opened = TieredStore(MemoryStore(100_000), disk)
    yield opened
    await opened.close()


async def start_reading(store: TieredStore) -> asyncio.Task[Entry | None]:
    """Return a read that has been handed to the file and has not come back."""
    reading = asyncio.ensure_future(store.get(key()))
    await asyncio.sleep(0)
    assert not reading.done()
    return reading


async def test_promoted(store: TieredStore) -> None:
    """What was read from the file once is in memory afterwards."""
    assert store.peek(key()) is None

    found = await store.get(key())

    assert content(found) == content(entry())
    assert store.peek(key()) is found


async def test_memory_pushed_out(store: TieredStore) -> None:
    """What memory has no room for comes from the file."""
    for number in range(20):
        store.put(key(number), entry(noise(number)))

    assert store.peek(key(0)) is None
    assert content(await store.get(key(0))) == content(entry(noise(0)))


async def test_too_large_for_memory(store: TieredStore) -> None:
    """An entry that only the file can hold is not hidden by an older one in memory."""
    await store.get(key())

    store.put(key(), entry(noise(1, 60_000), confirmed_at=NOON + 1))

    assert store.peek(key()) is None
    assert content(await store.get(key())) == content(
        entry(noise(1, 60_000), confirmed_at=NOON + 1)
    )


async def test_mark_overtakes_a_read(store: TieredStore) -> None:
    """A read that a mark overtook comes back marked, and is kept so."""
    reading = await start_reading(store)
    store.mark(["owner:octo"])

    found = await reading

    assert found is not None
    assert found.marked
    assert store.peek(key()) is found


async def test_other_mark_overtakes_a_read(store: TieredStore) -> None:
    """A mark of something else does not touch a read on its way."""
    reading = await start_reading(store)
    store.mark(["owner:nobody"])

    found = await reading

    assert found is not None
    assert not found.marked


async def test_drop_overtakes_a_read(store: TieredStore) -> None:
    """A read that a drop overtook finds nothing, and leaves nothing in memory."""
    reading = await start_reading(store)
    store.drop(["owner:octo"])

    assert await reading is None
    assert store.peek(key()) is None


async def test_delete_overtakes_a_read(store: TieredStore) -> None:
    """A read that a deletion overtook finds nothing, and leaves nothing in memory."""
    reading = await start_reading(store)
    store.delete(key())

    assert await reading is None
    assert store.peek(key()) is None


async def test_put_overtakes_a_read(store: TieredStore) -> None:
    """A read that a newer entry overtook gives the newer one, and does not replace it."""
    reading = await start_reading(store)
    newer = entry(b"new")
    store.put(key(), newer)

    assert await reading is newer
    assert store.peek(key()) is newer


async def test_same_read_twice(store: TieredStore) -> None:
    """Two that read the same at once get the very same entry."""
    one, other = await asyncio.gather(store.get(key()), store.get(key()))

    assert one is other is not None


async def test_reader_leaves(store: TieredStore) -> None:
    """A reader that is cancelled harms nobody who comes after."""
    reading = await start_reading(store)
    reading.cancel()

    assert await store.get(key()) is not None
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_secret_is_the_files(store: TieredStore) -> None:
    """The secret survives with the file."""
    assert store.secret == store.disk.secret
