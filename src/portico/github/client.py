"""One pooled HTTP client for GitHub. Implements `gateway.ports.Upstream` on aiohttp.

Rules: a request goes to the configured address or nowhere; no redirect is followed, no cookie
kept, no `.netrc` read. A write is sent at most once. Failures leave as the classes of
`core.errors`. What is sent is decided in `outgoing`, what is decoded in `coding`.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from typing import Final, Self

import aiohttp

from portico.core.audience import Credential
from portico.core.errors import GitHubBroken, GitHubError
from portico.core.message import Headers, Request
from portico.github.coding import decoder_of, without_coding
from portico.github.failures import translated
from portico.github.outgoing import fields_of, root_of, url_of
from portico.github.proxy import proxy_for

# A host that is there answers a handshake in well under a second, from anywhere on earth.
CONNECT_S: Final = 5.0
# GitHub closes idle connections after a minute or more. Well below that, a write hardly ever
# meets a connection that is just being closed.
KEEP_ALIVE_S: Final = 15.0
# A recorded answer of GitHub's has 2 KB of header fields; only a `Link` can be long.
FIELD_LIMIT_BYTES: Final = 16_384
MOST_FIELDS: Final = 128
# The slowest uplink on which a large body is waited for, in bytes per second.
SLOWEST_UPLOAD: Final = 65_536


class GitHubClient:
    """GitHub at one address. To be started inside the event loop that uses it, and closed.

    `api_url` is the API's root (`https://host[:port][/path]`). `timeout_s` is how long GitHub
    may take to answer with the header fields, and then be silent between parts of the body.

    Raises:
        ValueError: `api_url` is not such a URL.

    """

    def __init__(self, api_url: str, *, timeout_s: float, version: str) -> None:
        self._root: Final = root_of(api_url)
        self._timeout_s: Final = timeout_s
        self._user_agent: Final = f"portico/{version}"
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Make the pool of connections; none is opened yet.

        Raises:
            ValueError: the environment names a proxy that is no HTTP proxy.

        """
        self._session = aiohttp.ClientSession(
            # No limit: the gateway bounds the calls in flight. A second queue here would not be
            # seen by it, and waiting in it would count as connecting.
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_S),
            timeout=aiohttp.ClientTimeout(
                # Silence is watched here (`send`, `Answer.chunks`): aiohttp's own watch begins
                # after the request is out, and ends when it finds a chunk's size to be garbage.
                total=None,
                sock_read=None,
                connect=min(CONNECT_S, self._timeout_s / 2),
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Content-Type",),
            trust_env=False,
            proxy=proxy_for(self._root),
            max_line_size=FIELD_LIMIT_BYTES,
            max_field_size=FIELD_LIMIT_BYTES,
            max_headers=MOST_FIELDS,
        )

    async def close(self) -> None:
        """Close every connection; what is still being read from them breaks."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def send(self, request: Request, credential: Credential | None) -> Answer:
        """Send one request and return when the header fields of its answer are there.

        Raises:
            CallerError: the method, the target or a header field cannot be put on the wire.
            GitHubUnreachable: no connection, or it broke.
            GitHubTimedOut: GitHub fell silent.
            GitHubBroken: what came is no answer in HTTP.

        """
        if self._session is None:
            raise RuntimeError("GitHubClient.send() before start() or after close()")
        url = url_of(self._root, request)
        fields = list(fields_of(request, credential, user_agent=self._user_agent))
        with translated():
            async with asyncio.timeout(self._timeout_s + len(request.body) / SLOWEST_UPLOAD):
                response = await self._session.request(
                    request.method,
                    url,
                    headers=fields,
                    # Not the bytes: aiohttp warns of those above 1 MiB.
                    data=io.BytesIO(request.body) if request.body else None,
                    allow_redirects=False,
                    middlewares=() if request.is_read else (_at_most_once,),
                )
        if response.status < 200:
            response.close()
            raise GitHubBroken("GitHub's address switched to another protocol, unasked")
        return Answer(response, timeout_s=self._timeout_s)


class Answer:
    """GitHub's answer, its body unread. Implements `gateway.ports.Incoming`."""

    __slots__ = ("_decoder", "_pieces", "_response", "_timeout_s", "headers")

    def __init__(self, response: aiohttp.ClientResponse, *, timeout_s: float) -> None:
        raw_headers = Headers.from_asgi(response.raw_headers)
        self.headers: Final = without_coding(raw_headers)
        self._decoder: Final = decoder_of(raw_headers)
        self._pieces: Iterator[bytes] = iter(())
        self._response: Final = response
        self._timeout_s: Final = timeout_s

    @property
    def status(self) -> int:
        """The status code."""
        return self._response.status

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over what is left of the body, decoded.

        May be left and taken up again. After a failure the connection is closed already.

        Raises:
            GitHubUnreachable: the connection broke before the body was whole.
            GitHubTimedOut: GitHub fell silent.
            GitHubBroken: the body cannot be decoded.

        """
        while piece := await self._next():
            yield piece

    async def close(self) -> None:
        """Let go of the connection: it is in the pool if the body was read, else closed."""
        self._response.close()

    async def _next(self) -> bytes:
        """Return the next piece of the body, b"" at its end."""
        try:
            while True:
                if piece := next(self._pieces, b""):
                    return piece
                data = await self._read()
                if not data:
                    self._decoder.end()
                    return b""
                self._pieces = self._decoder.feed(data)
        except GitHubError:
            self._response.close()
            raise

    async def _read(self) -> bytes:
        with translated():
            async with asyncio.timeout(self._timeout_s):
                return await self._response.content.readany()


async def _at_most_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a write, and hide a broken connection from aiohttp, which would send it again.

    It repeats PUT and DELETE, which HTTP calls idempotent (RFC 9110 §9.2.2). Here they are not:
    the second of two equal merges or deletions is answered with an error.
    """
    with translated():
        return await handler(request)
