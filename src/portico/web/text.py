"""A text that somebody else wrote, composed of GitHub's answers, as bytes to be sent.

No browser may take it for a page of Portico's: it is sandboxed, its type is not to be guessed, and
it may load nothing but pictures.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

from portico.core import tally
from portico.core.message import Headers
from portico.core.tally import Cost
from portico.portfolio.part import Part, freshness_of
from portico.web.asgi import Fields
from portico.web.rendered import Whole, cache_status, lifetime_fields
from portico.web.representation import matches

_SAFE: Final = {
    "Content-Security-Policy": "default-src 'none'; img-src https:; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Text:
    """What a fold made of `parts`, which have just been gathered."""

    def __init__(
        self, body: bytes, content_type: str, parts: Sequence[Part], *, is_public: bool
    ) -> None:
        self._body: Final = body
        self._content_type: Final = content_type
        self._is_public: Final = is_public
        self._modes: Final = Counter(part.mode for part in parts)
        self._age_s, self._ttl_s = freshness_of(parts)

    def answer(self, asked: Headers, *, cost: Cost) -> Whole:
        """Return the answer to a request with the fields `asked`; `cost` is what it took."""
        etag = f'"{hashlib.blake2b(self._body, digest_size=16).hexdigest()}"'
        named = {
            "Vary": "Authorization",
            "ETag": etag,
            "Cache-Status": cache_status(self._modes, ttl_s=self._ttl_s),
            tally.FIELD: str(cost),
            **lifetime_fields(age_s=self._age_s, ttl_s=self._ttl_s, is_public=self._is_public),
            **_SAFE,
        }
        if matches(asked.get("If-None-Match"), etag):
            return Whole(304, _fields(named), None)
        return Whole(200, _fields(named | {"Content-Type": self._content_type}), self._body)


def _fields(named: dict[str, str]) -> Fields:
    return [(name.encode(), value.encode()) for name, value in named.items()]
