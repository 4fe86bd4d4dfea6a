"""HTTP/1.1 on a stream, by hand: requests in, responses out, whole or broken on purpose.

Written for the sandbox instead of running it under an ASGI server for two reasons. An ASGI server
spells every header in lower case and repairs or reports an application that breaks off; here the
spelling is GitHub's and a broken answer is exactly as broken as asked for. It serves test traffic
only: RFC 9112 as far as HTTP clients use it, no TLS, no upgrade.
"""

from __future__ import annotations

import asyncio
import http
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass

from portico.sandbox.message import Response, Wire

MOST_HEAD_BYTES = 256 * 1024  # above what any client sends; larger is an error, not a wait
_PIECE_BYTES = 64 * 1024
_SLOW_PIECES = 10
_BODILESS = {204, 304}
_NO_BODY_HEADERS = frozenset({"content-encoding", "etag", "content-length"})


class MalformedRequestError(Exception):
    """The bytes that came are not an HTTP/1.1 request."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as read: `headers` have lower-case names, repeated ones joined with commas."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    keeps_alive: bool


async def read_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Incoming | None:
    """Read the next request; None when the client has left. Raises MalformedRequestError."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *rows = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, version = first.split(" ")
        headers = _headers(rows)
        if headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await _body(reader, headers)
    except asyncio.IncompleteReadError:
        return None
    except (asyncio.LimitOverrunError, ValueError) as error:
        raise MalformedRequestError from error
    wishes_close = "close" in headers.get("connection", "").lower()
    keeps_alive = version == "HTTP/1.1" and not wishes_close
    return Incoming(method, target, headers, body, keeps_alive)


def _headers(rows: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for row in rows:
        name, colon, value = row.partition(":")
        if not colon:
            raise ValueError(row)
        key = name.lower()
        headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
    return headers


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return b"".join([chunk async for chunk in _chunks(reader)])
    return await reader.readexactly(int(headers.get("content-length", "0")))


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        yield await reader.readexactly(size)
        await reader.readexactly(2)
    while (await reader.readuntil(b"\r\n")) != b"\r\n":
        pass  # trailers; nothing here needs them


async def send(
    response: Response, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Send a response as its Delivery says; return whether the connection can go on."""
    if response.delivery.delay_s:
        await asyncio.sleep(response.delivery.delay_s)
    match response.delivery.wire:
        case Wire.RESET:
            reset(writer)
            return False
        case Wire.SILENCE:
            await reader.read()  # returns when the client gives up
            return False
        case Wire.CUT_LENGTH:
            writer.write(_head(response, length=len(response.body) + 1))
            writer.write(response.body[: len(response.body) // 2])
        case Wire.CUT_CHUNKED:
            half = response.body[: len(response.body) // 2]
            writer.write(_head(response, length=None) + _chunk(half))
        case Wire.SLOW:
            await _send_slowly(response, writer)
        case Wire.HUGE:
            await _send_filling(response, writer)
        case Wire.WHOLE:
            writer.write(_head(response, length=len(response.body)) + response.body)
    await writer.drain()
    return response.delivery.wire in {Wire.WHOLE, Wire.SLOW, Wire.HUGE}


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST instead of FIN: what a crashing server's kernel sends."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _send_slowly(response: Response, writer: asyncio.StreamWriter) -> None:
    writer.write(_head(response, length=len(response.body)))
    size = max(len(response.body) // _SLOW_PIECES, 1)
    for start in range(0, len(response.body), size):
        writer.write(response.body[start : start + size])
        await writer.drain()
        await asyncio.sleep(response.delivery.pause_s)


async def _send_filling(response: Response, writer: asyncio.StreamWriter) -> None:
    """Send a JSON text of the wanted size, chunked, so that no header warns of it."""
    writer.write(_head(response, length=None, drop=_NO_BODY_HEADERS))
    left = max(response.delivery.size_bytes - 2, 0)
    writer.write(_chunk(b'"'))
    while left > 0:
        piece = min(left, _PIECE_BYTES)
        writer.write(_chunk(b"x" * piece))
        await writer.drain()
        left -= piece
    writer.write(_chunk(b'"') + b"0\r\n\r\n")


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


def _head(response: Response, *, length: int | None, drop: frozenset[str] = frozenset()) -> bytes:
    """Return status line and headers. `length` None: the body comes in chunks."""
    phrase = http.HTTPStatus(response.status).phrase
    lines = [f"HTTP/1.1 {response.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers if name.lower() not in drop]
    if length is None:
        lines.append("Transfer-Encoding: chunked")
    elif response.status not in _BODILESS and response.header("Content-Length") is None:
        lines.append(f"Content-Length: {length}")
    # A header value outside Latin-1 would be the sandbox's own mistake; UTF-8 keeps it visible.
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
