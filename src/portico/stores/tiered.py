"""Memory over SQLite: what is in memory answers at once, the file answers the rest and survives.

The danger is a read from the file that was asked for before a mark, drop or delete and comes
back after it: it must not bring the old state into memory. So each read notes its position among
the changes first. Implements `gateway.ports.Store`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from portico.core.entry import Entry
from portico.core.key import Key
from portico.core.marks import Marks
from portico.core.tally import Line, Sums
from portico.stores.memory import MemoryStore
from portico.stores.sqlite import SQLiteStore

MOST_ANNOUNCED: Final = 10_000


class TieredStore:
    """A memory store in front of a file. It owns both."""

    def __init__(self, memory: MemoryStore, disk: SQLiteStore) -> None:
        self.memory: Final = memory
        self.disk: Final = disk
        self._marked: Final = Marks()
        # Tags that were dropped, and digests of keys that were deleted; no tag looks like a digest.
        self._gone: Final = Marks()
        # Nobody may be asking: then the oldest are let go.
        self._announced: Final[deque[str]] = deque(maxlen=MOST_ANNOUNCED)

    @property
    def secret(self) -> bytes:
        """The file's: memory has no keys that the file does not have."""
        return self.disk.secret

    @property
    def edition(self) -> int:
        """The memory's."""
        return self.memory.edition

    def peek(self, key: Key) -> Entry | None:
        """Return the entry if it is in memory."""
        return self.memory.peek(key)

    async def get(self, key: Key) -> Entry | None:
        """Return the entry from memory, or else from the file, and keep it in memory."""
        entry = self.memory.peek(key)
        if entry is not None:
            return entry
        marked, gone = self._marked.position, self._gone.position
        found = await self.disk.get(key)
        # What came into memory meanwhile is newer than what the file held.
        entry = self.memory.peek(key)
        if entry is not None or found is None:
            return entry
        if self._gone.touched_since((*found.tags, key.digest), gone):
            return None
        if self._marked.touched_since(found.tags, marked):
            found = replace(found, marked=True)
        self.memory.put(key, found)
        return found

    def sibling(self, key: Key) -> Entry | None:
        """Return what was last stored of the same for another audience, if it is in memory."""
        return self.memory.sibling(key)

    def put(self, key: Key, entry: Entry) -> None:
        """Store the entry in both, unless a more recently confirmed one is there already."""
        self.memory.put(key, entry)
        self.disk.put(key, entry)

    def delete(self, key: Key) -> None:
        """Remove one entry."""
        self._gone.add((key.digest,))
        self.memory.delete(key)
        self.disk.delete(key)

    def mark(self, tags: Iterable[str], *, confirmed_by: float = math.inf) -> None:
        """Make GitHub be asked before any entry with one of these tags is served again.

        One that was confirmed after `confirmed_by` is left as it is.
        """
        wanted = frozenset(tags)
        self._mark_here(wanted, confirmed_by)
        self.disk.mark(wanted, confirmed_by=confirmed_by)

    def drop(self, tags: Iterable[str]) -> None:
        """Remove every entry with one of these tags."""
        unwanted = frozenset(tags)
        self._drop_here(unwanted)
        self.disk.drop(unwanted)

    def news(self) -> frozenset[str]:
        """Return the tags that other processes marked or dropped, having done so to memory."""
        news = self.disk.changes()
        if not news.is_whole:
            # Something was missed, so nothing in memory can be trusted. The file can.
            self.memory.clear()
        if news.marked:
            self._mark_here(news.marked)
        if news.dropped:
            self._drop_here(news.dropped)
        self._announced.extend(news.notes)
        return news.tags

    @property
    def identity(self) -> str:
        """The file's name in positions."""
        return self.disk.identity

    @property
    def reached(self) -> int:
        """The number of the last change that is taken into account here."""
        return self.disk.reached

    def announce(self, text: str) -> None:
        """Tell the other processes something."""
        self.disk.announce(text)

    def announcements(self) -> tuple[str, ...]:
        """Return what others announced since this was last asked, as far as `news` has read."""
        announced = tuple(self._announced)
        self._announced.clear()
        return announced

    def note(self, name: str, text: str) -> None:
        """Keep a text under a name for some days."""
        self.disk.note(name, text)

    async def noted(self, name: str) -> str | None:
        """Return the text under a name, or None."""
        return await self.disk.noted(name)

    async def notes(self, prefix: str) -> Mapping[str, str]:
        """Return the texts whose names begin so."""
        return await self.disk.notes(prefix)

    def add(self, counted: Mapping[Line, Sums]) -> None:
        """Add to the sums that are kept."""
        self.disk.add(counted)

    async def sums(self, *, since: float) -> Mapping[Line, Sums]:
        """Return the sums from the hour of an instant (Unix seconds) on, of all processes."""
        return await self.disk.sums(since=since)

    async def settled(self) -> None:
        """Return when all that was done here before is written to the file."""
        await self.disk.settled()

    async def close(self) -> None:
        """Settle, and let go of both."""
        await self.disk.close()
        await self.memory.close()

    def _mark_here(self, tags: frozenset[str], confirmed_by: float = math.inf) -> None:
        self._marked.add(tags)
        self.memory.mark(tags, confirmed_by=confirmed_by)

    def _drop_here(self, tags: frozenset[str]) -> None:
        self._gone.add(tags)
        self.memory.drop(tags)
