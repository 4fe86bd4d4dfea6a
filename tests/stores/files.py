"""Files of stores for tests: whole ones, and a disk that takes nothing."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Iterator
from pathlib import Path

from portico.stores.sqlite import SQLiteStore
from tests.stores.builders import Now, content, entry, key, noise

ENTRIES = 60


def open_file(path: Path) -> SQLiteStore:
    """Return the store in a file, not waiting for anybody's lock."""
    return SQLiteStore.open(path, limit_bytes=10_000_000, now=Now(), shared=True, patience_s=0.01)


def size_of(number: int) -> int:
    """Return how long the body of an entry is: some fit into a page, some do not."""
    return 100 + number % 4 * 9_000


async def fill(path: Path) -> None:
    """Make a store of many entries."""
    store = open_file(path)
    for number in range(ENTRIES):
        store.put(key(number), entry(noise(number, size_of(number))))
    await store.close()


async def use(path: Path) -> int:
    """Read all entries, write and mark some; return how many were there."""
    store = open_file(path)
    found = [await store.get(key(number)) for number in range(ENTRIES)]
    store.put(key("more"), entry())
    store.mark(["owner:octo"])
    store.drop(["lists"])
    store.news()
    await store.close()
    for number, one in enumerate(found):
        exact = entry(noise(number, size_of(number)))
        marked = entry(noise(number, size_of(number)), marked=True)
        assert content(one) in (None, content(exact), content(marked))
    return sum(one is not None for one in found)


def is_set_aside(path: Path) -> bool:
    """Return whether a file of that name was set aside."""
    return any(path.parent.glob(f"{path.name}.set-aside-*"))


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """Let nothing be written to any file: as near to a full disk as a test gets without one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
