"""Opening a file: what is made, and what is set aside for a new one."""

# ruff: noqa: ASYNC240 - a test's loop has nobody whom a file could keep waiting

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portico.stores import schema
from portico.stores.database import open_database
from tests.stores.builders import NOON, entry, key, noise
from tests.stores.files import is_set_aside, open_file, use

# ----------------------------------------------------------------------------- what is made


async def test_private(tmp_path: Path) -> None:
    """The files of a store are for their owner alone, whatever the umask."""
    path = tmp_path / "deep" / "down" / "store.db"
    umask = os.umask(0)
    try:
        store = open_file(path)
        store.put(key(), entry())
        await store.settled()
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
        await store.close()
    finally:
        os.umask(umask)

    assert sorted(modes) == ["store.db", "store.db-shm", "store.db-wal", "store.db.lock"]
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_layout(path: Path) -> None:
    """A file is laid out as was measured to be best, and its writer waits for no disk."""
    wanted = {"page_size": 16_384, "auto_vacuum": 2, "journal_mode": "wal", "synchronous": 1}

    with contextlib.closing(open_database(path, now=NOON, patience_s=0)) as connection:
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}

    assert found == wanted


async def test_zero_length(path: Path) -> None:
    """An empty file is a new store, and nothing to warn of."""
    path.touch()

    assert await use(path) == 0
    assert not is_set_aside(path)


async def test_half_made(path: Path) -> None:
    """A file of which only the first page was made before a crash is a new store."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")

    assert await use(path) == 0
    assert not is_set_aside(path)


def test_many_at_once(path: Path) -> None:
    """Of many that open a damaged file at once one sets it aside, and all share the new."""
    path.write_bytes(noise("damage"))

    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: open_database(path, now=NOON, patience_s=5), range(8)))
    found = {schema.secret(connection) for connection in opened}
    for connection in opened:
        connection.close()

    assert len(found) == 1
    assert len(list(path.parent.glob("*.set-aside-*"))) == 1


# ----------------------------------------------------------------------------- what is set aside


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(lambda _: b"Dear diary,\ntoday I was taken for a database.\n", id="text"),
        pytest.param(lambda _: b"x", id="one byte"),
        pytest.param(lambda _: bytes(100_000), id="zeroes"),
        pytest.param(lambda whole: noise(1, len(whole)), id="noise"),
        pytest.param(lambda whole: whole[:5_000], id="cut in the first page"),
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut in half"),
        pytest.param(lambda whole: whole[:-16_384], id="last page missing"),
        pytest.param(lambda whole: whole[:100] + bytes(300) + whole[400:], id="first page"),
        pytest.param(lambda whole: whole[:40_000] + noise(1) * 9 + whole[130_000:], id="middle"),
        pytest.param(lambda whole: whole[:-40_000] + noise(1) * 4, id="bodies"),
    ],
)
async def test_damaged(
    path: Path,
    whole: bytes,
    damaged: Callable[[bytes], bytes],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A damaged file is kept under another name, a new one made, and the operator told."""
    path.write_bytes(damaged(whole))

    found = await use(path)

    assert found == 0
    aside = path.with_name(f"store.db.set-aside-{int(NOON)}")
    assert aside.read_bytes() == damaged(whole)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert str(path) in caplog.text
    assert aside.name in caplog.text
    assert await use(path) == 0


@pytest.mark.parametrize("seed", range(30))
async def test_damaged_anywhere(path: Path, whole: bytes, seed: int) -> None:
    """Whatever bytes of a file are damaged, nothing crashes and no wrong entry is found."""
    chance = random.Random(seed)
    damaged = bytearray(whole)
    for _ in range(chance.choice([1, 3, 30])):
        # Half of them into the first pages, where the tables are described.
        end = chance.choice([20_000, len(whole)]) - 8
        start = chance.randrange(end)
        length = chance.randint(1, 8)
        damaged[start : start + length] = chance.randbytes(length)
    path.write_bytes(damaged)

    await use(path)
    await use(path)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("PRAGMA user_version = 99", id="schema version"),
        pytest.param("PRAGMA application_id = 1", id="other program"),
        pytest.param("DROP TRIGGER entry_deleted", id="trigger"),
        pytest.param("ALTER TABLE tags RENAME TO labels", id="table"),
        pytest.param("UPDATE meta SET value = 'short' WHERE name = 'secret'", id="secret"),
        pytest.param("DELETE FROM meta", id="no secret"),
    ],
)
async def test_not_ours(
    path: Path, whole: bytes, statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A file of another version, or whose tables are not as we make them, is set aside."""
    path.write_bytes(whole)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)

    assert await use(path) == 0
    assert is_set_aside(path)
    assert len(caplog.records) == 1


async def test_set_aside_whole(path: Path) -> None:
    """A foreign database loses nothing by being set aside, not even what is in its log still."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as foreign:
        foreign.execute("PRAGMA journal_mode = WAL")
        foreign.execute("CREATE TABLE diary (day TEXT)")
        foreign.execute("INSERT INTO diary VALUES ('Monday')")
        assert await use(path) == 0
        aside = path.with_name(f"store.db.set-aside-{int(NOON)}")
        with contextlib.closing(sqlite3.connect(aside)) as moved:
            days = moved.execute("SELECT day FROM diary").fetchall()

    assert days == [("Monday",)]


async def test_set_aside_twice(path: Path) -> None:
    """Files set aside in the same second do not overwrite each other."""
    for text in (b"first", b"second"):
        path.write_bytes(text)
        await use(path)

    asides = path.parent.glob("store.db.set-aside-*")
    assert sorted(aside.read_bytes() for aside in asides) == [b"first", b"second"]
