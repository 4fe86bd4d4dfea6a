"""A store in an SQLite file, for one process or for several on one machine.

All reading and writing happens in one thread of its own (`worker.py`), in batches. Only `news`
looks at the file on the event loop's thread. Implements `gateway.ports.Store`.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from portico.core.entry import Entry
from portico.core.errors import StoreFailed
from portico.core.key import Key
from portico.core.tally import Line, Sums
from portico.stores import schema
from portico.stores.claim import Claim, claim
from portico.stores.database import explain, open_database
from portico.stores.feed import NO_NEWS, Feed, News
from portico.stores.ledger import Ledger
from portico.stores.memory import identity_of
from portico.stores.operations import Add, Change, Delete, Get, Note, Put, Recall, Settle, Sum
from portico.stores.worker import Worker

# Long enough for another process to finish a checkpoint on a slow disk.
PATIENCE_S: Final = 5.0


class SQLiteStore:
    """Entries in a file. Made by `open`."""

    def __init__(
        self, ledger: Ledger, feed: Feed | None, *, secret: bytes, claimed: Claim | None
    ) -> None:
        self._claimed: Final = claimed
        self._ledger: Final = ledger
        self._feed: Final = feed
        self._secret: Final = secret
        self._worker: Final = Worker(ledger)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        limit_bytes: int,
        now: Callable[[], float],
        shared: bool,
        is_visit: bool = False,
        patience_s: float = PATIENCE_S,
    ) -> SQLiteStore:
        """Open the store in `path`, made if it is not there.

        `limit_bytes` bounds the entries as they are stored, compressed; the file may be up to
        twice as large. `shared` means that other processes use it too, and are to be listened to.
        Without it this process must be the only one, unless `is_visit`: it then serves nothing.
        `patience_s` is how long to wait for a lock that another program holds.

        Raises:
            StoreFailed: it cannot be made, opened or written; the detail says what to do.

        """
        connection = open_database(path, now=now(), patience_s=patience_s)
        instance = secrets.token_hex(8)
        feed = None
        try:
            secret = schema.secret(connection)
            feed = Feed(path, instance=instance) if shared else None
            ledger = Ledger(connection, path, limit_bytes=limit_bytes, now=now, instance=instance)
            claimed = None if is_visit else claim(path, shared=shared)
        except (sqlite3.Error, StoreFailed) as error:
            connection.close()
            if feed is not None:
                feed.close()
            if isinstance(error, StoreFailed):
                raise
            raise StoreFailed(f"{path} {explain(error)}") from error
        return cls(ledger, feed, secret=secret, claimed=claimed)

    @property
    def secret(self) -> bytes:
        """The key of the fingerprints in this store's keys: 32 bytes, made with the file."""
        return self._secret

    @property
    def trouble(self) -> str | None:
        """What went wrong last, None if nothing did since the last successful write."""
        return self._ledger.trouble

    @property
    def edition(self) -> int:
        """Always the same: nothing here can be had without waiting."""
        return 0

    def peek(self, key: Key) -> Entry | None:  # noqa: ARG002
        """Return None: nothing here can be had without waiting."""
        return None

    async def get(self, key: Key) -> Entry | None:
        """Return the entry as it is after all that was asked before, or None."""
        reply: asyncio.Future[Entry | None] = asyncio.get_running_loop().create_future()
        return await reply if self._worker.submit(Get(key, reply)) else None

    def sibling(self, key: Key) -> Entry | None:  # noqa: ARG002
        """Return None: nothing here can be had without waiting."""
        return None

    def put(self, key: Key, entry: Entry) -> None:
        """Store the entry, unless a more recently confirmed one is there already.

        It is not kept if the disk fails or falls far behind, or if it is over a quarter of the
        limit. It is kept marked if another process marked it meanwhile, and not if one dropped it.
        """
        known = self._feed.position if self._feed else None
        self._worker.submit(Put(key, entry, known))

    def delete(self, key: Key) -> None:
        """Remove one entry."""
        self._worker.submit(Delete(key))

    def mark(self, tags: Iterable[str], *, confirmed_by: float = math.inf) -> None:
        """Make GitHub be asked before any entry with one of these tags is served again.

        One that was confirmed after `confirmed_by` is left as it is.
        """
        self._worker.submit(Change("mark", frozenset(tags), confirmed_by))

    def drop(self, tags: Iterable[str]) -> None:
        """Remove every entry with one of these tags."""
        self._worker.submit(Change("drop", frozenset(tags)))

    def news(self) -> frozenset[str]:
        """Return the tags that other processes marked or dropped since this was last asked."""
        return self.changes().tags

    def changes(self) -> News:
        """Return the same as `news`, for one who keeps copies of entries."""
        return self._feed.read() if self._feed else NO_NEWS

    @property
    def identity(self) -> str:
        """The file's name in positions, the same for all who open it."""
        return identity_of(self._secret)

    @property
    def reached(self) -> int:
        """The number of the last change that is taken into account here."""
        return self._feed.position if self._feed else self._ledger.last_change

    def announce(self, text: str) -> None:
        """Tell the other processes something, if there are any."""
        if self._feed:
            self._worker.submit(Change("note", frozenset({text})))

    def announcements(self) -> tuple[str, ...]:
        """Return nothing: `changes` tells what others announced."""
        return ()

    def note(self, name: str, text: str) -> None:
        """Keep a text under a name for some days."""
        self._worker.submit(Note(name, text))

    async def noted(self, name: str) -> str | None:
        """Return the text under a name, or None, as it is after all that was asked before."""
        return (await self.notes(name)).get(name)

    async def notes(self, prefix: str) -> Mapping[str, str]:
        """Return the texts whose names begin so, as they are after all that was asked before."""
        reply: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        return await reply if self._worker.submit(Recall(prefix, reply)) else {}

    def add(self, counted: Mapping[Line, Sums]) -> None:
        """Add to the sums that are kept."""
        self._worker.submit(Add(counted))

    async def sums(self, *, since: float) -> Mapping[Line, Sums]:
        """Return the sums from the hour of an instant (Unix seconds) on, of all processes."""
        reply: asyncio.Future[dict[Line, Sums]] = asyncio.get_running_loop().create_future()
        return await reply if self._worker.submit(Sum(since, reply)) else {}

    async def settled(self) -> None:
        """Return when all that was done here before is written."""
        await self._settle(last=False)

    async def close(self) -> None:
        """Settle, end the thread and let go of the file. What is asked afterwards is not done."""
        if await self._settle(last=True):
            self._worker.join()
            if self._feed:
                self._feed.close()
            if self._claimed:
                self._claimed.release()

    async def _settle(self, *, last: bool) -> bool:
        reply: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if not self._worker.submit(Settle(reply, last=last)):
            return False
        await reply
        return True
