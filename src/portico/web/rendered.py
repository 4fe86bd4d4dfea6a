"""A composed document as bytes: rendered once, sent as often as its parts stay what they are.

The document is as old as its oldest part and as fresh as its weakest. Its validator is made of
the document itself, so an unchanged one costs a client a 304, whatever was asked of GitHub. With
time only the ages change that it tells of its parts, in whole seconds, so what was made for one
second is sent again within it.
"""

from __future__ import annotations

import gzip
import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from portico.core import tally
from portico.core.message import Headers
from portico.core.policy import Mode
from portico.core.tally import Cost
from portico.portfolio.model import Composed, PartState
from portico.portfolio.part import Part, freshness_of
from portico.portfolio.selection import Selection
from portico.portfolio.state import by_name
from portico.web.asgi import Fields
from portico.web.problems import JSON_TYPE
from portico.web.representation import (
    GZIP_LEVEL,
    WORTH_COMPRESSING_BYTES,
    accepts_gzip,
    matches,
)

_FROM_STORE: Final = frozenset({Mode.HIT, Mode.STALE})
_NOTHING_STORED: Final = frozenset({Mode.MISS, Mode.COALESCED, Mode.BYPASS})
# Changes from one request to the next while the document stays the same.
_PASSING: Final = {"parts": {"__all__": {"age_s", "modes"}}}
_VARY: Final = (b"Vary", b"Accept-Encoding, Authorization")


@dataclass(frozen=True, slots=True)
class Whole:
    """An answer ready to be sent; `body` is None where there can be none."""

    status: int
    fields: Fields
    body: bytes | None


class Rendered:
    """What a fold made of `parts` at the instant `at` (Unix seconds)."""

    def __init__(
        self,
        document: BaseModel,
        parts: Sequence[Part],
        *,
        at: float,
        is_public: bool,
        selection: Selection | None = None,
    ) -> None:
        body = document.model_dump_json(include=selection).encode()
        self._at: Final = at
        self._is_public: Final = is_public
        self._age_s, self._ttl_s = freshness_of(parts)
        self._modes: Final = Counter(part.mode for part in parts)
        self._etag: Final = etag_of(document, body, selection)
        self._pieces, self._ages = _split(body, document, parts)
        self._told: tuple[int, ...] = ()
        self._body = body
        self._packed: bytes | None = None

    @property
    def size_bytes(self) -> int:
        """About how much memory this occupies at most: in pieces, joined, and compressed."""
        return 3 * len(self._body)

    def age_s(self, now: float) -> float:
        """Return the age of the oldest part."""
        return self._age_s + self._since(now)

    @property
    def calls(self) -> int:
        """How many answers of GitHub's it is made of."""
        return self._modes.total()

    def answer(self, asked: Headers, *, now: float, cost: Cost) -> Whole:
        """Return the answer to a request with the fields `asked`; `cost` is what it took."""
        age_s, since_s = self.age_s(now), self._since(now)
        # What is sent later is fresh in any case, perhaps only as events tell of its changes.
        ttl_s = min(self._ttl_s, max(0.0, self._ttl_s - since_s))
        fields = [
            _VARY,
            _field("Cache-Status", cache_status(self._modes, ttl_s=ttl_s)),
            _field(tally.FIELD, str(cost)),
            *(
                _field(name, value)
                for name, value in lifetime_fields(
                    age_s=age_s, ttl_s=ttl_s, is_public=self._is_public
                ).items()
            ),
        ]
        if matches(asked.get("If-None-Match"), self._etag):
            return Whole(304, [_field("ETag", self._etag), *fields], None)
        fields.append(_field("Content-Type", JSON_TYPE))
        body = self._body_at(now)
        if not accepts_gzip(asked.get("Accept-Encoding")) or len(body) < WORTH_COMPRESSING_BYTES:
            return Whole(200, [_field("ETag", self._etag), *fields], body)
        # Another representation, so another validator (RFC 9110 §8.8.3).
        fields += [
            _field("ETag", f'{self._etag[:-1]}-gzip"'),
            _field("Content-Encoding", "gzip"),
        ]
        if self._packed is None:
            self._packed = gzip.compress(body, GZIP_LEVEL, mtime=0)
        return Whole(200, fields, self._packed)

    def _since(self, now: float) -> float:
        return max(0.0, now - self._at)

    def _body_at(self, now: float) -> bytes:
        since_s = self._since(now)
        told = tuple(round(age_s + since_s) for age_s in self._ages)
        if told != self._told:
            ages = (b"%d" % age for age in told)
            first, *rest = self._pieces
            self._body = first + b"".join(
                part for pair in zip(ages, rest, strict=True) for part in pair
            )
            self._told, self._packed = told, None
        return self._body


def etag_of(document: BaseModel, body: bytes, selection: Selection | None = None) -> str:
    """Return the validator of a document whose JSON is `body`.

    A composed document tells the ages of its parts. They are left out of its validator, which is
    a weak one for that (RFC 9110 §8.8.1): with them, no document would ever be the same again.
    """
    if not isinstance(document, Composed):
        return f'"{_hash(body)}"'
    return f'W/"{_hash(document.model_dump_json(include=selection, exclude=_PASSING).encode())}"'


def lifetime_fields(*, age_s: float, ttl_s: float, is_public: bool) -> dict[str, str]:
    """Return `Age` and `Cache-Control` for what is so old, and fresh for so long, in seconds.

    `max-age` counts from the origin, so it holds the age already reached (RFC 9111 §4.2).
    """
    max_age_s = int(age_s) + math.floor(ttl_s) if ttl_s > 0 else 0
    scope = "public" if is_public else "private"
    return {"Age": str(int(age_s)), "Cache-Control": f"{scope}, max-age={max_age_s}"}


def cache_status(counted: Mapping[Mode, int], *, ttl_s: float) -> str:
    """Return the `Cache-Status` field (RFC 9211) of what is composed of so many parts by mode.

    `detail` is the mode; where there are several, how many parts came about in each.
    """
    modes = [f"{mode.value}={counted[mode]}" for mode in sorted(counted)]
    detail = next(iter(counted)).value if len(counted) == 1 else f'"{" ".join(modes)}"'
    return f"Portico; {_made(set(counted))}; ttl={math.floor(ttl_s)}; detail={detail}"


def _made(modes: set[Mode]) -> str:
    if modes <= _FROM_STORE:
        return "hit"
    if modes & _FROM_STORE:
        return "fwd=partial"
    return "fwd=uri-miss" if modes <= _NOTHING_STORED else "fwd=stale"


def _split(
    body: bytes, document: BaseModel, parts: Iterable[Part]
) -> tuple[tuple[bytes, ...], tuple[float, ...]]:
    """Return a document's JSON in pieces, and the ages that stand between them, in seconds."""
    states = document.parts if isinstance(document, Composed) else ()
    answers = by_name(parts).values()
    pieces, ages, rest = [], [], body
    for state in states:
        # Never within a text: there its quotes would be escaped.
        before, told, after = rest.partition(b'"age_s":%d,' % (state.age_s or 0))
        if told and state.age_s is not None:
            pieces.append(before + b'"age_s":')
            ages.append(_age_s(state, answers))
            rest = b"," + after
    return (*pieces, rest), tuple(ages)


def _age_s(state: PartState, answers: Iterable[Part]) -> float:
    own = (part for part in answers if part.step.part == state.name and part.failure is None)
    return max((part.age_s for part in own), default=float(state.age_s or 0))


def _field(name: str, value: str) -> tuple[bytes, bytes]:
    return name.encode(), value.encode()


def _hash(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()
