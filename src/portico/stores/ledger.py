"""Batches of operations on the SQLite file, each in one transaction, and what follows a failure.

Rules: nothing here raises. A write that fails is an entry not kept. A mark, drop or delete that
fails is owed: it is tried again with every batch, and until it is written every read is a miss,
because what is read might be what should have been marked. A file that turns out damaged is not
touched again; the next start sets it aside.
"""

from __future__ import annotations

import contextlib
import logging
import math
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from portico.core.entry import Entry
from portico.core.key import Key
from portico.core.tally import KEPT_S
from portico.stores import codec, schema, sums
from portico.stores.database import explain, is_damage, transaction
from portico.stores.memory import LARGEST_PART
from portico.stores.operations import (
    Add,
    Change,
    Delete,
    Get,
    Note,
    Operation,
    Put,
    Question,
    Recall,
    Settle,
    Sum,
    Write,
)
from portico.stores.owed import Owed
from portico.stores.schema import Kind

log: Final = logging.getLogger("portico.store")

# Batches of other processes take milliseconds; reads wait behind this one.
_PATIENCE_MS: Final = 2_000
# How exactly the last use is kept: a read then costs a write once an hour at most.
USED_EVERY_S: Final = 3_600.0
# A process that looked away for longer notices the gap, and forgets its memory.
CHANGES_KEPT_S: Final = 3_600.0
# GitHub delivers again what is up to three days old, at somebody's wish.
NOTES_KEPT_S: Final = 8 * 86_400.0
_FORGET_EVERY_S: Final = 600.0


class Ledger:
    """Writes and finds entries in a file. It owns the connection; one thread at a time."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        *,
        limit_bytes: int,
        now: Callable[[], float],
        instance: str,
    ) -> None:
        self.trouble: str | None = None
        self.last_change = schema.last_change(connection)
        self._connection: Final = connection
        self._path: Final = path
        self._limit_bytes: Final = limit_bytes
        self._now: Final = now
        self._instance: Final = instance
        self._owed: Final = Owed()
        self._used: Final[set[int]] = set()
        self._unreadable: Final[set[int]] = set()
        self._reported: Final[set[str]] = set()
        self._is_damaged = False
        self._is_untidy = True
        self._forgot_at = -math.inf
        connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")

    def work(self, batch: Sequence[Operation]) -> dict[Question, Any]:
        """Do a batch in order, all of it or nothing; return what was found."""
        if self._is_damaged:
            return {}
        operations = (*self._owed, *batch)
        is_writing = any(isinstance(operation, Write) for operation in operations)
        found: dict[Question, Any] = {}
        try:
            with transaction(self._connection) if is_writing else contextlib.nullcontext():
                for operation in operations:
                    if isinstance(operation, Question):
                        found[operation] = self._look(operation)
                    else:
                        self._write(operation)
        except Exception as error:  # noqa: BLE001 - whatever it is, the readers must get an answer
            self._failed(error)
            self._owed.add(batch)
            return {}
        if is_writing:
            self._owed.clear()
            self._is_untidy = True
            self.trouble = None
        return found

    def tidy(self, *, is_idle: Callable[[], bool]) -> None:
        """Do what no caller waits for, in small steps, until done or no longer idle."""
        if self._is_damaged or not (self._is_untidy or self._used or self._unreadable):
            return
        try:
            self._note_use()
            self._forget_changes()
            self._is_untidy = self._prune()
            while self._is_untidy and is_idle():
                self._is_untidy = self._prune()
            schema.return_pages(self._connection)
        except Exception as error:  # noqa: BLE001 - the thread must go on
            self._failed(error)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    # ------------------------------------------------------------- one operation

    def _find(self, key: Key) -> Entry | None:
        row = schema.find(self._connection, bytes.fromhex(key.digest))
        if row is None:
            return None
        entry = codec.decode(key, row.data)
        if entry is None:
            self._unreadable.add(row.entry_id)
            return None
        if self._now() - row.used_at > USED_EVERY_S:
            self._used.add(row.entry_id)
        return replace(entry, marked=True) if row.marked else entry

    def _look(self, question: Question) -> Any:  # noqa: ANN401 (each has an answer of its own)
        match question:
            case Get(key):
                return self._find(key)
            case Recall(prefix):
                return schema.notes(self._connection, prefix)
            case Sum(since):
                return sums.read(self._connection, since=since)

    def _write(self, operation: Write | Settle) -> None:
        match operation:
            case Put():
                self._put(operation)
            case Delete(key):
                schema.delete(self._connection, bytes.fromhex(key.digest), confirmed_by=math.inf)
            case Change():
                for tag in operation.tags:
                    self._change(operation, tag)
            case Note(name, text):
                schema.note(self._connection, name, text, now=self._now())
            case Add(counted):
                sums.add(self._connection, counted)
            case Settle():
                pass

    def _change(self, change: Change, tag: str) -> None:
        # A tag that is no UTF-8 cannot be written, so no stored entry has it.
        with contextlib.suppress(UnicodeEncodeError):
            self.last_change = schema.apply(
                self._connection,
                change.kind,
                tag,
                confirmed_by=change.confirmed_by,
                instance=self._instance,
                now=self._now(),
            )

    def _put(self, put: Put) -> None:
        """Write an entry, unless it cannot be kept; the older one it supersedes then goes too."""
        entry = put.entry
        digest = bytes.fromhex(put.key.digest)
        others = self._unknown_changes(put)
        data = _encoded(put.key, entry)
        if data is None or len(data) * LARGEST_PART > self._limit_bytes or "drop" in others:
            schema.delete(self._connection, digest, confirmed_by=entry.confirmed_at)
            return
        row = schema.NewRow(
            digest=digest,
            confirmed_at=entry.confirmed_at,
            marked=entry.marked or "mark" in others,
            tags=entry.tags,
            data=data,
        )
        schema.write(self._connection, row, now=self._now())

    def _unknown_changes(self, put: Put) -> frozenset[Kind]:
        """Return what others did to the entry's tags that its maker cannot have known."""
        if put.known is None:
            return frozenset()
        return schema.others_changed(
            self._connection, put.entry.tags, since=put.known, instance=self._instance
        )

    # ------------------------------------------------------------- afterwards

    def _note_use(self) -> None:
        if not self._used and not self._unreadable:
            return
        used, unreadable = tuple(self._used), tuple(self._unreadable)
        self._used.clear()
        self._unreadable.clear()
        with transaction(self._connection):
            schema.used(self._connection, used, now=self._now())
            schema.delete_ids(self._connection, unreadable)

    def _forget_changes(self) -> None:
        now = self._now()
        if now - self._forgot_at < _FORGET_EVERY_S:
            return
        self._forgot_at = now
        with transaction(self._connection):
            schema.forget_changes(self._connection, before=now - CHANGES_KEPT_S)
            schema.forget_notes(self._connection, before=now - NOTES_KEPT_S)
            sums.forget(self._connection, before=now - KEPT_S)

    def _prune(self) -> bool:
        """Prune one step; return whether there is more to do."""
        if schema.stored_bytes(self._connection) <= self._limit_bytes:
            return False
        with transaction(self._connection):
            schema.prune(self._connection, limit_bytes=self._limit_bytes)
        return True

    def _failed(self, error: Exception) -> None:
        """Say once per kind of failure what happened, and what to do."""
        text, kind = f"met an unexpected {type(error).__name__}", type(error).__name__
        if isinstance(error, sqlite3.Error):
            text, kind = explain(error), getattr(error, "sqlite_errorname", kind)
        if is_damage(error):
            self._is_damaged = True
            text = f"is damaged ({error}): restart Portico, which sets it aside"
        self.trouble = f"{self._path} {text}"
        if kind not in self._reported:
            self._reported.add(kind)
            unexpected = None if isinstance(error, sqlite3.Error) else error
            log.error("%s. What is new is not kept.", self.trouble, exc_info=unexpected)


def _encoded(key: Key, entry: Entry) -> bytes | None:
    try:
        return codec.encode(key, entry)
    except ValueError:
        return None
