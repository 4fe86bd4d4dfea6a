"""From what is answered to what is sent: the headers that all of GitHub's answers share.

Order, spelling and case follow recorded answers, because some clients are careless with either.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from email.utils import formatdate

from portico.sandbox import validators
from portico.sandbox.access import Caller
from portico.sandbox.limits import Reading
from portico.sandbox.message import Answer, Caching, Request, Response

_VARY_PRIVATE = "Accept, Authorization, Cookie, X-GitHub-OTP"
_VARY_PUBLIC = "Accept"
_VARY_REST = "Accept-Encoding, Accept, X-Requested-With"

_EXPOSED = (
    "ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, "
    "X-RateLimit-Used, X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, "
    "X-Accepted-OAuth-Scopes, X-Poll-Interval, X-GitHub-Media-Type, X-GitHub-SSO, "
    "X-GitHub-Request-Id, Deprecation, Sunset"
)
_SECURITY = (
    ("Access-Control-Expose-Headers", _EXPOSED),
    ("Access-Control-Allow-Origin", "*"),
    ("Strict-Transport-Security", "max-age=31536000; includeSubdomains; preload"),
    ("X-Frame-Options", "deny"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-XSS-Protection", "0"),
    ("Referrer-Policy", "origin-when-cross-origin, strict-origin-when-cross-origin"),
    ("Content-Security-Policy", "default-src 'none'"),
)

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer with its bytes and its tag, before it is known what it cost.

    `is_current` says that the request already holds this answer: a 304 will stand for it.
    """

    answer: Answer
    body: bytes
    tag: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an answer's headers depend on besides the answer: who asked, how, and what is left."""

    request: Request
    caller: Caller
    request_id: str
    now: float
    reading: Reading | None = None
    version: str = "2022-11-28"
    media_type: str = "github.v3; format=json"
    joins_vary_lines: bool = True
    accepted_permissions: str = "metadata=read"


def draft(answer: Answer, request: Request, *, is_private: bool) -> Draft:
    """Encode an answer and compare its tag with what the request holds.

    JSON is compact, in UTF-8, in the order in which it was built. `is_private`: the answer belongs
    to one credential, so its tag names that credential.
    """
    body = answer.content or b""
    if answer.json is not None:
        body = json.dumps(answer.json, ensure_ascii=False, separators=(",", ":")).encode()
    tag = _opaque_tag(answer, request, body, is_private=is_private)
    holds = bool(tag) and validators.is_current(request.header("if-none-match"), tag)
    return Draft(answer, body, tag, holds and request.method in {"GET", "HEAD"})


def dress(drafted: Draft, seen: Circumstances) -> Response:
    """Return the whole response, or the 304 that stands for it."""
    answer, body, tag = drafted.answer, drafted.body, drafted.tag
    if drafted.is_current:
        return Response(304, _not_modified(answer, seen, tag))
    gzips = bool(body) and validators.accepts_gzip(seen.request.header("accept-encoding"))
    headers = (
        *_date(seen),
        *_describing(answer, seen),
        *_storing(answer, seen),
        *_one("ETag", tag and (f'W/"{tag}"' if gzips else f'"{tag}"')),
        *_last_modified(answer),
        *_about_credential(seen),
        *answer.headers,
        ("x-github-api-version-selected", seen.version),
        *_one("Link", answer.link),
        *_one("Location", answer.location),
        *_SECURITY,
        *_one("Content-Encoding", "gzip" if gzips else None),
        *_closing(seen),
    )
    sent = gzip.compress(body, compresslevel=1, mtime=0) if gzips else body
    return Response(answer.status, headers, sent)


def _one(name: str, value: str | None) -> Headers:
    return ((name, value),) if value else ()


def undressed(status: int, content: bytes, content_type: str, seen: Circumstances) -> Response:
    """Return an answer of GitHub's front servers: none of the API's own headers."""
    headers = (*_date(seen), ("Content-Type", content_type), ("Connection", "keep-alive"))
    return Response(status, headers, content)


def _opaque_tag(answer: Answer, request: Request, body: bytes, *, is_private: bool) -> str:
    """Return the tag's value, or nothing for the answers that GitHub gives no tag."""
    states_lifetime = answer.caching not in {Caching.UNSTATED, Caching.NO_CACHE}
    if not states_lifetime or answer.status not in {200, 201}:
        return ""
    if answer.git_oid is not None:
        return answer.git_oid
    return validators.opaque_tag(request, body, is_private=is_private)


def _not_modified(answer: Answer, seen: Circumstances, tag: str) -> Headers:
    """Return a 304's headers: no type, no Link, no scopes; the tag is strong whatever was sent."""
    return (
        *_date(seen),
        *_storing(answer, seen),
        ("ETag", f'"{tag}"'),
        *_last_modified(answer),
        ("x-github-api-version-selected", seen.version),
        *_SECURITY,
        *_closing(seen),
    )


def _date(seen: Circumstances) -> Headers:
    return (("Date", formatdate(seen.now, usegmt=True)),)


def _last_modified(answer: Answer) -> Headers:
    if answer.last_modified_at is None:
        return ()
    return (("Last-Modified", formatdate(answer.last_modified_at, usegmt=True)),)


def _describing(answer: Answer, seen: Circumstances) -> Headers:
    if answer.json is None and answer.content is None:
        return ()
    is_api = answer.json is not None or answer.content_type.startswith("application/vnd.github")
    media = (("X-GitHub-Media-Type", seen.media_type),) if is_api else ()
    return (("Content-Type", answer.content_type), *media)


def _storing(answer: Answer, seen: Circumstances) -> Headers:
    """Return Cache-Control and Vary."""
    if answer.caching is Caching.UNSTATED:
        return (("Vary", _VARY_REST),)
    if answer.caching is Caching.NO_CACHE:
        return (("Cache-Control", "no-cache"), ("Vary", _VARY_REST))
    lifetime = answer.caching
    if lifetime is Caching.EVENTS and seen.caller.token is not None:
        lifetime = Caching.USUAL
    # An App's own answers say `public` too: what they say of storing cannot be trusted.
    is_public = seen.caller.token is None
    whose = "public" if is_public else "private"
    vary = _VARY_PUBLIC if is_public else _VARY_PRIVATE
    lines = [f"{vary},{_VARY_REST}"] if seen.joins_vary_lines else [vary, _VARY_REST]
    control = ("Cache-Control", f"{whose}, {lifetime}")
    return (control, *(("Vary", line) for line in lines))


def _about_credential(seen: Circumstances) -> Headers:
    """Return what describes one credential only; a shared cache must never repeat it."""
    token = seen.caller.token
    if token is None:
        return ()
    if token.scopes is not None:
        return (("X-OAuth-Scopes", ", ".join(token.scopes)), ("X-Accepted-OAuth-Scopes", ""))
    accepted = ("x-accepted-github-permissions", seen.accepted_permissions)
    if token.expires is None:
        return (accepted,)
    return (("github-authentication-token-expiration", token.expires), accepted)


def _closing(seen: Circumstances) -> Headers:
    rates = seen.reading.headers() if seen.reading else ()
    return (("Server", "github.com"), *rates, ("X-GitHub-Request-Id", seen.request_id))
