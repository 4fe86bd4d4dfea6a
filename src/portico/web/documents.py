"""Composed documents that were made wholly of stored answers, kept to be sent again.

A document is kept when every one of its parts was a hit, under all that it depends on: for whom it
was made, whether frugally, and what was asked for. It is sent again only while the gateway would
hand out the very same entries as hits for the same requests: a part that was marked, dropped,
renewed, evicted or that is past its fresh time is another entry, or none. So nothing is decided
here about freshness or audiences; what is saved is the decoding, folding and rendering.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from portico.core.audience import Audience, Caller
from portico.core.grant import Grant
from portico.core.policy import Mode
from portico.gateway.gateway import Gateway
from portico.portfolio.part import Part, Source
from portico.web.asgi import Scope
from portico.web.rendered import Rendered

MOST_BYTES: Final = 64 * 1024 * 1024
# One of these may be made of thousands of parts, each of which is remembered.
MOST_PARTS: Final = 200_000


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
class _Kept:
    rendered: Rendered
    sources: tuple[Source, ...]


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

    def find(self, asked: Asked, gateway: Gateway, caller: Caller) -> Rendered | None:
        """Return the document if each of its parts is still a hit, and the same; else None.

        Asked without cache directives: a caller who has some is to be asked for part by part.
        """
        kept = self._kept.get(asked)
        if kept is None:
            return None
        for request, entry in kept.sources:
            hit = gateway.hit(request, caller)
            if hit is None or hit.entry is not entry:
                self._remove(asked)
                return None
        self._kept.move_to_end(asked)
        return kept.rendered

    def keep(self, asked: Asked, rendered: Rendered, parts: Sequence[Part]) -> None:
        """Keep a document that was made of these parts, if all of them were hits."""
        self._remove(asked)
        if any(part.mode is not Mode.HIT or part.failure is not None for part in parts):
            return
        sources = tuple(source for part in parts for source in part.sources)
        self._kept[asked] = _Kept(rendered, sources)
        self._size_bytes += rendered.size_bytes
        self._parts += len(sources)
        while self._size_bytes > self._most_bytes or self._parts > self._most_parts:
            self._remove(next(iter(self._kept)))

    def _remove(self, asked: Asked) -> None:
        kept = self._kept.pop(asked, None)
        if kept is not None:
            self._size_bytes -= kept.rendered.size_bytes
            self._parts -= len(kept.sources)


def asked_by(caller: Caller, scope: Scope) -> Asked:
    """Return what a request asks for, and for whom."""
    return Asked(
        audience=caller.audience,
        grant=caller.grant,
        is_frugal=caller.credential is None,
        path=scope["raw_path"],
        query=scope["query_string"],
    )
