"""Opens the SQLite file of a store: makes it, or sets aside what cannot be used, or says why not.

A file that is damaged, of another schema or no database at all is renamed, never deleted and
never repaired: it is a cache, and a new one costs less than doubt. A file that others hold or
that cannot be written is the operator's to solve: `StoreFailed`.

Processes that open the same file take turns, so that none sets aside what another has just made.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import secrets
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from portico.core.errors import StoreFailed
from portico.stores import schema
from portico.stores.memory import SECRET_BYTES

log: Final = logging.getLogger("portico.store")

# A typical answer (6 KB) then lies in one page, which makes reads about twice as fast.
_PAGE_BYTES: Final = 16_384
# One page of the smallest size: https://www.sqlite.org/fileformat.html#pages
_SMALLEST_BYTES: Final = 512
# What the write-ahead log may keep on disk between checkpoints.
_LOG_LIMIT_BYTES: Final = 16 * 1024 * 1024
_REMEDY: Final = "or name another file in PORTICO_STORE"
# https://www.sqlite.org/rescode.html
_CAUSES: Final[dict[int, str]] = {
    sqlite3.SQLITE_BUSY: f"is locked by another program: end that one, {_REMEDY}",
    sqlite3.SQLITE_LOCKED: f"is locked by another program: end that one, {_REMEDY}",
    sqlite3.SQLITE_FULL: f"cannot be written, the disk is full: make room, {_REMEDY}",
    sqlite3.SQLITE_READONLY: f"cannot be written: give this user write access, {_REMEDY}",
    sqlite3.SQLITE_CANTOPEN: f"cannot be opened: give this user access to its directory, {_REMEDY}",
}
# SQLITE_ERROR because our statements are fixed: where one makes no sense, the tables are not ours
# any more. 0 is the Python module's own complaint about text that is no UTF-8.
_DAMAGE: Final = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
        0,
    }
)


class _Unusable(Exception):
    """The file is there and readable, but it is no store that this version can use."""


def is_damage(error: BaseException) -> bool:
    """Return whether an error says that the file itself is broken."""
    if isinstance(error, sqlite3.Error):
        return _primary_code(error) in _DAMAGE
    # A message of SQLite's that quotes from a damaged file may be no UTF-8.
    return isinstance(error, UnicodeDecodeError)


def explain(error: sqlite3.Error) -> str:
    """Return what the file's trouble is and what to do about it, to be read after its name."""
    return _CAUSES.get(_primary_code(error), f"cannot be used ({error}): mend that, {_REMEDY}")


def open_database(path: Path, *, now: float, patience_s: float) -> sqlite3.Connection:
    """Return a connection for one thread at a time to the store in `path`, made if need be.

    `patience_s` is how long to wait for other programs' locks.

    Raises:
        StoreFailed: it cannot be made, opened or written; the detail says what to do.

    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _taking_turns(path.parent):
            try:
                return _open(path, now=now, patience_s=patience_s)
            except _Unusable as unusable:
                aside = _set_aside(path, now)
                log.warning(
                    "%s %s; it was set aside as %s and a new store made", path, unusable, aside.name
                )
                return _open(path, now=now, patience_s=patience_s)
    except OSError as error:
        raise StoreFailed(
            f"{path} cannot be used: {error.strerror}; mend that, {_REMEDY}"
        ) from error
    except sqlite3.Error as error:
        raise StoreFailed(f"{path} {explain(error)}") from error
    except _Unusable as error:  # even though it was made a moment ago
        raise StoreFailed(f"{path} {error}: check the disk, {_REMEDY}") from error


def connect(path: Path, *, patience_s: float) -> sqlite3.Connection:
    """Return a connection that leaves transactions to its user, and belongs to no thread."""
    return sqlite3.connect(path, timeout=patience_s, isolation_level=None, check_same_thread=False)


@contextlib.contextmanager
def _taking_turns(directory: Path) -> Iterator[None]:
    # The directory itself is locked, so that no lock file is left behind.
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open(path: Path, *, now: float, patience_s: float) -> sqlite3.Connection:
    _claim(path)
    connection = connect(path, patience_s=patience_s)
    try:
        if _is_empty(connection):
            _set_layout(connection)
            _tune(connection)
            with transaction(connection):
                schema.create(connection, secret=secrets.token_bytes(SECRET_BYTES))
        else:
            _examine(connection)
            _tune(connection)
        # A real write: a full disk or a lock must show now, while somebody reads the message.
        with transaction(connection):
            schema.opened(connection, now=now)
    except BaseException as error:
        connection.close()
        if is_damage(error):
            raise _Unusable(f"is damaged ({error})") from error
        raise
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all that happens inside, or none of it.

    Raises:
        sqlite3.Error: it was not written.

    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself after some errors, a full disk among them.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _claim(path: Path) -> None:
    """Make the file if there is none, private; SQLite gives those beside it the same rights."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    try:
        found = os.fstat(handle)
    finally:
        os.close(handle)
    if not stat.S_ISREG(found.st_mode):
        raise StoreFailed(f"{path} is not a regular file: remove it, {_REMEDY}")
    # SQLite would take the shortest for empty, and overwrite them.
    if 0 < found.st_size < _SMALLEST_BYTES:
        raise _Unusable("is damaged (too short)")


def _is_empty(connection: sqlite3.Connection) -> bool:
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return (tables, _pragma(connection, "user_version")) == (0, 0)


def _set_layout(connection: sqlite3.Connection) -> None:
    # Both must be said before the first page is written.
    connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")


def _examine(connection: sqlite3.Connection) -> None:
    """Raise _Unusable unless the file is a whole store of this version."""
    if _pragma(connection, "application_id") != schema.APPLICATION_ID:
        raise _Unusable("is not a store of Portico's")
    version = _pragma(connection, "user_version")
    if version != schema.VERSION:
        raise _Unusable(f"is of schema version {version}, this Portico uses {schema.VERSION}")
    finding = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if finding != "ok":
        raise _Unusable(f"is damaged ({finding})")
    if len(schema.secret(connection)) != SECRET_BYTES:
        raise _Unusable("is damaged (no secret)")
    if schema.definitions(connection) != _definitions():
        raise _Unusable("is damaged (the tables are not as they were made)")


def _definitions() -> list[str]:
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        schema.create(model, secret=b"")
        return schema.definitions(model)


def _tune(connection: sqlite3.Connection) -> None:
    # Readers and one writer at once, and whole after `kill -9`; with NORMAL a power cut may lose
    # the last transactions but never the file (https://www.sqlite.org/wal.html).
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreFailed(f"SQLite cannot use a write-ahead log there: {_REMEDY}, on a local disk")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA journal_size_limit = {_LOG_LIMIT_BYTES}")


def _set_aside(path: Path, now: float) -> Path:
    """Rename the file and what SQLite keeps beside it; return the new name."""
    moment = int(now)
    while (aside := path.with_name(f"{path.name}.set-aside-{moment}")).exists():
        moment += 1
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    return path.rename(aside)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _primary_code(error: sqlite3.Error) -> int:
    # The low byte of an extended code. Errors of the Python module itself have none.
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
