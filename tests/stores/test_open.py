"""Addresses of stores, and the test of an open one."""

from __future__ import annotations

from pathlib import Path

import pytest

from portico.core.errors import StoreFailed
from portico.stores.memory import MemoryStore
from portico.stores.open import OpenStore, open_store, probe
from portico.stores.sqlite import SQLiteStore
from portico.stores.tiered import TieredStore
from tests.stores.builders import Now
from tests.stores.files import full_disk


def open_url(url: str, *, disk_bytes: int = 1_000_000) -> MemoryStore | TieredStore:
    """Return the store at an address."""
    return open_store(url, memory_bytes=1_000_000, disk_bytes=disk_bytes, now=Now(), shared=False)


async def test_memory() -> None:
    """`memory://` is a store in memory."""
    assert isinstance(open_url("memory://"), MemoryStore)


async def test_sqlite(tmp_path: Path) -> None:
    """`sqlite:///` and an absolute path is memory over that file."""
    store = open_url(f"sqlite:///{tmp_path}/with space/%41.db")
    await store.close()

    assert isinstance(store, TieredStore)
    assert (tmp_path / "with space" / "%41.db").is_file()


async def test_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path without a slash in front begins in the working directory."""
    monkeypatch.chdir(tmp_path)

    await open_url("sqlite:///here.db").close()

    assert (tmp_path / "here.db").is_file()


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///", "redis://localhost", "store.db"])
def test_unknown(url: str) -> None:
    """An address of no known form is an error that names the variable and the forms."""
    with pytest.raises(StoreFailed, match=r"PORTICO_STORE must be sqlite:///PATH or memory://"):
        open_url(url)


async def test_probe(tmp_path: Path) -> None:
    """A store that works is found to work, and holds nothing more than before."""
    disk = SQLiteStore.open(tmp_path / "a.db", limit_bytes=1_000_000, now=Now(), shared=False)
    stores: list[OpenStore] = [disk, open_url("memory://"), open_url(f"sqlite:///{tmp_path}/b.db")]
    for store in stores:
        assert 0 <= await probe(store) < 60
        await store.close()


async def test_probe_full_disk(tmp_path: Path) -> None:
    """A store whose disk takes nothing is found out, although its memory would have answered."""
    store = open_url(f"sqlite:///{tmp_path}/store.db")

    with full_disk(), pytest.raises(StoreFailed, match="PORTICO_STORE"):
        await probe(store)

    await store.close()


async def test_probe_no_room() -> None:
    """A store that keeps nothing is found out."""
    with pytest.raises(StoreFailed, match="could not be read back"):
        await probe(MemoryStore(0))
