"""One request put to an ASGI application in process, and all that it sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from portico.core.message import Headers
from portico.web.asgi import App, Message, Scope


@dataclass(slots=True)
class Exchange:
    """A caller. `left` is set when the caller leaves; `noticed` is called with each message."""

    body: bytes = b""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    noticed: Callable[[Message], None] = lambda _: None
    sent: list[Message] = field(default_factory=list)
    _is_read: bool = False

    async def receive(self) -> Message:
        """Hand the body out; then wait until the caller leaves."""
        if not self._is_read:
            self._is_read = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take what the application sends; like uvicorn, without a word where the caller left."""
        if not self.left.is_set():
            self.sent.append(message)
        self.noticed(message)
        await asyncio.sleep(0)

    @property
    def status(self) -> int:
        """The status code that was sent."""
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> Headers:
        """The header fields that were sent."""
        return Headers.from_asgi(self.sent[0]["headers"])

    @property
    def content(self) -> bytes:
        """The body that was sent."""
        return b"".join(message.get("body", b"") for message in self.sent[1:])


def scope(
    method: str,
    target: str,
    *,
    host: str = "portico.example",
    fields: Iterable[tuple[str, str]] = (),
) -> Scope:
    """Return a request's ASGI scope, as uvicorn would make it."""
    path, _, query = target.partition("?")
    headers = [(b"host", host.encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in fields]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
    }


async def put_to(app: App, made: Scope, exchange: Exchange | None = None) -> Exchange:
    """Put one request to the application and return what came of it."""
    exchange = exchange or Exchange()
    async with asyncio.timeout(5):
        await app(made, exchange.receive, exchange.send)
    return exchange
