"""`respond(world, request, now)`: what GitHub answers. No waiting, no clock, no sockets.

The order of the checks is GitHub's, as measured: an exhausted address comes before everything, then
a bad credential (401), an unknown API version (400), an empty bucket (403), and only then the route
(404), so that a refusal never tells whether a private thing exists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from portico.sandbox import broken, downloads, dressing, edge, errors, media
from portico.sandbox.access import BadCredentialsError, Caller, identify
from portico.sandbox.app_jwt import UNDECODABLE
from portico.sandbox.bodies.view import OLDEST_VERSION, VERSIONS
from portico.sandbox.call import Call
from portico.sandbox.dressing import Circumstances
from portico.sandbox.errors import Refusal
from portico.sandbox.faults import DEPRECATION, bend
from portico.sandbox.limits import resource_of
from portico.sandbox.media import Media
from portico.sandbox.message import Answer, Request, Response
from portico.sandbox.model import Repository
from portico.sandbox.rest import TABLE
from portico.sandbox.routing import Route
from portico.sandbox.world import World

_DEPRECATED = (
    ("Deprecation", "Tue, 10 Mar 2026 00:00:00 GMT"),
    ("Sunset", "Fri, 10 Mar 2028 00:00:00 GMT"),
)


def respond(world: World, request: Request, now: float) -> Response:
    """Answer one request, changing the world as GitHub would. `now` is in Unix seconds."""
    with world.lock:
        if downloads.is_meant(request.path):
            return downloads.download(world, request)
        response = _respond(world, request, now)
    if request.method == "HEAD":
        length = ("Content-Length", str(len(response.body)))
        return replace(response, headers=(*response.headers, length), body=b"")
    return response


def _respond(world: World, request: Request, now: float) -> Response:
    seen = _seen(world, request, now, Caller(request.client))
    try:
        caller = identify(world, request.header("authorization"), request.client, now)
    except BadCredentialsError as error:
        if _is_exhausted(seen):
            return _limited(seen)
        return _refused(errors.bad_credentials(error.message, error.status), seen)
    seen = _seen(world, request, now, caller)
    if _is_exhausted(seen):
        return _limited(seen)
    if not request.header("user-agent"):
        plain = dressing.draft(errors.no_user_agent(), request, is_private=False)
        return dressing.dress(plain, replace(seen, reading=None))
    fault = world.faults.take(request, caller.token.value if caller.token else None)
    if fault is not None and fault.replaces:
        return broken.replacement(fault, seen)
    response = _at_the_edge(world, seen) or _answered(world, seen)
    return bend(response, fault, nonce=world.next_request()) if fault else response


def _seen(world: World, request: Request, now: float, caller: Caller) -> Circumstances:
    """Return who asks and what is left to them, before anything is taken."""
    seed = f"{now} {request.path} {world.next_request()}"
    digest = hashlib.sha256(seed.encode()).hexdigest().upper()
    return Circumstances(
        request=request,
        caller=caller,
        # GitHub's request ids end with the time in hexadecimal.
        request_id=f"{digest[:4]}:{digest[4:10]}:{digest[10:17]}:{digest[17:24]}:{int(now):X}",
        now=now,
        reading=world.buckets.read(caller.subject, resource_of(request.path), now),
        joins_vary_lines=world.joins_vary_lines,
    )


def _is_exhausted(seen: Circumstances) -> bool:
    """Whether nothing is left; /rate_limit is free and GraphQL refuses in its own form."""
    if seen.reading is None or seen.caller.app or seen.request.path in {"/rate_limit", "/graphql"}:
        return False
    return seen.reading.remaining == 0


def _limited(seen: Circumstances) -> Response:
    answer = errors.primary_limit(seen.caller, seen.request_id, seen.now)
    return dressing.dress(dressing.draft(answer, seen.request, is_private=False), seen)


def _refused(refusal: Refusal, seen: Circumstances) -> Response:
    """Return a refusal without rate headers: what is not anybody's is not counted."""
    drafted = dressing.draft(refusal.answer(), seen.request, is_private=False)
    return dressing.dress(drafted, replace(seen, reading=None))


def _at_the_edge(world: World, seen: Circumstances) -> Response | None:
    """Return what GitHub's shared cache has for an anonymous GET; it is counted all the same."""
    request, caller = seen.request, seen.caller
    if not (world.edge.is_on and caller.is_anonymous and request.method == "GET"):
        return None
    stored = world.edge.find(request, seen.now)
    if stored is not None:
        reading = world.buckets.charge(caller.subject, stored.resource, seen.now)
        return edge.serve(stored, request, reading)
    fresh = _answered(world, seen)
    world.edge.keep(request, fresh, seen.now)
    return fresh


def _answered(world: World, seen: Circumstances) -> Response:
    """Route, handle, price and dress."""
    route: Route | None = None
    try:
        seen = replace(seen, version=_version(seen))
        chosen = _media(seen)
        seen = replace(seen, media_type=chosen.header)
        route, params = _route(seen.request)
        seen = replace(seen, accepted_permissions=route.permission)
        call = Call(world, seen.request, seen.caller, seen.version, chosen, seen.now, params)
        answer = _handled(call, route, params)
    except Refusal as refusal:
        answer = refusal.answer(route.docs_url if route else errors.DOCS)
    return _priced(world, seen, answer)


def _media(seen: Circumstances) -> Media:
    chosen = media.choose(seen.request.header("accept"))
    if chosen is None:
        raise Refusal(415, "Unsupported 'Accept' header: Must accept 'application/json'.")
    return chosen


def _route(request: Request) -> tuple[Route, Mapping[str, str]]:
    found = TABLE.find(request.method, request.path)
    if found is None:
        raise errors.not_found()
    return found


def _priced(world: World, seen: Circumstances, answer: Answer) -> Response:
    """Take the point that the answer costs, unless it is free, and dress it.

    A 304 is free only for those who sent a valid credential; /rate_limit is free for all. Source:
    https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
    """
    if seen.caller.app is not None:
        # Nothing is counted, and the answer looks like anybody's, whose it is notwithstanding.
        return dressing.dress(
            dressing.draft(answer, seen.request, is_private=False), replace(seen, reading=None)
        )
    private = not seen.caller.is_anonymous
    drafted = dressing.draft(answer, seen.request, is_private=private)
    resource = resource_of(seen.request.path)
    is_free = (drafted.is_current and private) or seen.request.path == "/rate_limit"
    if not is_free:
        reading = world.buckets.charge(seen.caller.subject, resource, seen.now)
        seen = replace(seen, reading=reading)
    response = dressing.dress(drafted, seen)
    return replace(response, points=0 if is_free else 1, resource=resource)


def _version(seen: Circumstances) -> str:
    """Return the API version; only callers with a token are told that theirs is unknown."""
    wanted = seen.request.header("x-github-api-version") or OLDEST_VERSION
    if wanted in VERSIONS:
        return wanted
    if seen.caller.is_anonymous:
        return OLDEST_VERSION
    raise errors.unknown_version(wanted)


def _handled(call: Call, route: Route, params: Mapping[str, str]) -> Answer:
    if route.is_for_apps != (call.caller.app is not None):
        raise errors.bad_credentials(UNDECODABLE if route.is_for_apps else errors.BAD_CREDENTIALS)
    if "repo" in params or "repository_id" in params:
        repository = _visible(call, params)
        if _is_old_name(params, repository):
            return _moved(call, repository)
        if repository.is_blocked:
            return errors.blocked(repository.full_name)
        call = replace(call, found=repository)
        call.require_reading(route.permission)
    answer = route.handler(call)
    if not route.loses_fields or not call.view.is_old:
        return answer
    link = f"{answer.link}, {DEPRECATION}" if answer.link else DEPRECATION
    return replace(answer, link=link, headers=(*answer.headers, *_DEPRECATED))


def _visible(call: Call, params: Mapping[str, str]) -> Repository:
    """Return the repository that the path names; one that is not the caller's to see is 404."""
    if "repository_id" in params:
        repository = call.world.repositories.get(int(params["repository_id"]))
    else:
        repository = call.world.repository(params["owner"], params["repo"])
    if repository is None or not call.caller.can_see(repository):
        raise errors.not_found()
    return repository


def _is_old_name(params: Mapping[str, str], repository: Repository) -> bool:
    """Whether the path names a repository by a name, or an owner, that it had before."""
    asked = (params.get("owner", repository.owner.login), params.get("repo", repository.name))
    present = (repository.owner.login, repository.name)
    return tuple(map(str.lower, asked)) != tuple(map(str.lower, present))


def _moved(call: Call, repository: Repository) -> Answer:
    rest = "/".join(quote(s, safe="") for s in call.request.segments[3:])
    path = f"/repositories/{repository.id}" + (f"/{rest}" if rest else "")
    query = f"?{call.request.query_string}" if call.request.query_string else ""
    location = f"{call.request.api_url}{path}{query}"
    return errors.moved(location, keeps_method=call.request.method not in {"GET", "HEAD"})


def too_many_at_once(world: World, request: Request, now: float) -> Response:
    """Return the secondary limit's answer to one request too many at the same time."""
    with world.lock:
        return broken.concurrency_exceeded(_seen(world, request, now, Caller(request.client)))
