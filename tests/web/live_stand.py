"""A front with `/live` over a scripted GitHub: in process, or on a real socket of uvicorn's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Self

from portico.core.rewrite import GITHUB_API_URL, Rewriter
from portico.web.asgi import App, Message, Receive, Scope, Send
from portico.web.front import Front
from portico.web.listening import Server, bind_tcp, config_for
from portico.web.live import LiveStreams
from portico.web.proxy import Proxy
from portico.web.record import Record
from portico.web.representation import Representations
from portico.web.target import Faces
from portico.web.webhook import Webhook
from tests.gateway.live_scene import LiveScene
from tests.support.event_stream import EventReader
from tests.web.test_caller import state_over


class LiveStand(LiveScene):
    """The scene with the web edge before it. `records` are the requests that have ended."""

    def __init__(
        self,
        *,
        most_listeners: int = 10,
        owners: frozenset[str] = frozenset(),
        stall_s: float = 5.0,
        last_word_s: float = 5.0,
    ) -> None:
        super().__init__(most_listeners=most_listeners)
        self.records: list[Record] = []
        self.state = replace(state_over(self.scene), owners=owners)
        self.front: App = Front(
            _no_api,
            Proxy(self.state, Representations(Rewriter(GITHUB_API_URL))),
            Webhook(self.scene.deliveries, ()),
            LiveStreams(self.live, self.state, stall_s=stall_s, last_word_s=last_word_s),
            Faces(),
            state=self.state,
            written=lambda record, _: self.records.append(record),
        )

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Serve on a free port for the length of the block; gives `host:port`."""
        socket = bind_tcp("127.0.0.1", 0)
        server = Server(config_for(self.front))
        serving = asyncio.create_task(server.serve(sockets=[socket]))
        while not server.started:  # noqa: ASYNC110 (uvicorn tells it by a flag)
            await asyncio.sleep(0.01)
        try:
            yield "{}:{}".format(*socket.getsockname())
        finally:
            server.should_exit = True
            await serving


async def _no_api(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand in FastAPI's place: nothing but the lifespan, and an empty answer."""
    while scope["type"] == "lifespan":
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@dataclass(slots=True)
class Wire:
    """A listener on a socket of its own, who reads when told to."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: str = ""
    heard: EventReader = field(default_factory=EventReader)
    is_over: bool = False

    @classmethod
    async def listen(
        cls, address: str, target: str, *fields: str, limit_bytes: int = 2**16
    ) -> Self:
        """Connect, ask, and return when the head of the answer is there."""
        host, _, port = address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=limit_bytes)
        lines = (f"GET {target} HTTP/1.1", f"Host: {address}", *fields, "", "")
        writer.write("\r\n".join(lines).encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        return cls(reader, writer, head)

    @property
    def status(self) -> int:
        """The status code."""
        return int(self.head.split()[1])

    async def read_chunk(self) -> None:
        """Read one chunk of the answer's body; an empty one ends it."""
        size = int(await self.reader.readuntil(b"\r\n"), 16)
        data = (await self.reader.readexactly(size + 2))[:-2]
        self.is_over = size == 0
        self.heard.feed(data)

    async def until_told(self, count: int) -> None:
        """Read until so many happenings were heard."""
        while len(self.heard.happenings) < count:
            await self.read_chunk()

    async def until_over(self) -> None:
        """Read to the end."""
        while not self.is_over:
            await self.read_chunk()

    async def close(self) -> None:
        """Leave."""
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


def body_of(message: Message) -> bytes:
    """Return the piece of a body that a message carries."""
    return bytes(message.get("body", b""))
