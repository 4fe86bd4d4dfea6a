"""Composed documents that were made wholly of stored answers, kept to be sent again.

A document is kept when every one of its parts was a hit, under all that it depends on: for whom it
was made, whether frugally, and what was asked for. It is sent again only while the gateway would
hand out the very same entries as hits for the same requests: a part that was marked, dropped,
renewed, evicted or that is past its fresh time is another entry, or none. What is saved is the
decoding, folding and rendering.

That is looked at in three depths. Within the fresh time of all its entries a document is good if
they are all at hand, as the same objects; and they are if nothing at all changed in the store.
Past it, the gateway is asked part by part, as events may keep an entry fresh for longer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from weakref import ReferenceType, ref

from portico.core.audience import Audience, Caller
from portico.core.entry import Entry
from portico.core.grant import Grant
from portico.core.key import Key, key_of
from portico.core.message import Request
from portico.core.policy import Mode
from portico.gateway.gateway import Gateway
from portico.portfolio.part import Part
from portico.web.asgi import Scope
from portico.web.rendered import Rendered

MOST_BYTES: Final = 64 * 1024 * 1024
# One of these may be made of thousands of parts, each of which is remembered.
MOST_PARTS: Final = 100_000
# No store's: what was at hand when a document was made need not be any more when it is kept.
_UNSEEN: Final = -1


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a document's content may depend on, beside GitHub's answers.

    The grant is among it so that whoever is sent a kept document was allowed to ask for it.
    """

    audience: Audience
    grant: Grant | None
    is_frugal: bool
    path: bytes
    query: bytes


@dataclass(frozen=True, slots=True)
class _StoredPart:
    """One entry that a document was made of. Held weakly: the store decides what memory is for."""

    request: Request
    key: Key
    entry: ReferenceType[Entry]

    def is_made_of(self, entry: Entry | None) -> bool:
        return entry is not None and entry is self.entry()


@dataclass(slots=True)
class _Kept:
    """A document and what it was made of. `fresh_until` is in Unix seconds.

    At the store's `edition` all entries were at hand.
    """

    rendered: Rendered
    parts: tuple[_StoredPart, ...]
    fresh_until: float
    edition: int

    def is_good(self, gateway: Gateway, caller: Caller, *, now: float) -> bool:
        """Return whether the gateway would hand out each of the entries as a hit."""
        shelf = gateway.shelf
        if now > self.fresh_until:
            hits = (gateway.hit(part.request, caller) for part in self.parts)
            return all(
                hit is not None and part.is_made_of(hit.entry)
                for part, hit in zip(self.parts, hits, strict=True)
            )
        if shelf.edition != self.edition:
            self.edition = shelf.edition
            return all(part.is_made_of(shelf.peek(part.key)) for part in self.parts)
        return True


class Documents:
    """The documents at hand; those longest unused go first. Bounded by bytes and by parts."""

    def __init__(self, *, most_bytes: int = MOST_BYTES, most_parts: int = MOST_PARTS) -> None:
        self._most_bytes: Final = most_bytes
        self._most_parts: Final = most_parts
        self._kept: Final[OrderedDict[Asked, _Kept]] = OrderedDict()
        self._size_bytes = 0
        self._parts = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(
        self, asked: Asked, gateway: Gateway, caller: Caller, *, now: float
    ) -> Rendered | None:
        """Return the document if each of its parts is still a hit, and the same; else None.

        Asked without cache directives: a caller who has some is to be asked for part by part.
        """
        kept = self._kept.get(asked)
        if kept is None:
            return None
        if not kept.is_good(gateway, caller, now=now):
            self._remove(asked)
            return None
        self._kept.move_to_end(asked)
        return kept.rendered

    def keep(self, asked: Asked, rendered: Rendered, parts: Sequence[Part]) -> None:
        """Keep a document that was made of these parts, if all of them were hits."""
        self._remove(asked)
        sources = [source for part in parts for source in part.sources]
        are_hits = all(part.mode is Mode.HIT and part.failure is None for part in parts)
        if not sources or not are_hits:
            return
        self._kept[asked] = _Kept(
            rendered,
            parts=tuple(
                _StoredPart(request, key_of(request, asked.audience), ref(entry))
                for request, entry in sources
            ),
            fresh_until=min(entry.confirmed_at + entry.lifetime.fresh_s for _, entry in sources),
            edition=_UNSEEN,
        )
        self._size_bytes += _size_bytes(asked, rendered)
        self._parts += len(sources)
        while self._size_bytes > self._most_bytes or self._parts > self._most_parts:
            self._remove(next(iter(self._kept)))

    def _remove(self, asked: Asked) -> None:
        kept = self._kept.pop(asked, None)
        if kept is not None:
            self._size_bytes -= _size_bytes(asked, kept.rendered)
            self._parts -= len(kept.parts)


def asked_by(caller: Caller, scope: Scope) -> Asked:
    """Return what a request asks for, and for whom."""
    return Asked(
        audience=caller.audience,
        grant=caller.grant,
        is_frugal=caller.credential is None,
        path=scope["raw_path"],
        query=scope["query_string"],
    )


def _size_bytes(asked: Asked, rendered: Rendered) -> int:
    # A query is as long as its sender likes, and the document may be short.
    return rendered.size_bytes + len(asked.path) + len(asked.query)
