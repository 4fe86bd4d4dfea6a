"""A store in this process's memory: bounded by bytes, the longest unused entry goes first.

Everything happens at once and on the event loop's thread, so nothing here waits or locks.
Nothing survives the process, the secret neither. Implements `gateway.ports.Store`.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from portico.core.entry import Entry
from portico.core.key import Key
from portico.core.tally import HOUR_S, KEPT_S, Line, Sums

SECRET_BYTES: Final = 32
# One entry may take this part of a store at most: a few huge answers must not push out the
# many small ones that a gateway lives from.
LARGEST_PART: Final = 4


# A day of deliveries for a busy organisation.
MOST_NOTES: Final = 50_000


def identity_of(secret: bytes) -> str:
    """Return a store's name in positions: 8 hex digits of a hash of its secret."""
    return hashlib.blake2b(secret, digest_size=4, person=b"portico-store").hexdigest()


class MemoryStore:
    """Entries in memory, at most `limit_bytes` of them by `Entry.size_bytes`."""

    def __init__(self, limit_bytes: int, *, secret: bytes | None = None) -> None:
        self._limit_bytes: Final = limit_bytes
        self._secret: Final = secret or secrets.token_bytes(SECRET_BYTES)
        # The order is that of use: the first is the longest unused.
        self._entries: Final[OrderedDict[Key, Entry]] = OrderedDict()
        self._keys_by_tag: Final[dict[str, set[Key]]] = {}
        # What is asked for, whoever asks -> for whom it was last stored.
        self._latest: Final[dict[tuple[str, ...], Key]] = {}
        self._size_bytes = 0
        self._edition = 0
        self._changes = 0
        self._sums: Final[dict[Line, Sums]] = {}
        self._notes: Final[OrderedDict[str, str]] = OrderedDict()

    @property
    def secret(self) -> bytes:
        """The key of the fingerprints in this store's keys; 32 bytes, new with each store."""
        return self._secret

    @property
    def size_bytes(self) -> int:
        """About how much memory the entries occupy."""
        return self._size_bytes

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def edition(self) -> int:
        """How often an entry came, went or was marked."""
        return self._edition

    def peek(self, key: Key) -> Entry | None:
        """Return the entry, or None. It counts as used now."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    async def get(self, key: Key) -> Entry | None:
        """Return the entry, or None. It counts as used now."""
        return self.peek(key)

    def sibling(self, key: Key) -> Entry | None:
        """Return what was last stored of the same for another audience."""
        other = self._latest.get(key.shape)
        return self._entries.get(other) if other is not None and other != key else None

    def put(self, key: Key, entry: Entry) -> None:
        """Store the entry, unless a more recently confirmed one is there already.

        An entry over a quarter of the limit is not kept; the older one that it supersedes
        goes all the same.
        """
        existing = self._entries.get(key)
        if existing is not None:
            if existing.confirmed_at > entry.confirmed_at:
                return
            self.delete(key)
        if entry.size_bytes * LARGEST_PART > self._limit_bytes:
            return
        self._entries[key] = entry
        self._latest[key.shape] = key
        self._edition += 1
        self._size_bytes += entry.size_bytes
        for tag in entry.tags:
            self._keys_by_tag.setdefault(tag, set()).add(key)
        while self._size_bytes > self._limit_bytes:
            self.delete(next(iter(self._entries)))

    def delete(self, key: Key) -> None:
        """Remove one entry."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        if self._latest.get(key.shape) == key:
            del self._latest[key.shape]
        self._edition += 1
        self._size_bytes -= entry.size_bytes
        for tag in entry.tags:
            keys = self._keys_by_tag[tag]
            keys.discard(key)
            if not keys:
                del self._keys_by_tag[tag]

    def mark(self, tags: Iterable[str], *, confirmed_by: float = math.inf) -> None:
        """Make GitHub be asked before any entry with one of these tags is served again.

        One that was confirmed after `confirmed_by` is left as it is.
        """
        self._changes += 1
        for tag in tags:
            for key in self._keys_by_tag.get(tag, ()):
                entry = self._entries[key]
                if not entry.marked and entry.confirmed_at <= confirmed_by:
                    # In place: marking is no use, so the order stays.
                    self._entries[key] = replace(entry, marked=True)
                    self._edition += 1

    def drop(self, tags: Iterable[str]) -> None:
        """Remove every entry with one of these tags."""
        self._changes += 1
        for tag in tags:
            for key in tuple(self._keys_by_tag.get(tag, ())):
                self.delete(key)

    def clear(self) -> None:
        """Remove everything."""
        self._edition += 1
        self._entries.clear()
        self._latest.clear()
        self._keys_by_tag.clear()
        self._size_bytes = 0

    @property
    def identity(self) -> str:
        """This store's name in positions; a new one with each store."""
        return identity_of(self._secret)

    @property
    def reached(self) -> int:
        """How many changes there have been."""
        return self._changes

    def announce(self, text: str) -> None:
        """Do nothing: no other process sees this store."""

    def announcements(self) -> tuple[str, ...]:
        """Return nothing: no other process sees this store."""
        return ()

    def note(self, name: str, text: str) -> None:
        """Keep a text under a name, as long as there is room."""
        self._notes.pop(name, None)
        self._notes[name] = text
        while len(self._notes) > MOST_NOTES:
            self._notes.popitem(last=False)

    async def noted(self, name: str) -> str | None:
        """Return the text under a name, or None."""
        return self._notes.get(name)

    async def notes(self, prefix: str) -> Mapping[str, str]:
        """Return the texts whose names begin so."""
        return {name: text for name, text in self._notes.items() if name.startswith(prefix)}

    def add(self, counted: Mapping[Line, Sums]) -> None:
        """Add to the sums that are kept."""
        for line, each in counted.items():
            self._sums[line] = self._sums.get(line, Sums()) + each
        newest = max((line.hour for line in self._sums), default=0)
        for line in [one for one in self._sums if one.hour < newest - KEPT_S // HOUR_S]:
            del self._sums[line]

    async def sums(self, *, since: float) -> Mapping[Line, Sums]:
        """Return the sums from the hour of an instant (Unix seconds) on."""
        first = int(since) // HOUR_S
        return {line: each for line, each in self._sums.items() if line.hour >= first}

    def news(self) -> frozenset[str]:
        """Return nothing: no other process sees this store."""
        return frozenset()

    async def settled(self) -> None:
        """Return at once: nothing here is ever under way."""

    async def close(self) -> None:
        """Let go of every entry."""
        self.clear()
