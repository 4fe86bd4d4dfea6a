"""Small pieces of ASGI: reading a body, sending a whole answer, noticing that a caller has left."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any, TypeAlias, TypeVar

from portico.core.errors import BodyTooLarge

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]
Fields: TypeAlias = list[tuple[bytes, bytes]]
T = TypeVar("T")


class ClientGone(Exception):
    """The caller has closed the connection; there is nobody to answer."""


async def read_body(receive: Receive, *, limit_bytes: int) -> bytes:
    """Return the whole body of a request.

    Raises:
        BodyTooLarge: it is over the limit.
        ClientGone: the caller left before it was whole.

    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        if len(body) > limit_bytes:
            raise BodyTooLarge(f"The body is larger than {limit_bytes} bytes")
        if not message.get("more_body", False):
            return bytes(body)


async def send_whole(
    send: Send, status: int, fields: Fields, body: bytes | None, *, is_head: bool = False
) -> None:
    """Send an answer whose body is at hand; None for an answer that can have none."""
    if body is not None and status != 204:
        fields = [*fields, (b"Content-Length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    sent = b"" if is_head or status == 204 else body or b""
    await send({"type": "http.response.body", "body": sent})


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns, or cancel it when the caller closes the connection.

    Uvicorn does not cancel the task of a request whose caller has left; without this, a server
    that is behind would go on working for nobody.

    Raises:
        ClientGone: the caller has left.

    """
    loop = asyncio.get_running_loop()
    working = loop.create_task(work)
    leaving = loop.create_task(_disconnected(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientGone
    finally:
        working.cancel()
        leaving.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
