"""The file itself: what survives a restart and a kill, how it is bounded, what a bad disk does."""

# ruff: noqa: ASYNC240 - a test's loop has nobody whom a file could keep waiting

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from portico.stores.sqlite import SQLiteStore
from tests.stores.builders import NOON, Now, content, entry, key, noise
from tests.stores.endless_writer import KEYS, written
from tests.stores.files import full_disk


def open_file(path: Path, *, limit_bytes: int = 10_000_000, now: Now | None = None) -> SQLiteStore:
    """Return the store in a file."""
    return SQLiteStore.open(path, limit_bytes=limit_bytes, now=now or Now(), shared=False)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SQLiteStore]:
    """Return a new store in `store.db`."""
    opened = open_file(tmp_path / "store.db")
    yield opened
    await opened.close()


async def test_survives_a_restart(tmp_path: Path) -> None:
    """A file opened again has its secret, its entries and their marks."""
    before = open_file(tmp_path / "store.db")
    before.put(key(1), entry(tags=("a",)))
    before.put(key(2), entry(tags=("b",)))
    before.mark(["b"])
    secret = before.secret
    await before.close()

    after = open_file(tmp_path / "store.db")

    assert after.secret == secret
    assert content(await after.get(key(1))) == content(entry(tags=("a",)))
    assert content(await after.get(key(2))) == content(entry(tags=("b",), marked=True))
    await after.close()


async def test_no_log_left_behind(tmp_path: Path) -> None:
    """A closed store is one file, and the lock that says who uses it."""
    store = open_file(tmp_path / "store.db")
    store.put(key(), entry())

    await store.close()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["store.db", "store.db.lock"]


@pytest.mark.parametrize("lines", [2, 7, 20, 45])
async def test_survives_a_kill(tmp_path: Path, lines: int, pytestconfig: pytest.Config) -> None:
    """After `kill -9` the file is whole, each entry exact, and what had settled is there."""
    path = tmp_path / "store.db"
    settled = 0
    for _ in range(2):
        first = settled + 1_000
        settled = write_and_kill(path, first=first, lines=lines, root=pytestconfig.rootpath)

    with contextlib.closing(sqlite3.connect(path)) as connection:
        finding = connection.execute("PRAGMA integrity_check").fetchall()
    store = open_file(path)
    found = [await store.get(key(number)) for number in range(KEYS)]
    await store.close()

    assert finding == [("ok",)]
    assert [aside.name for aside in tmp_path.glob("*.set-aside-*")] == []
    last = found[settled % KEYS]
    assert last is not None
    assert last.confirmed_at >= NOON + settled
    for one in filter(None, found):
        number = int(one.confirmed_at - NOON)
        assert one.response == written(number).response
        assert one.tags == written(number).tags


def write_and_kill(path: Path, *, first: int, lines: int, root: Path) -> int:
    """Let a process write, kill it in the midst, and return the last number it saw settled."""
    command = [sys.executable, "-m", "tests.stores.endless_writer", str(path), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root, text=True) as process:
        assert process.stdout is not None
        seen = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        seen += process.stdout.readlines()
    # The very last line may have been cut off in the middle.
    return int(seen[-2])


async def test_kept_within_the_limit(tmp_path: Path) -> None:
    """However much is put, what is stored stays within the limit, and the file not far above."""
    limit_bytes = 500_000
    store = open_file(tmp_path / "store.db", limit_bytes=limit_bytes)
    for number in range(300):
        store.put(key(number), entry(noise(number)))
    await store.settled()
    found = [await store.get(key(number)) for number in range(300)]
    await store.close()

    kept_bytes = sum(len(one.response.body) for one in found if one)
    assert limit_bytes * 0.9 < kept_bytes <= limit_bytes
    assert found[-1] is not None
    assert found[0] is None


async def test_lowered_limit(tmp_path: Path) -> None:
    """A file opened with a lower limit than it was filled by shrinks, on disk too."""
    path = tmp_path / "store.db"
    store = open_file(path)
    for number in range(600):
        store.put(key(number), entry(noise(number)))
    await store.close()
    size_bytes = path.stat().st_size

    store = open_file(path, limit_bytes=200_000)
    await store.settled()
    found = await asyncio.gather(*(store.get(key(number)) for number in reversed(range(600))))
    for number in range(40):
        store.put(key("more"), entry(confirmed_at=NOON + number))
        await store.settled()
    await store.close()

    assert sum(one is not None for one in found) < 20
    assert size_bytes > 6_000_000
    assert path.stat().st_size < size_bytes / 2


async def test_reading_keeps_an_entry(tmp_path: Path) -> None:
    """An entry that is read now and then outlives those that are not, across restarts."""
    now = Now()
    path = tmp_path / "store.db"
    for round_number in range(20):
        now.at += 7_200
        store = open_file(path, limit_bytes=100_000, now=now)
        store.put(key(round_number), entry(noise(round_number)))
        assert await store.get(key(0)) is not None
        await store.close()


async def test_full_disk(
    store: SQLiteStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What a full disk refuses is not kept; that is said once, and it passes with the cause."""
    with full_disk():
        for number in range(3):
            store.put(key(number), entry(noise(number)))
            await store.settled()
        trouble = store.trouble
    lost = await store.get(key(1))
    store.put(key(4), entry())
    kept = await store.get(key(4))

    assert lost is None
    assert kept is not None
    assert trouble is not None
    assert store.trouble is None
    assert len(caplog.records) == 1
    assert str(tmp_path / "store.db") in caplog.text
    assert "PORTICO_STORE" in caplog.text


async def test_a_disk_that_stays_full(store: SQLiteStore) -> None:
    """What is owed does not grow with each delivery, and is done once there is room again."""
    store.put(key(1), entry(tags=("a",)))
    await store.settled()

    with full_disk():
        for number in range(40):
            store.mark(["a"], confirmed_by=NOON + number)
            store.note("left:octo", str(number % 2))
            await store.settled()
        owed = len(store._ledger._owed)
    marked = await store.get(key(1))

    assert owed == 2
    assert marked is not None
    assert marked.marked
    assert await store.noted("left:octo") == "1"


async def test_mark_on_a_full_disk(store: SQLiteStore) -> None:
    """Until a mark can be written every read is a miss, for it might be of what was marked."""
    store.put(key(1), entry(tags=("a",)))
    store.put(key(2), entry(tags=("b",)))
    await store.settled()

    with full_disk():
        store.mark(["a"])
        store.drop(["b"])
        during = await store.get(key(1))
    marked, dropped = await store.get(key(1)), await store.get(key(2))

    assert during is None
    assert marked is not None
    assert marked.marked
    assert dropped is None


async def test_damaged_while_open(
    store: SQLiteStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that is overwritten while it is in use is left alone from then on."""
    for number in range(200):
        store.put(key(number), entry(noise(number)))
    await store.settled()
    path = tmp_path / "store.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    whole = path.read_bytes()
    path.write_bytes(noise("damage", len(whole)))

    found = [await store.get(key(number)) for number in range(200)]
    path.write_bytes(whole)
    store.put(key("new"), entry())
    store.mark(["owner:octo"])
    new = await store.get(key("new"))

    assert all(
        content(one) in (None, content(entry(noise(number)))) for number, one in enumerate(found)
    )
    assert new is None
    assert not store._ledger._owed
    assert "restart Portico" in caplog.text
    assert len(caplog.records) == 1


async def test_tables_gone_while_open(store: SQLiteStore, tmp_path: Path) -> None:
    """A file whose tables another program took away is as good as damaged."""
    with contextlib.closing(sqlite3.connect(tmp_path / "store.db")) as other:
        other.execute("DROP TABLE tags")

    store.put(key(), entry())
    await store.settled()

    assert store.trouble is not None
    assert "restart Portico" in store.trouble


async def test_unreadable_entry(store: SQLiteStore, tmp_path: Path) -> None:
    """An entry that cannot be read any more is a miss, and makes room for a new one."""
    store.put(key(), entry(confirmed_at=NOON + 9))
    await store.settled()
    with contextlib.closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("UPDATE contents SET data = zeroblob(100)")

    lost = await store.get(key())
    await store.settled()
    store.put(key(), entry())

    assert lost is None
    assert await store.get(key()) is not None


async def test_far_behind(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """When too much waits for the disk new entries are let go, but no mark is."""
    monkeypatch.setattr("portico.stores.worker.MOST_QUEUED_BYTES", 50_000)
    store.put(key(1), entry())
    await store.settled()

    with store._worker._waking:
        for number in range(2, 30):
            store.put(key(number), entry(noise(number)))
        store.mark(["owner:octo"])
    first, last = await store.get(key(1)), await store.get(key(29))
    store.put(key(30), entry(noise(30)))
    later = await store.get(key(30))

    assert first is not None
    assert first.marked
    assert last is None
    assert later is not None


async def test_unwritable_text(store: SQLiteStore) -> None:
    """An entry with broken text is not kept, and what is queued beside it is."""
    store.put(key(1), entry(tags=("\ud800",)))
    store.put(key(2), entry())

    assert await store.get(key(1)) is None
    assert await store.get(key(2)) is not None
    assert store.trouble is None


def test_two_loops(tmp_path: Path) -> None:
    """A store outlives an event loop that ended while it was reading for it."""
    store = open_file(tmp_path / "store.db")

    async def write() -> None:
        store.put(key(), entry())
        reading = asyncio.ensure_future(store.get(key()))
        await asyncio.sleep(0)
        reading.cancel()

    async def read() -> None:
        assert await store.get(key()) is not None
        await store.close()

    with store._worker._waking:
        asyncio.run(write())
    asyncio.run(read())
