"""What other processes marked or dropped in a shared SQLite file, asked for on the loop's thread.

`PRAGMA data_version` tells in a microsecond or two whether anybody wrote; only then are the
changes read, from the write-ahead log that was just written and so is in memory.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portico.stores import schema
from portico.stores.database import connect

log: Final = logging.getLogger("portico.store")


@dataclass(frozen=True, slots=True)
class News:
    """The tags that others marked and dropped; not `is_whole` if some may be missing.

    `notes` are what they announced, in order.
    """

    marked: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    is_whole: bool = True

    @property
    def tags(self) -> frozenset[str]:
        """All of them."""
        return self.marked | self.dropped


NO_NEWS: Final = News()


class Feed:
    """A reader of the changes that others make, from where it was opened."""

    def __init__(self, path: Path, *, instance: str) -> None:
        self._instance: Final = instance
        self._has_failed = False
        # Readers wait for nobody in this journal mode, so no patience is needed.
        self._connection: Final = connect(path, patience_s=0)
        try:
            self._connection.execute("PRAGMA query_only = ON")
            self._data_version = self._read_data_version()
            self.position = schema.last_change(self._connection)
        except sqlite3.Error:
            self._connection.close()
            raise

    def read(self) -> News:
        """Return what others changed since the last call; never raises."""
        try:
            data_version = self._read_data_version()
            if data_version == self._data_version:
                return NO_NEWS
            changes = schema.changes_since(self._connection, self.position)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if not self._has_failed:
                log.error("The marks of other processes cannot be read (%s)", error)  # noqa: TRY400
            self._has_failed = True
            return News(is_whole=False)
        self._data_version = data_version
        return self._news_of(changes)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _news_of(self, changes: list[schema.Change]) -> News:
        if not changes:
            return NO_NEWS
        latest = changes[-1].seq
        # Numbers have no gaps but where old changes were forgotten.
        is_whole = latest - self.position == len(changes)
        self.position = latest
        others = [change for change in changes if change.instance != self._instance]
        return News(
            marked=frozenset(change.tag for change in others if change.kind == "mark"),
            dropped=frozenset(change.tag for change in others if change.kind == "drop"),
            notes=tuple(change.tag for change in others if change.kind == "note"),
            is_whole=is_whole,
        )

    def _read_data_version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
