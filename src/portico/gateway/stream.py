"""Reading an answer whole, or passing it on as it comes.

What is text and within the limit is read whole, so that it can be judged and stored. What is
binary or larger is a `Streaming`: its body goes to one caller, chunk by chunk, and is not kept.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from portico.core.message import Headers, Response
from portico.core.policy import is_readable
from portico.gateway.ports import Incoming


class Streaming:
    """An answer on its way through. Exactly one caller can claim its body."""

    def __init__(self, incoming: Incoming, begun: bytes) -> None:
        self._incoming = incoming
        self._begun = begun
        self._is_claimed = False

    @property
    def status(self) -> int:
        """The status code."""
        return self._incoming.status

    @property
    def headers(self) -> Headers:
        """The header fields, as GitHub sent them."""
        return self._incoming.headers

    def claim(self) -> bool:
        """Take the body for oneself; False if somebody else has."""
        if self._is_claimed:
            return False
        self._is_claimed = True
        return True

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the whole body, and let go of the connection at the end."""
        try:
            if self._begun:
                yield self._begun
            async for chunk in self._incoming.chunks():
                yield chunk
        finally:
            await self._incoming.close()

    async def close(self) -> None:
        """Let go of the connection without reading the rest."""
        await self._incoming.close()


async def read(incoming: Incoming, *, limit_bytes: int) -> Response | Streaming:
    """Read an answer whole if it is text of at most `limit_bytes`, else hand it on unread.

    Raises:
        GitHubError: the body broke off, or cannot be decoded. The connection is let go of.

    """
    announced = incoming.headers.get("Content-Length") or "0"
    is_long = announced.isascii() and announced.isdecimal() and int(announced) > limit_bytes
    if is_long or not is_readable(incoming.headers):
        return Streaming(incoming, b"")
    begun = bytearray()
    try:
        async for chunk in incoming.chunks():
            begun += chunk
            if len(begun) > limit_bytes:
                return Streaming(incoming, bytes(begun))
    except BaseException:
        await incoming.close()
        raise
    await incoming.close()
    return Response(incoming.status, incoming.headers, bytes(begun))
