"""A stored response -> the bytes that one caller gets: URLs rewritten, validated, compressed.

GitHub's body stays as it is in the store; what is made of it here is kept beside it for as long
as the entry is in memory, so that a hit neither rewrites, hashes nor compresses again.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from portico.core.entry import Entry
from portico.core.message import Headers, Response
from portico.core.rewrite import Rewriter, without_viewer
from portico.core.soundness import content_type_of
from portico.core.stored_fields import OF_THE_CREDENTIAL

# A host may have several names; a caller who makes names up must not fill the memory.
MOST_VARIANTS: Final = 4
# Below this, a gzip member's own 18 bytes and the work outweigh what it saves.
WORTH_COMPRESSING_BYTES: Final = 1_024
# Level 6 of zlib takes seven times as long as level 1 for a fifth fewer bytes.
GZIP_LEVEL: Final = 1
_GZIP_SUFFIX: Final = "-gzip"
# GitHub lets every site's scripts read its answers; for this host the operator decides.
_CORS: Final = (
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Access-Control-Allow-Credentials",
)

# Portico's own take their place.
_REPLACED: Final = ("ETag", "X-GitHub-Request-Id", "Content-Length")


@dataclass(frozen=True, slots=True)
class View:
    """What makes one caller's representation differ from another's.

    `base` replaces GitHub's API URL (None: nothing is rewritten); `is_public` leaves out what
    describes the credential that fetched it.
    """

    base: str | None
    is_public: bool
    is_gzip: bool


@dataclass(frozen=True, slots=True)
class Representation:
    """A status, header fields and body ready to be sent; `etag` is None if it has no validator."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: str | None


class Representations:
    """Makes representations, and remembers those of stored responses."""

    def __init__(self, rewriter: Rewriter) -> None:
        self._rewriter = rewriter
        self._made: WeakKeyDictionary[Entry, dict[View, Representation]] = WeakKeyDictionary()

    def of_entry(self, entry: Entry, view: View) -> Representation:
        """Return the representation of a stored response."""
        made = self._made.setdefault(entry, {})
        found = made.get(view)
        if found is None:
            if len(made) >= MOST_VARIANTS:
                made.clear()
            found = made[view] = self.of_response(entry.response, view, has_etag=True)
        return found

    def of_response(self, response: Response, view: View, *, has_etag: bool) -> Representation:
        """Return the representation of any response.

        `has_etag` says whether it is stored, so that a validator of Portico's own makes sense.
        """
        headers = self._headers(response.headers, view)
        body = self._body(response, view)
        etag = None
        if has_etag and response.status == 200:
            etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        fields = list(headers)
        if "accept-encoding" not in ",".join(headers.all("Vary")).lower():
            fields.append(("Vary", "Accept-Encoding"))
        if view.is_gzip and len(body) >= WORTH_COMPRESSING_BYTES:
            body = gzip.compress(body, GZIP_LEVEL, mtime=0)
            fields.append(("Content-Encoding", "gzip"))
            etag = etag and f'{etag[:-1]}{_GZIP_SUFFIX}"'
        if etag:
            fields.append(("ETag", etag))
        encoded = tuple((k.encode("latin-1"), v.encode("latin-1")) for k, v in fields)
        return Representation(response.status, encoded, body, etag)

    def _body(self, response: Response, view: View) -> bytes:
        # A file read raw may be JSON too; it must come out as it is.
        if content_type_of(response.headers) != "application/json":
            return response.body
        body = without_viewer(response.body) if view.is_public else response.body
        return body if view.base is None else self._rewriter.body(body, view.base)

    def _headers(self, headers: Headers, view: View) -> Headers:
        of_credential = OF_THE_CREDENTIAL if view.is_public else ()
        kept = headers.without(*_REPLACED, *_CORS, *of_credential)
        origin_id = headers.get("X-GitHub-Request-Id")
        if origin_id:
            kept = kept.having("X-Portico-GitHub-Request-Id", origin_id)
        said = headers.get("Cache-Control") or ""
        if "public" in said and not view.is_public:
            # GitHub calls answers to an App's JWT public: a shared cache before Portico would
            # hand them to others (RFC 9111 §3.5).
            kept = kept.having("Cache-Control", said.replace("public", "private"))
        if view.base is None:
            return kept
        base = view.base
        return Headers(
            (name, self._rewriter.field(value, base))
            if name.lower() in ("link", "location")
            else (name, value)
            for name, value in kept
        )


def matches(if_none_match: str | None, etag: str | None) -> bool:
    """Return whether an `If-None-Match` field names this validator (RFC 9110 §13.1.2).

    Compared weakly, and without regard to the content coding: a caller who holds the
    compressed form of the same data holds the data.
    """
    if if_none_match is None or etag is None:
        return False
    if if_none_match.strip() == "*":
        return True
    wanted = _opaque(etag)
    return any(_opaque(tag) == wanted for tag in if_none_match.split(","))


def accepts_gzip(accept_encoding: str | None) -> bool:
    """Return whether an `Accept-Encoding` field allows gzip (RFC 9110 §12.5.3)."""
    for part in (accept_encoding or "").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _opaque(etag: str) -> str:
    return etag.strip().removeprefix("W/").strip('"').removesuffix(_GZIP_SUFFIX)
