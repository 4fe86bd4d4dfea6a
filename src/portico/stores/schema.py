"""The tables of the SQLite store, and every statement that runs against them.

Functions of a connection and plain values: no threads, no codec, no error handling. Bodies lie in
a table of their own, so that marking and choosing what to prune touch small rows only. Triggers
keep the total of bytes and remove what belongs to an entry; they hold whoever deletes it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

# "Port", big-endian: tells a Portico store from other programs' files.
APPLICATION_ID: Final = 0x506F7274
VERSION: Final = 3

# A note changes no row: it is told to the other processes, its text in place of the tag.
Kind: TypeAlias = Literal["mark", "drop", "note"]

SCHEMA: Final = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "INSERT INTO meta VALUES ('bytes', 0)",
    """CREATE TABLE entries (
        id INTEGER PRIMARY KEY, digest BLOB NOT NULL, confirmed_at REAL NOT NULL,
        marked INTEGER NOT NULL, used_at REAL NOT NULL, size_bytes INTEGER NOT NULL
    )""",
    "CREATE UNIQUE INDEX entries_digest ON entries (digest)",
    "CREATE INDEX entries_used ON entries (used_at)",
    "CREATE TABLE contents (id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    """CREATE TABLE tags (
        tag TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tag, id)
    ) WITHOUT ROWID""",
    "CREATE INDEX tags_id ON tags (id)",
    # AUTOINCREMENT: a number is never given twice, whatever was forgotten.
    """CREATE TABLE changes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, tag TEXT NOT NULL,
        instance TEXT NOT NULL, at REAL NOT NULL
    )""",
    "CREATE INDEX changes_tag ON changes (tag)",
    "CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL, at REAL NOT NULL)",
    """CREATE TABLE sums (
        hour INTEGER NOT NULL, who TEXT NOT NULL, route TEXT NOT NULL, payer TEXT NOT NULL,
        mode TEXT NOT NULL, answers INTEGER NOT NULL, spent INTEGER NOT NULL,
        saved INTEGER NOT NULL, PRIMARY KEY (hour, who, route, payer, mode)
    ) WITHOUT ROWID""",
    """CREATE TRIGGER entry_made AFTER INSERT ON entries BEGIN
        UPDATE meta SET value = value + new.size_bytes WHERE name = 'bytes';
    END""",
    """CREATE TRIGGER entry_replaced AFTER UPDATE OF size_bytes ON entries BEGIN
        UPDATE meta SET value = value + new.size_bytes - old.size_bytes WHERE name = 'bytes';
    END""",
    """CREATE TRIGGER entry_deleted AFTER DELETE ON entries BEGIN
        UPDATE meta SET value = value - old.size_bytes WHERE name = 'bytes';
        DELETE FROM contents WHERE id = old.id;
        DELETE FROM tags WHERE id = old.id;
    END""",
)

_APPLY: Final[dict[str, str]] = {
    "mark": """UPDATE entries SET marked = 1
        WHERE marked = 0 AND confirmed_at <= ? AND id IN (SELECT id FROM tags WHERE tag = ?)""",
    "drop": """DELETE FROM entries
        WHERE confirmed_at <= ? AND id IN (SELECT id FROM tags WHERE tag = ?)""",
}

_LAST_CHARACTER: Final = chr(0x10FFFF)
# What one step of pruning does at most, so that it stays short.
_PRUNED_AT_ONCE: Final = 256
_PAGES_RETURNED_AT_ONCE: Final = 256


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it lies in the tables; `data` is the codec's."""

    entry_id: int
    marked: bool
    used_at: float
    data: bytes


@dataclass(frozen=True, slots=True)
class NewRow:
    """An entry to be written."""

    digest: bytes
    confirmed_at: float
    marked: bool
    tags: frozenset[str]
    data: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """A tag that was marked or dropped; `instance` names the opened store that did it."""

    seq: int
    kind: Kind
    tag: str
    instance: str


def create(connection: sqlite3.Connection, *, secret: bytes) -> None:
    """Make all tables, in a transaction of the caller's."""
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES ('secret', ?)", (secret,))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def definitions(connection: sqlite3.Connection) -> list[str]:
    """Return the text of every table, index and trigger."""
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql")
    return [sql for (sql,) in rows]


def secret(connection: sqlite3.Connection) -> bytes:
    """Return the bytes made with the store, none if they are damaged."""
    row = connection.execute("SELECT value FROM meta WHERE name = 'secret'").fetchone()
    return row[0] if row and isinstance(row[0], bytes) else b""


def stored_bytes(connection: sqlite3.Connection) -> int:
    """Return how many bytes of entries are stored."""
    return int(connection.execute("SELECT value FROM meta WHERE name = 'bytes'").fetchone()[0])


def opened(connection: sqlite3.Connection, *, now: float) -> None:
    """Note the opening, and count the bytes anew in case the file was damaged once."""
    connection.execute("REPLACE INTO meta VALUES ('opened_at', ?)", (now,))
    connection.execute(
        "REPLACE INTO meta SELECT 'bytes', coalesce(sum(size_bytes), 0) FROM entries"
    )


def find(connection: sqlite3.Connection, digest: bytes) -> Row | None:
    """Return the row of a key."""
    found = connection.execute(
        "SELECT id, marked, used_at, data FROM entries JOIN contents USING (id) WHERE digest = ?",
        (digest,),
    ).fetchone()
    return Row(found[0], bool(found[1]), found[2], found[3]) if found else None


def write(connection: sqlite3.Connection, row: NewRow, *, now: float) -> None:
    """Write a row, unless a more recently confirmed one is there already."""
    written = connection.execute(
        "INSERT INTO entries (digest, confirmed_at, marked, used_at, size_bytes)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO UPDATE SET"
        " confirmed_at = excluded.confirmed_at, marked = excluded.marked,"
        " used_at = excluded.used_at, size_bytes = excluded.size_bytes"
        " WHERE entries.confirmed_at <= excluded.confirmed_at RETURNING id",
        (row.digest, row.confirmed_at, row.marked, now, len(row.data)),
    ).fetchall()
    for (entry_id,) in written:
        connection.execute("REPLACE INTO contents VALUES (?, ?)", (entry_id, row.data))
        connection.execute("DELETE FROM tags WHERE id = ?", (entry_id,))
        connection.executemany(
            "INSERT INTO tags VALUES (?, ?)", ((tag, entry_id) for tag in row.tags)
        )


def delete(connection: sqlite3.Connection, digest: bytes, *, confirmed_by: float) -> None:
    """Remove the row of a key, unless it was confirmed after this instant."""
    connection.execute(
        "DELETE FROM entries WHERE digest = ? AND confirmed_at <= ?", (digest, confirmed_by)
    )


def delete_ids(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Remove rows by their number."""
    connection.executemany("DELETE FROM entries WHERE id = ?", ((one,) for one in ids))


def used(connection: sqlite3.Connection, ids: Iterable[int], *, now: float) -> None:
    """Note that rows are in use now."""
    connection.executemany(
        "UPDATE entries SET used_at = ? WHERE id = ?", ((now, one) for one in ids)
    )


def apply(
    connection: sqlite3.Connection,
    kind: Kind,
    tag: str,
    *,
    confirmed_by: float,
    instance: str,
    now: float,
) -> int:
    """Mark or drop all rows with a tag that were confirmed by then; return the change's number.

    The other processes are told of it in any case.
    """
    if kind in _APPLY:
        connection.execute(_APPLY[kind], (confirmed_by, tag))
    made = connection.execute(
        "INSERT INTO changes (kind, tag, instance, at) VALUES (?, ?, ?, ?)",
        (kind, tag, instance, now),
    )
    return int(made.lastrowid or 0)


def note(connection: sqlite3.Connection, name: str, text: str, *, now: float) -> None:
    """Keep a text under a name, in place of what was kept there."""
    connection.execute("REPLACE INTO notes VALUES (?, ?, ?)", (name, text, now))


def notes(connection: sqlite3.Connection, prefix: str) -> dict[str, str]:
    """Return the texts whose names begin so."""
    # By the index, of which neither LIKE nor substr() makes use: there is one for each delivery.
    rows = connection.execute(
        "SELECT name, text FROM notes WHERE name >= ? AND name < ? ORDER BY name",
        (prefix, prefix + _LAST_CHARACTER),
    )
    return dict(rows.fetchall())


def forget_notes(connection: sqlite3.Connection, *, before: float) -> None:
    """Remove texts that were kept before an instant."""
    connection.execute("DELETE FROM notes WHERE at < ?", (before,))


def last_change(connection: sqlite3.Connection) -> int:
    """Return the number of the latest change, 0 if there was none."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])


def changes_since(connection: sqlite3.Connection, seq: int) -> list[Change]:
    """Return the changes after number `seq`, in order."""
    rows = connection.execute(
        "SELECT seq, kind, tag, instance FROM changes WHERE seq > ? ORDER BY seq", (seq,)
    )
    return [Change(*row) for row in rows]


def others_changed(
    connection: sqlite3.Connection, tags: Iterable[str], *, since: int, instance: str
) -> frozenset[Kind]:
    """Return what other processes did to any of these tags after change number `since`."""
    if last_change(connection) == since:
        return frozenset()
    found: set[Kind] = set()
    for tag in tags:
        rows = connection.execute(
            "SELECT kind FROM changes WHERE tag = ? AND seq > ? AND instance <> ?",
            (tag, since, instance),
        )
        found.update(kind for (kind,) in rows)
    return frozenset(found)


def forget_changes(connection: sqlite3.Connection, *, before: float) -> None:
    """Remove changes older than an instant, but never the latest: its number is still compared."""
    connection.execute(
        "DELETE FROM changes WHERE at < ? AND seq < (SELECT max(seq) FROM changes)", (before,)
    )


def prune(connection: sqlite3.Connection, *, limit_bytes: int) -> None:
    """Remove the longest unused rows while the total is over the limit, a step at a time."""
    excess = stored_bytes(connection) - limit_bytes
    if excess <= 0:
        return
    chosen: list[int] = []
    for entry_id, size_bytes in connection.execute(
        "SELECT id, size_bytes FROM entries ORDER BY used_at LIMIT ?", (_PRUNED_AT_ONCE,)
    ):
        if excess <= 0:
            break
        chosen.append(entry_id)
        excess -= size_bytes
    delete_ids(connection, chosen)


def return_pages(connection: sqlite3.Connection) -> None:
    """Give disk space back, a step at a time, once a quarter of the file lies idle."""
    idle = connection.execute("PRAGMA freelist_count").fetchone()[0]
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    if idle > _PAGES_RETURNED_AT_ONCE and idle * 4 > pages:
        # A script is run to its end; `execute` would stop after the first page.
        connection.executescript(f"PRAGMA incremental_vacuum({_PAGES_RETURNED_AT_ONCE})")
