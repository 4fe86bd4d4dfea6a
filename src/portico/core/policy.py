"""The two questions asked for every read, and the one prohibition asked before both.

`before_sending`: may something stored be served, must GitHub be asked, or both?
`after_receiving`: what does GitHub's answer mean for the caller and for the store?

Both are functions of their arguments, the time included; `gateway/gateway.py` does what they
say. RFC 9111 is followed where it speaks of a private cache, for one audience at a time; stale
responses are served as RFC 5861 allows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from portico.core.entry import Entry
from portico.core.errors import GitHubBroken, PorticoError
from portico.core.freshness import Directives, Lifetime, read_directives
from portico.core.limits import limit_of
from portico.core.message import Headers, Request, Response, delta_seconds
from portico.core.resource import Resource, RouteClass
from portico.core.soundness import content_type_of, nonsense_in
from portico.core.stored_fields import NOT_STORED, stored_headers


class Mode(StrEnum):
    """How an answer came about. Told in `Cache-Status` and in the log."""

    HIT = "hit"
    """Fresh; GitHub was not asked."""
    STALE = "stale"
    """Stale but allowed; being renewed behind the answer."""
    REVALIDATED = "revalidated"
    """GitHub answered 304: free, with a credential."""
    CHANGED = "changed"
    """Something was stored, and GitHub answered anew."""
    MISS = "miss"
    """Nothing was stored."""
    COALESCED = "coalesced"
    """Another caller's question was already under way; its answer was shared."""
    RESCUED = "rescued"
    """GitHub failed or a limit forbade asking; the stored response stands in."""
    BYPASS = "bypass"
    """Not ours to store: a write, or an answer that is passed on as it comes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Serve `answer`, send `ask`, or both: answer now and renew behind it.

    Neither: the caller wants only what is stored (`only-if-cached`), and nothing suitable is.
    `covered` is how long the answer may be used where that is longer than its class says.
    """

    answer: Entry | None = None
    ask: Request | None = None
    covered: Lifetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What GitHub's answer means.

    `outcome` goes to the caller. `entry` is the stored response that it is, if it is one.
    `keep` is to be stored in place of what was; `forget` says that what was stored must go.
    `failure` is what went wrong, also where a stored response could stand in for it.
    """

    mode: Mode
    outcome: Response | PorticoError
    entry: Entry | None = None
    keep: Entry | None = None
    forget: bool = False
    failure: Response | PorticoError | None = None


# Answers that mean something for a while: a thing, "it is so", moved, or not there.
STORABLE: Final = frozenset({200, 204, 301, 404, 410, 451})
# After these what is stored is no longer this audience's to see.
_ACCESS_LOST: Final = frozenset({401, 403, 404, 410, 451})


def is_reuse_forbidden(directives: Directives, entry: Entry) -> bool:
    """Return whether `entry` may not be served while GitHub can be asked to confirm it.

    Asked first, before any permission such as `max-stale` is looked at. When GitHub has been
    asked and failed, `rescued` decides.
    """
    return directives.no_cache or entry.marked or entry.route_class is RouteClass.OWN


def _no_tag(_: Entry) -> str | None:
    return None


def before_sending(
    request: Request,
    entry: Entry | None,
    *,
    now: float,
    obtains: str,
    tag: Callable[[Entry], str | None] = _no_tag,
    covered: Lifetime | None = None,
    stretched: Lifetime | None = None,
) -> Plan:
    """Decide what to do with a read, given what is stored for it.

    `obtains` is the fingerprint of the credential that would be sent, "" for none. `tag` gives the
    tag that GitHub would give an entry for that credential, if another obtained it. `covered` is
    how long the entry may be used if that is longer than its class says (`core/coverage.py`),
    `stretched` the same while points are few (`core/stretch.py`).
    """
    directives = directives_of(request)
    answer = None
    if entry is not None:
        if directives.min_fresh_s:
            # A shortage may be over before then.
            stretched = None
        life = covered or stretched or entry.lifetime
        answer = _servable(entry, life, directives, now=now)
        if answer is not None and answer.age_s(now) <= _fresh_until_s(directives, life):
            return Plan(answer=answer, covered=covered)
    ask = None if directives.only_if_cached else _conditional(request, entry, obtains, tag)
    return Plan(answer=answer, ask=ask)


def _servable(entry: Entry, life: Lifetime, directives: Directives, *, now: float) -> Entry | None:
    """Return the entry if it may be served without waiting, fresh or stale, else None."""
    if is_reuse_forbidden(directives, entry):
        return None
    longest_s = max(_fresh_until_s(directives, life), _stale_until_s(directives, life))
    return entry if entry.age_s(now) <= longest_s else None


def after_receiving(
    request: Request,
    entry: Entry | None,
    reply: Response | PorticoError,
    *,
    route: Resource,
    obtained_with: str,
    sent_at: float,
    now: float,
) -> Verdict:
    """Decide what an answer means. `request` is the one sent, its `If-None-Match` included."""
    failure = reply if isinstance(reply, PorticoError) else nonsense_in(request, reply)
    if failure is not None or isinstance(reply, PorticoError):
        return rescued(request, entry, failure or reply, now=now)
    if reply.status == 304:
        return _confirmed(request, entry, reply, obtained_with=obtained_with, sent_at=sent_at)
    if reply.status >= 500 or limit_of(reply):
        return rescued(request, entry, reply, now=now)
    mode = Mode.CHANGED if entry else Mode.MISS
    if is_storable(request, reply):
        kept = Entry(
            response=replace(reply, headers=stored_headers(reply.headers)),
            route_class=route.route_class,
            tags=route.tags if reply.status in (200, 204) else route.tags | route.missing_tags,
            obtained_with=obtained_with,
            fetched_at=now,
            confirmed_at=sent_at - upstream_age_s(reply.headers),
        )
        return Verdict(mode, kept.response, entry=kept, keep=kept)
    passed_on = replace(reply, headers=passed_on_headers(reply.headers))
    return Verdict(mode, passed_on, forget=reply.status in _ACCESS_LOST)


def rescued(
    request: Request,
    entry: Entry | None,
    failure: Response | PorticoError,
    *,
    now: float,
    for_principal: bool = False,
) -> Verdict:
    """Return the stored response if it may stand in for a failure, else the failure.

    Asked again for each caller who shared the call that failed: one may accept a stored
    response where another, with `no-cache`, does not. A principal is not shown what is known to
    have changed: it may have changed it itself, and would act upon what was before.
    """
    is_refused = directives_of(request).no_cache or (
        entry is not None and entry.marked and for_principal
    )
    if entry is not None and not is_refused:
        life = entry.lifetime
        if life.rescue_s and entry.age_s(now) <= life.fresh_s + life.rescue_s:
            return Verdict(Mode.RESCUED, entry.response, entry=entry, failure=failure)
    if isinstance(failure, Response):
        failure = replace(failure, headers=passed_on_headers(failure.headers))
    return Verdict(Mode.CHANGED if entry else Mode.MISS, failure, failure=failure)


def is_storable(request: Request, response: Response) -> bool:
    """Return whether a complete response may be stored for its audience (RFC 9111 §3)."""
    if not request.is_read or response.status not in STORABLE:
        return False
    if directives_of(request).no_store or "callback=" in request.query:
        return False
    headers = response.headers
    if any("no-store" in value.lower() for value in headers.all("Cache-Control")):
        return False
    # RFC 9110 §12.5.5: such an answer is for this one request.
    return not any("*" in value for value in headers.all("Vary"))


def is_readable(headers: Headers) -> bool:
    """Return whether a body of this type is text or JSON, so worth reading whole and keeping."""
    content_type = content_type_of(headers)
    if not content_type or content_type.startswith("text/"):
        return True
    if content_type.startswith("application/vnd.github"):
        return True
    return content_type == "application/json" or content_type.endswith(("+json", "+xml"))


def directives_of(request: Request) -> Directives:
    """Return the caller's cache directives."""
    cache_control = ", ".join(request.headers.all("Cache-Control")) or None
    return read_directives(cache_control, request.headers.get("Pragma"))


def unconditional(request: Request) -> Request:
    """Return the request without the caller's own conditions, which are about Portico's ETags."""
    return replace(request, headers=request.headers.without("If-None-Match", "If-Modified-Since"))


def passed_on_headers(headers: Headers) -> Headers:
    """Return the fields of an answer that is not stored, less those of the connection."""
    unwanted = NOT_STORED - {"retry-after"}
    return Headers(item for item in headers if item[0].lower() not in unwanted)


def upstream_age_s(headers: Headers) -> float:
    """Return how old an answer already was when it came, by its `Age` field, in seconds."""
    return delta_seconds(headers.get("Age")) or 0.0


def _fresh_until_s(directives: Directives, life: Lifetime) -> float:
    asked = life.fresh_s if directives.max_age_s is None else directives.max_age_s
    return min(life.fresh_s - directives.min_fresh_s, asked)


def _stale_until_s(directives: Directives, life: Lifetime) -> float:
    if directives.min_fresh_s:
        return -1.0
    allowed = life.fresh_s + max(life.stale_s, min(directives.max_stale_s, life.rescue_s))
    if directives.max_age_s is None:
        return allowed
    # RFC 9111 §5.2.1.1: older than max-age only as far as max-stale says.
    return min(allowed, directives.max_age_s + directives.max_stale_s)


def _conditional(
    request: Request, entry: Entry | None, obtains: str, tag: Callable[[Entry], str | None]
) -> Request:
    """Return the request to send, made conditional where a 304 can come of it."""
    bare = unconditional(request)
    if entry is None or entry.etag is None or entry.response.status != 200:
        return bare
    # The ETag of /contents is the Git object's id, the same for every credential; all others
    # are made with the credential, and another one's can only miss.
    is_its_own = entry.obtained_with == obtains or "/contents" in request.path
    validator = entry.etag if is_its_own else tag(entry)
    return bare if validator is None else bare.having("If-None-Match", validator)


def _confirmed(
    request: Request,
    entry: Entry | None,
    reply: Response,
    *,
    obtained_with: str,
    sent_at: float,
) -> Verdict:
    if entry is None:
        # The stored response went while GitHub was asked about it.
        failure = GitHubBroken("GitHub confirmed what is no longer stored")
        return Verdict(Mode.MISS, failure, failure=failure)
    headers = stored_headers(reply.headers)
    asked = request.headers.get("If-None-Match")
    if "ETag" not in headers and asked is not None:
        # The one that was confirmed is this credential's own.
        headers = headers.having("ETag", asked)
    confirmed = replace(
        entry.confirmed(headers, at=sent_at - upstream_age_s(reply.headers)),
        obtained_with=obtained_with,
    )
    return Verdict(Mode.REVALIDATED, confirmed.response, entry=confirmed, keep=confirmed)
