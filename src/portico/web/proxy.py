"""GitHub's own API, answered through the gateway. Pure ASGI, in front of FastAPI.

A fresh hit takes the shortest road: no task, no second look at the body. Everything else waits
for the gateway while it watches whether the caller is still there.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from portico.core import tally
from portico.core.audience import PUBLIC, Caller
from portico.core.errors import CallerError, GitHubBroken, NotStored, PorticoError
from portico.core.message import Headers, Request
from portico.core.policy import Mode
from portico.core.position import FIELD
from portico.core.soundness import content_type_of
from portico.core.tally import Cost, cost_of, route_of
from portico.gateway.answer import Answer
from portico.web.asgi import Receive, Scope, Send, read_body, send_whole, unless_gone
from portico.web.caller import github_caller, permit
from portico.web.forwarded import address_of
from portico.web.lending import acts_as_app, lent
from portico.web.position import not_older
from portico.web.problems import JSON_TYPE, MethodNotAllowed, error_headers, github_error
from portico.web.record import Record
from portico.web.representation import (
    Representation,
    Representations,
    View,
    accepts_gzip,
    matches,
)
from portico.web.spending import Spent, count_points, spent, spent_answer, window_of
from portico.web.state import State
from portico.web.target import GitHubTarget

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# What describes a body that a 304 does not have (RFC 9110 §15.4.5).
_NOT_ON_304: Final = frozenset({b"content-type", b"content-encoding", b"last-modified"})
_POINTS_FIELD: Final = tally.FIELD.encode()
_FWD: Final = {
    Mode.REVALIDATED: "stale",
    Mode.CHANGED: "stale",
    Mode.RESCUED: "stale",
    Mode.MISS: "uri-miss",
    Mode.COALESCED: "uri-miss",
    Mode.BYPASS: "bypass",
}


class Proxy:
    """Answers requests for GitHub's API."""

    def __init__(self, state: State, representations: Representations) -> None:
        self._state = state
        self._representations = representations

    async def answer(
        self, target: GitHubTarget, scope: Scope, receive: Receive, send: Send, record: Record
    ) -> None:
        """Answer one request; every failure in GitHub's shape."""
        headers = Headers.from_asgi(scope["headers"])
        request = Request(scope["method"], target.path, target.query, headers)
        try:
            if request.method not in _METHODS:
                message = f"GitHub's API knows no method {request.method}"
                raise MethodNotAllowed(message, allow=_METHODS)
            caller = github_caller(request, self._state, address=address_of(scope))
            request = replace(request, headers=not_older(headers, self._state))
            if not request.is_read:
                request = await self._write(request, caller, receive)
            if acts_as_app(caller):
                caller = await lent(caller, request, self._state)
            record.audience = "public" if caller.audience == PUBLIC else "principal"
            answer = await self._ask(request, caller, receive)
        except PorticoError as error:
            await send_error(error, send, is_head=request.method == "HEAD")
            return
        cost = cost_of(request, answer.points)
        self._count(request, caller, answer, cost)
        note(record, answer)
        sending = self._send(answer, request, caller, target, send, cost)
        if answer.streaming is None:
            await sending
        else:
            # Uvicorn drops what is sent to a caller who has left: it would be fetched for nobody.
            await unless_gone(receive, sending)

    async def _ask(self, request: Request, caller: Caller, receive: Receive) -> Answer:
        gateway = self._state.gateway
        if request.is_read:
            hit = gateway.hit(request, caller)
            if hit is not None:
                return hit
            ended = spent(caller, request.path, self._state)
            if ended is not None:
                return await self._capped(request, caller, ended)
            answer = await unless_gone(receive, gateway.fetch(request, caller))
        else:
            ended = spent(caller, request.path, self._state)
            if ended is not None:
                return spent_answer(ended, request, self._state)
            # Not cut short when the caller leaves: GitHub may have done it already.
            answer = await gateway.write(request, caller)
        count_points(caller, request.path, answer.points, self._state)
        return answer

    async def _write(self, request: Request, caller: Caller, receive: Receive) -> Request:
        """Return a write with its body, if the caller's key is for it."""
        coding = request.headers.get("Content-Encoding")
        if coding not in (None, "identity"):
            raise CallerError("Send the body without a Content-Encoding: GitHub takes none")
        body = await read_body(receive, limit_bytes=self._state.body_limit_bytes)
        write = replace(request, body=body)
        if caller.grant is not None:
            permit(caller.grant, write, self._state)
        return write

    async def _capped(self, request: Request, caller: Caller, ended: Spent) -> Answer:
        """Return what is stored, however stale it may be, else the answer to a limit."""
        stored = request.having("Cache-Control", "only-if-cached, max-stale")
        try:
            return await self._state.gateway.fetch(stored, caller)
        except NotStored:
            return spent_answer(ended, request, self._state)

    def _count(self, request: Request, caller: Caller, answer: Answer, cost: Cost) -> None:
        route = route_of(request)
        self._state.tally.count(caller, cost, route=route, mode=answer.mode.value)

    async def _send(
        self,
        answer: Answer,
        request: Request,
        caller: Caller,
        target: GitHubTarget,
        send: Send,
        cost: Cost,
    ) -> None:
        view = View(
            base=target.base,
            is_public=caller.audience == PUBLIC,
            is_gzip=accepts_gzip(request.headers.get("Accept-Encoding")),
        )
        extra = [*self._fields(answer, request, caller), (_POINTS_FIELD, str(cost).encode())]
        if answer.streaming is not None:
            await self._stream(answer, view, extra, send, is_head=request.method == "HEAD")
            return
        made = self._represent(answer, view)
        if matches(request.headers.get("If-None-Match"), made.etag):
            kept = [field for field in made.headers if field[0].lower() not in _NOT_ON_304]
            await send_whole(send, 304, [*kept, *extra], None)
            return
        await send_whole(
            send, made.status, [*made.headers, *extra], made.body, is_head=request.method == "HEAD"
        )

    def _represent(self, answer: Answer, view: View) -> Representation:
        if answer.entry is not None:
            return self._representations.of_entry(answer.entry, view)
        return self._representations.of_response(answer.response, view, has_etag=False)

    async def _stream(
        self,
        answer: Answer,
        view: View,
        extra: list[tuple[bytes, bytes]],
        send: Send,
        *,
        is_head: bool,
    ) -> None:
        streaming = answer.streaming
        if streaming is None:
            return
        if view.is_public and content_type_of(answer.response.headers) == "application/json":
            # What it says of the operator's credential could not be left out.
            await streaming.close()
            await send_error(GitHubBroken("GitHub's answer is too large"), send, is_head=is_head)
            return
        made = self._representations.of_response(answer.response, view, has_etag=False)
        start = {"type": "http.response.start", "status": made.status}
        try:
            await send({**start, "headers": [*made.headers, *extra]})
            if not is_head:
                async for chunk in streaming.chunks():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        finally:
            await streaming.close()
        await send({"type": "http.response.body", "body": b""})

    def _fields(
        self, answer: Answer, request: Request, caller: Caller
    ) -> list[tuple[bytes, bytes]]:
        """Return the fields that are of this answer rather than of the representation."""
        status = cache_status(answer, is_read=request.is_read)
        fields = [(b"Cache-Status", status.encode())]
        if answer.entry is not None:
            fields.append((b"Age", b"%d" % int(answer.age_s)))
        if answer.position is not None:
            fields.append((FIELD.encode(), str(answer.position).encode()))
        window = window_of(caller, request.path, self._state)
        if window is not None:
            fields += [(n.encode(), v.encode()) for n, v in window.headers()]
        return fields


async def send_error(error: PorticoError, send: Send, *, is_head: bool = False) -> None:
    """Send an error in GitHub's shape."""
    fields = [("Content-Type", JSON_TYPE), *error_headers(error)]
    encoded = [(name.encode(), value.encode()) for name, value in fields]
    await send_whole(send, error.status, encoded, github_error(error), is_head=is_head)


def note(record: Record, answer: Answer) -> None:
    """Put how an answer came about into the request's record."""
    record.mode = answer.mode.value
    record.age_s = answer.age_s
    record.points = answer.points


def cache_status(answer: Answer, *, is_read: bool = True) -> str:
    """Return the `Cache-Status` field (RFC 9211) of an answer to a read or a write.

    `detail` is the mode, the one word that the log and the metrics use too.
    """
    parts = ["Portico"]
    if answer.mode in (Mode.HIT, Mode.STALE):
        parts.append("hit")
    else:
        parts.append(f"fwd={_FWD[answer.mode] if is_read else 'method'}")
        if answer.upstream_status is not None:
            parts.append(f"fwd-status={answer.upstream_status}")
        if answer.is_stored:
            parts.append("stored")
        if answer.mode is Mode.COALESCED:
            parts.append("collapsed")
    if answer.entry is not None:
        parts.append(f"ttl={math.floor(answer.ttl_s)}")
    parts.append(f"detail={answer.mode.value}")
    return "; ".join(parts)
