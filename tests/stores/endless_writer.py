"""A process that writes to a store until it is killed; run by `test_sqlite.py`.

It prints the number of each entry when that has settled, so that whoever kills it knows what
must still be there.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

from portico.core.entry import Entry
from portico.stores.sqlite import SQLiteStore
from tests.stores.builders import NOON, Now, entry, key, noise

KEYS = 40
LIMIT_BYTES = 10_000_000


def written(number: int) -> Entry:
    """Return the entry that is written as the one of this number."""
    body = str(number).encode() + noise(number, 5_000 + number % 7 * 5_000)
    return entry(body, tags=("all", f"key:{number % KEYS}"), confirmed_at=NOON + number)


async def write_until_killed(path: Path, *, first: int) -> None:
    """Write entries over and over under a few keys; mark and drop some on the way."""
    store = SQLiteStore.open(path, limit_bytes=LIMIT_BYTES, now=Now(), shared=True)
    for number in count(first):
        store.put(key(number % KEYS), written(number))
        if number % 50 == 49:
            store.mark(["all"])
            # Far from the key whose number may be the last one printed.
            store.drop([f"key:{(number + KEYS // 2) % KEYS}"])
        if number % 5 == 0:
            await store.settled()
            print(number, flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(write_until_killed(Path(sys.argv[1]), first=int(sys.argv[2])))
