"""What could not be written and must be, as soon as the file takes it again.

A disk may stay full for days, so memory is bounded by what there is to mark, drop and delete, not
by how often that was asked for: marks are put together, and so are drops. Texts can be done
without: a delivery whose note is lost may take effect twice, and other processes may not hear what
was announced long ago. Of these the oldest are let go.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from portico.stores.operations import Change, Delete, Note, Operation
from portico.stores.schema import Kind

MOST_TEXTS: Final = 10_000

Duty: TypeAlias = Delete | Change | Note


class Owed:
    """Duties, in an order in which they can be done."""

    def __init__(self, *, most_texts: int = MOST_TEXTS) -> None:
        self._most_texts: Final = most_texts
        self._changes: Final[dict[Kind, Change]] = {}
        self._deletes: Final[dict[Delete, None]] = {}
        # Of two texts under one name the later one counts.
        self._texts: Final[OrderedDict[str | Change, Note | Change]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._changes) + len(self._deletes) + len(self._texts)

    def __iter__(self) -> Iterator[Duty]:
        yield from self._changes.values()
        yield from self._deletes
        yield from self._texts.values()

    def add(self, batch: Iterable[Operation]) -> None:
        """Take in what a batch that failed leaves to be done."""
        for one in batch:
            match one:
                case Change(kind="note"):
                    self._put(one, one)
                case Change():
                    former = self._changes.get(one.kind, one)
                    confirmed_by = max(former.confirmed_by, one.confirmed_by)
                    self._changes[one.kind] = Change(one.kind, former.tags | one.tags, confirmed_by)
                case Delete():
                    self._deletes[one] = None
                case Note():
                    self._put(one.name, one)

    def clear(self) -> None:
        """Take it that all is done."""
        self._changes.clear()
        self._deletes.clear()
        self._texts.clear()

    def _put(self, name: str | Change, text: Note | Change) -> None:
        self._texts.pop(name, None)
        self._texts[name] = text
        if len(self._texts) > self._most_texts:
            self._texts.popitem(last=False)
