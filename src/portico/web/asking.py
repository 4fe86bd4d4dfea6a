"""One request for a composed document: on whose behalf, and how what comes of it is sent.

The document is as old as its oldest part and as fresh as its weakest. Its validator is made of
the document itself, so an unchanged one costs a client a 304, whatever was asked of GitHub.
"""

from __future__ import annotations

import gzip
import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from fastapi import Request, Response
from pydantic import BaseModel

from portico.core.errors import BudgetExhausted, NotStored
from portico.core.message import Headers
from portico.core.policy import Mode
from portico.gateway.gather import gather
from portico.portfolio.model import Composed
from portico.portfolio.part import Part, Step, freshness_of
from portico.web.caller import caller_of, permit_owner
from portico.web.position import not_older
from portico.web.problems import JSON_TYPE
from portico.web.record import RECORD_KEY, Record
from portico.web.representation import (
    GZIP_LEVEL,
    WORTH_COMPRESSING_BYTES,
    accepts_gzip,
    matches,
)
from portico.web.spending import count_points, is_spent, window_of
from portico.web.state import State

_DIRECTIVES: Final = frozenset({"cache-control", "pragma"})
_SPENT: Final = "The key has used up its points of this hour, and nothing is stored"
_FROM_STORE: Final = frozenset({Mode.HIT, Mode.STALE})
_NOTHING_STORED: Final = frozenset({Mode.MISS, Mode.COALESCED, Mode.BYPASS})
# The dearest first: the one word by which a request made of many is logged.
_DEAREST: Final = (
    Mode.BYPASS,
    Mode.MISS,
    Mode.CHANGED,
    Mode.REVALIDATED,
    Mode.COALESCED,
    Mode.RESCUED,
    Mode.STALE,
    Mode.HIT,
)
# Changes from one request to the next while the document stays the same.
_PASSING: Final = {"parts": {"__all__": {"age_s", "modes"}}}


class Asking:
    """A caller who asks for a document about `owner`'s things.

    Raises:
        CredentialNeeded: a credential was sent that cannot be read.
        NotAllowed: without a credential, this Portico does not serve this owner.

    """

    def __init__(self, request: Request, *, owner: str) -> None:
        self._state: State = request.app.state.portico
        self._record: Record = request.scope[RECORD_KEY]
        self._headers = Headers.from_asgi(request.scope["headers"])
        self._caller = caller_of(self._headers, self._state)
        permit_owner(self._caller, owner, self._state)

    @property
    def is_frugal(self) -> bool:
        """Whether GitHub is asked without a credential, so has 60 answers an hour to give."""
        return self._caller.credential is None

    async def answer(
        self, plan: Iterable[Step], fold: Callable[[Sequence[Part]], BaseModel]
    ) -> Response:
        """Run a plan and send what its fold makes of it.

        Raises:
            PorticoError: there is nothing to send.

        """
        parts = await gather(
            self._state.gateway,
            plan,
            self._caller,
            deadline_s=self._state.deadline_s,
            directives=self._directives(),
        )
        self._note(parts)
        try:
            document = fold(parts)
        except BudgetExhausted as error:
            raise self._with_time(error) from error
        except NotStored as error:
            if not is_spent(self._caller, self._state):
                raise
            raise self._with_time(BudgetExhausted(_SPENT)) from error
        return self._sent(document, parts)

    @property
    def _is_public(self) -> bool:
        return self._caller.is_public

    def _directives(self) -> Headers:
        """Return how fresh each part must be: as asked, or as it is stored if nothing is left."""
        if is_spent(self._caller, self._state):
            return Headers((("Cache-Control", "only-if-cached, max-stale"),))
        asked = not_older(self._headers, self._state)
        return Headers(field for field in asked if field[0].lower() in _DIRECTIVES)

    def _note(self, parts: Sequence[Part]) -> None:
        modes = {part.mode for part in parts}
        self._record.audience = "public" if self._is_public else "principal"
        self._record.mode = next((mode.value for mode in _DEAREST if mode in modes), "-")
        self._record.age_s, _ = freshness_of(parts)
        self._record.points = sum(part.points for part in parts)
        count_points(self._caller, self._record.points, self._state)

    def _with_time(self, error: BudgetExhausted) -> BudgetExhausted:
        """Return the error with the time of the bucket's reset, which the budget knows."""
        window = window_of(self._caller, "/", self._state)
        if error.retry_after_s is not None or window is None or window.remaining:
            return error
        retry_after_s = window.reset_at - self._state.clock.now()
        return BudgetExhausted(error.detail, retry_after_s=retry_after_s)

    def _sent(self, document: BaseModel, parts: Sequence[Part]) -> Response:
        body = document.model_dump_json().encode()
        etag = etag_of(document, body)
        headers = {
            "ETag": etag,
            "Vary": "Accept-Encoding, Authorization",
            "Cache-Status": cache_status(parts),
            **lifetime_fields(parts, is_public=self._is_public),
        }
        if matches(self._headers.get("If-None-Match"), etag):
            return Response(status_code=304, headers=headers)
        is_gzip = accepts_gzip(self._headers.get("Accept-Encoding"))
        if is_gzip and len(body) >= WORTH_COMPRESSING_BYTES:
            body = gzip.compress(body, GZIP_LEVEL, mtime=0)
            headers["Content-Encoding"] = "gzip"
            # Another representation, so another validator (RFC 9110 §8.8.3).
            headers["ETag"] = f'{etag[:-1]}-gzip"'
        return Response(body, headers=headers, media_type=JSON_TYPE)


def etag_of(document: BaseModel, body: bytes) -> str:
    """Return the validator of a document whose JSON is `body`.

    A composed document tells the ages of its parts. They are left out of its validator, which is
    a weak one for that (RFC 9110 §8.8.1): with them, no document would ever be the same again.
    """
    if not isinstance(document, Composed):
        return f'"{_hash(body)}"'
    return f'W/"{_hash(document.model_dump_json(exclude=_PASSING).encode())}"'


def lifetime_fields(parts: Sequence[Part], *, is_public: bool) -> dict[str, str]:
    """Return `Age` and `Cache-Control` for what is composed of these parts.

    `max-age` counts from the origin, so it holds the age already reached (RFC 9111 §4.2).
    """
    age_s, ttl_s = freshness_of(parts)
    max_age_s = int(age_s) + math.floor(ttl_s) if ttl_s > 0 else 0
    scope = "public" if is_public else "private"
    return {"Age": str(int(age_s)), "Cache-Control": f"{scope}, max-age={max_age_s}"}


def cache_status(parts: Sequence[Part]) -> str:
    """Return the `Cache-Status` field (RFC 9211) of what is composed of these parts.

    `detail` is the mode; where there are several, how many parts came about in each.
    """
    counted = Counter(part.mode for part in parts)
    _, ttl_s = freshness_of(parts)
    modes = [f"{mode.value}={counted[mode]}" for mode in sorted(counted)]
    detail = next(iter(counted)).value if len(counted) == 1 else f'"{" ".join(modes)}"'
    return f"Portico; {_made(set(counted))}; ttl={math.floor(ttl_s)}; detail={detail}"


def _made(modes: set[Mode]) -> str:
    if modes <= _FROM_STORE:
        return "hit"
    if modes & _FROM_STORE:
        return "fwd=partial"
    return "fwd=uri-miss" if modes <= _NOTHING_STORED else "fwd=stale"


def _hash(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()
