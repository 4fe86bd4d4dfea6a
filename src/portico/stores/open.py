"""A store's address -> the store, and a test of one that is open.

Addresses: `sqlite:///PATH`, a path that begins with a slash being absolute
(`sqlite:////var/lib/portico/portico.db`), and `memory://`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from portico.core.audience import Principal
from portico.core.entry import Entry
from portico.core.errors import StoreFailed
from portico.core.key import Key
from portico.core.message import Headers, Response
from portico.core.resource import RouteClass
from portico.stores.memory import MemoryStore
from portico.stores.sqlite import SQLiteStore
from portico.stores.tiered import TieredStore

OpenStore: TypeAlias = MemoryStore | SQLiteStore | TieredStore

_SQLITE: Final = "sqlite:///"
# No caller can be this principal: fingerprints are hexadecimal.
_PROBE_KEY: Final = Key(
    audience=Principal("probe"), path="/", query="", accept="", api_version="", variant=""
)


def open_store(
    url: str,
    *,
    memory_bytes: int,
    disk_bytes: int,
    now: Callable[[], float],
    shared: bool,
    is_visit: bool = False,
) -> MemoryStore | TieredStore:
    """Open the store at this address; `shared` if other processes serve from the same one.

    `is_visit`: only to look, beside whoever serves from it.

    Raises:
        StoreFailed: no such kind of store, or it cannot be used; the detail says what to do.

    """
    if url == "memory://":
        return MemoryStore(memory_bytes)
    path = url.removeprefix(_SQLITE)
    if path in ("", url):
        raise StoreFailed(f"PORTICO_STORE must be {_SQLITE}PATH or memory://, not {url!r}")
    disk = SQLiteStore.open(
        Path(path), limit_bytes=disk_bytes, now=now, shared=shared, is_visit=is_visit
    )
    return TieredStore(MemoryStore(memory_bytes), disk)


async def probe(store: OpenStore) -> float:
    """Write one entry to where the store lasts, read it back, remove it; return the seconds.

    Raises:
        StoreFailed: it was not kept.

    """
    lasting = store.disk if isinstance(store, TieredStore) else store
    started_at = time.perf_counter()
    entry = Entry(
        response=Response(200, Headers([("Content-Type", "text/plain")]), b"probe"),
        route_class=RouteClass.OWN,
        tags=frozenset({"probe"}),
        obtained_with="",
        fetched_at=0.0,
        confirmed_at=0.0,
    )
    lasting.put(_PROBE_KEY, entry)
    found = await lasting.get(_PROBE_KEY)
    trouble = lasting.trouble if isinstance(lasting, SQLiteStore) else None
    lasting.delete(_PROBE_KEY)
    await lasting.settled()
    if trouble is not None or found is None or found.response != entry.response:
        raise StoreFailed(trouble or "What was written could not be read back")
    return time.perf_counter() - started_at
