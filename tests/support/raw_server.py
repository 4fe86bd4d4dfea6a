"""A TCP server on loopback that answers with whatever bytes a test wants.

For what no HTTP server would do on purpose: cut bodies, resets, silence, garbage. It reads
whole requests (head, and a body by Content-Length) and keeps them as they came, so that a test
can see what was really put on the wire.
"""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from socket import SO_LINGER, SOL_SOCKET
from typing import Final, TypeAlias

HEAD: Final = b"HTTP/1.1 200 OK\r\n"
OK: Final = HEAD + b"Content-Length: 2\r\n\r\n{}"

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wire:
    """One connection, as a test's script sees it."""

    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Put bytes on the wire."""
        self.writer.write(data)
        await self.writer.drain()

    def close(self) -> None:
        """End the connection in order (FIN)."""
        self.writer.close()

    def reset(self) -> None:
        """Break the connection (RST)."""
        socket = self.writer.get_extra_info("socket")
        socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Script: TypeAlias = Callable[[Wire, int], Awaitable[None]]
"""Answers one request on the wire; the number counts all requests from 1."""


@dataclass(slots=True)
class RawServer:
    """What was received, and where."""

    script: Script
    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def heads(self) -> list[str]:
        """The requests' lines and fields, without bodies."""
        return [request.partition(b"\r\n\r\n")[0].decode("latin-1") for request in self.requests]

    def fields(self) -> dict[str, str]:
        """Return the header fields of the last request, names in lower case."""
        lines = self.heads[-1].split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read the requests of one connection and hand each to the script."""
        self.connections += 1
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length[1])) if length else b""
                self.requests.append(head + body)
                await self.script(Wire(writer), len(self.requests))
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


def answering(*answers: bytes, then_close: bool = False) -> Script:
    """Return a script that sends these answers in turn, and the last one ever after."""

    async def script(wire: Wire, number: int) -> None:
        await wire.send(answers[min(number, len(answers)) - 1])
        if then_close:
            wire.close()

    return script


@asynccontextmanager
async def raw_server(script: Script) -> AsyncIterator[RawServer]:
    """Serve on a free port of 127.0.0.1 until the block is left."""
    raw = RawServer(script)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(raw.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    raw.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield raw
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
