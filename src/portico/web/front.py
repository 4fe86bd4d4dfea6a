"""The outermost ASGI application: every request enters and leaves here.

It gives the request its id, decides which face answers, turns whatever escapes into an error of
the right shape, and has one line written when the answer is out. GitHub's API is answered by
`proxy`, its deliveries by `webhook`, the event stream by `live`; all else, and the lifespan, by
FastAPI, unless the very answer is kept.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from email.utils import formatdate
from typing import Final

from portico.core.errors import CallerError, PorticoError
from portico.gateway.ports import Clock
from portico.web.asgi import App, ClientGone, Message, Receive, Scope, Send, unless_gone
from portico.web.live import PATH as LIVE_PATH
from portico.web.live import LiveStreams
from portico.web.problems import send_problem
from portico.web.proxy import Proxy, send_error
from portico.web.record import RECORD_KEY, Record
from portico.web.shortcut import send_kept
from portico.web.state import State
from portico.web.target import Faces
from portico.web.webhook import PATH as WEBHOOK_PATH
from portico.web.webhook import Webhook

_log: Final = logging.getLogger("portico.web")
# nginx's word for a request whose caller had left before there was an answer; only ever logged.
_CLIENT_GONE: Final = 499


class Front:
    """Portico as one ASGI application."""

    def __init__(
        self,
        api: App,
        proxy: Proxy,
        webhook: Webhook,
        live: LiveStreams,
        faces: Faces,
        *,
        state: State,
        written: Callable[[Record, float], None],
    ) -> None:
        self._api = api
        self._proxy = proxy
        self._webhook = webhook
        self._live = live
        self._faces = faces
        self._state = state
        self._clock = state.clock
        self._written = written

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or run the lifespan."""
        if scope["type"] != "http":
            await self._api(scope, receive, send)
            return
        record = self._record(scope)
        out = _Out(send, record, self._clock)
        try:
            await self._answer(scope, receive, out, record)
        except ClientGone:
            record.status = record.status or _CLIENT_GONE
        except Exception:  # noqa: BLE001 (the last line of defence: the process lives on)
            _log.exception("request %s failed", record.request_id)
            if not record.status:
                await self._refuse(PorticoError(), scope, out, record)
        finally:
            self._written(record, self._clock.now())

    async def _answer(self, scope: Scope, receive: Receive, send: Send, record: Record) -> None:
        try:
            target = self._faces.github_target(scope)
        except CallerError as error:
            await self._refuse(error, scope, send, record)
            return
        if target is not None:
            await self._proxy.answer(target, scope, receive, send, record)
        elif scope["path"] == WEBHOOK_PATH:
            await self._take_delivery(scope, receive, send, record)
        elif scope["path"] == LIVE_PATH:
            await self._live.answer(scope, receive, send, record)
        elif record.method in ("GET", "HEAD"):
            if await send_kept(scope, send, record, self._state):
                return
            # FastAPI's routes know GET alone; of an answer to HEAD uvicorn sends no body.
            as_get = {**scope, "method": "GET"}
            await unless_gone(receive, self._api(as_get, _nothing_to_read(), send))
        else:
            await self._api(scope, receive, send)

    async def _take_delivery(
        self, scope: Scope, receive: Receive, send: Send, record: Record
    ) -> None:
        try:
            await self._webhook.answer(scope, receive, send)
        except CallerError as error:
            await send_problem(error, send, record)

    async def _refuse(self, error: PorticoError, scope: Scope, send: Send, record: Record) -> None:
        """Send an error in the shape of the face that was asked."""
        if self._faces.is_github(scope):
            await send_error(error, send, is_head=record.method == "HEAD")
        else:
            await send_problem(error, send, record)

    def _record(self, scope: Scope) -> Record:
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1")
        record = Record(
            request_id=secrets.token_hex(8),
            method=scope["method"],
            path=f"{path}?{query}" if query else path,
            started_at=self._clock.now(),
        )
        scope[RECORD_KEY] = record
        return record


class _Out:
    """`send`, with what every answer carries, and what the record wants to know."""

    def __init__(self, send: Send, record: Record, clock: Clock) -> None:
        self._send = send
        self._record = record
        self._clock = clock

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._record.status = message["status"]
            headers = list(message.get("headers", ()))
            headers.append((b"X-Request-Id", self._record.request_id.encode()))
            if not any(name.lower() == b"date" for name, _ in headers):
                # A stored answer keeps GitHub's own Date (RFC 9111 §4); all others get one here.
                date = formatdate(self._clock.now(), usegmt=True)
                headers.append((b"Date", date.encode()))
            message = {**message, "headers": headers}
        else:
            self._record.body_bytes += len(message.get("body", b""))
        await self._send(message)


def _nothing_to_read() -> Receive:
    """Return the `receive` of a request without a body, whose caller somebody else watches."""
    messages = iter(({"type": "http.request", "body": b"", "more_body": False},))

    async def receive() -> Message:
        for message in messages:
            return message
        # Cancelled when the answer is out or the caller has left.
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    return receive
