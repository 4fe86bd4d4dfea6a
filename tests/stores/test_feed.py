"""Several processes on one file: what one marks or drops, the others hear of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from portico.stores.ledger import CHANGES_KEPT_S
from portico.stores.memory import MemoryStore
from portico.stores.sqlite import SQLiteStore
from portico.stores.tiered import TieredStore
from tests.stores.builders import NOON, Now, entry, key


def open_shared(path: Path, now: Now, *, shared: bool = True) -> TieredStore:
    """Return the store as one more process would open it."""
    disk = SQLiteStore.open(path, limit_bytes=1_000_000, now=now, shared=shared)
    return TieredStore(MemoryStore(1_000_000), disk)


@pytest.fixture
def now() -> Now:
    """Return the clock of all processes."""
    return Now()


@pytest.fixture
async def one(tmp_path: Path, now: Now) -> AsyncIterator[TieredStore]:
    """Return the store of one process."""
    store = open_shared(tmp_path / "store.db", now)
    yield store
    await store.close()


@pytest.fixture
async def other(tmp_path: Path, now: Now, one: TieredStore) -> AsyncIterator[TieredStore]:
    """Return the store of another process on the same file."""
    store = open_shared(tmp_path / "store.db", now)
    yield store
    await store.close()


async def test_one_secret(one: TieredStore, other: TieredStore) -> None:
    """Processes on one file form the same keys."""
    assert one.secret == other.secret


async def test_entries_are_shared(one: TieredStore, other: TieredStore) -> None:
    """What one stored the other finds."""
    one.put(key(), entry())
    await one.settled()

    assert await other.get(key()) is not None


async def test_mark_is_heard(one: TieredStore, other: TieredStore) -> None:
    """A mark of one process is news to the other, once, and marks what it has in memory."""
    other.put(key(), entry())
    one.mark(["owner:octo", "lists"])
    await one.settled()

    assert other.news() == {"owner:octo", "lists"}
    kept = other.peek(key())
    assert kept is not None
    assert kept.marked
    assert other.news() == frozenset()
    assert one.news() == frozenset()


async def test_drop_is_heard(one: TieredStore, other: TieredStore) -> None:
    """A drop of one process is news to the other, and empties its memory of it."""
    other.put(key(), entry())
    await other.settled()
    one.drop(["owner:octo"])
    await one.settled()

    assert other.news() == {"owner:octo"}
    assert other.peek(key()) is None
    assert await other.get(key()) is None


async def test_announcements_are_heard_once_and_in_order(
    one: TieredStore, other: TieredStore
) -> None:
    """What one process announces the other hears, and itself does not."""
    one.announce("first")
    one.announce("second")
    await one.settled()
    other.news()
    one.news()

    assert other.announcements() == ("first", "second")
    assert other.announcements() == ()
    assert one.announcements() == ()


async def test_positions_are_of_one_store(one: TieredStore, other: TieredStore) -> None:
    """Processes on one file call it by one name, and reach each other's changes by the feed."""
    one.mark(["a"])
    await one.settled()
    one.news()
    behind = other.reached
    other.news()

    assert one.identity == other.identity
    assert behind < other.reached == one.reached


async def test_no_old_news(one: TieredStore, tmp_path: Path, now: Now) -> None:
    """What happened before a process opened the file is no news to it."""
    one.mark(["owner:octo"])
    await one.settled()

    late = open_shared(tmp_path / "store.db", now)
    one.mark(["lists"])
    await one.settled()

    assert late.news() == {"lists"}
    await late.close()


async def test_put_after_an_unheard_mark(
    one: TieredStore, other: TieredStore, tmp_path: Path, now: Now
) -> None:
    """An answer asked for before another process's mark is stored marked, in memory too."""
    one.mark(["owner:octo"])
    await one.settled()

    other.put(key(), entry(confirmed_at=NOON + 1))
    await other.settled()
    other.news()
    late = open_shared(tmp_path / "store.db", now)

    in_memory, in_file = other.peek(key()), await late.get(key())
    assert in_memory is not None
    assert in_memory.marked
    assert in_file is not None
    assert in_file.marked
    await late.close()


async def test_put_after_a_heard_mark(
    one: TieredStore, other: TieredStore, tmp_path: Path, now: Now
) -> None:
    """An answer asked for after another process's mark was heard is stored as it is."""
    one.mark(["owner:octo"])
    await one.settled()
    other.news()

    other.put(key(), entry(confirmed_at=NOON + 1))
    await other.settled()
    late = open_shared(tmp_path / "store.db", now)

    found = await late.get(key())
    assert found is not None
    assert not found.marked
    await late.close()


async def test_put_after_an_own_mark(one: TieredStore, tmp_path: Path, now: Now) -> None:
    """What a process marked itself does not mark what it stores afterwards."""
    one.mark(["owner:octo"])
    one.put(key(), entry(confirmed_at=NOON + 1))
    await one.settled()
    late = open_shared(tmp_path / "store.db", now)

    found = await late.get(key())
    assert found is not None
    assert not found.marked
    await late.close()


async def test_put_after_an_unheard_drop(one: TieredStore, other: TieredStore) -> None:
    """An answer asked for before another process dropped its tag is not stored."""
    one.drop(["owner:octo"])
    await one.settled()

    other.put(key(), entry(confirmed_at=NOON + 1))
    await other.settled()
    other.news()

    assert await other.get(key()) is None
    assert await one.get(key()) is None


async def test_looked_away_too_long(one: TieredStore, other: TieredStore, now: Now) -> None:
    """A process that missed changes which are forgotten by now trusts its memory no more."""
    other.put(key(), entry())
    await other.settled()
    one.mark(["owner:octo"])
    await one.settled()
    now.at += 2 * CHANGES_KEPT_S
    one.mark(["lists"])
    await one.settled()

    assert other.news() == {"lists"}
    assert other.peek(key()) is None
    found = await other.get(key())
    assert found is not None
    assert found.marked


async def test_latest_change_is_kept(one: TieredStore, other: TieredStore, now: Now) -> None:
    """The latest change is heard of however late."""
    one.mark(["owner:octo"])
    await one.settled()
    now.at += 2 * CHANGES_KEPT_S
    one.put(key(), entry())
    await one.settled()

    assert other.news() == {"owner:octo"}


async def test_unreadable_changes(
    one: TieredStore, other: TieredStore, caplog: pytest.LogCaptureFixture
) -> None:
    """A process that cannot hear the others trusts its memory no more, and says so once."""
    assert other.disk._feed is not None
    other.put(key(), entry())
    other.disk._feed.close()

    other.news()
    other.news()

    assert other.peek(key()) is None
    assert [record.message for record in caplog.records] == [
        "The marks of other processes cannot be read (Cannot operate on a closed database.)"
    ]
