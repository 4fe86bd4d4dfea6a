"""What Portico's paths are measured against: two bare ASGI applications on the same uvicorn.

`prebuilt` sends bytes that were ready before it was asked: no Python server on uvicorn can be
faster than its hit. `passthrough` asks the upstream by aiohttp for every request and hands on
what comes: the miss of a gateway that decides nothing and keeps nothing.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias

import aiohttp
import uvicorn
import uvloop

from benchmarks.harness import world

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

# The fields that a stored response of GitHub's has at least.
_FIELDS: Final = (
    (b"content-type", b"application/json; charset=utf-8"),
    (b"cache-control", b"public, max-age=60, s-maxage=60"),
    (b"vary", b"Accept, Accept-Encoding"),
    (b"date", b"Sun, 22 Nov 2026 12:00:00 GMT"),
    (b"age", b"17"),
)


def prebuilt(targets: list[str]) -> App:
    """Return an application that knows these targets, and has their answers ready."""
    answers = {}
    for target in targets:
        found = world.find(target)
        if found is None:
            raise ValueError(f"there is no {target}")
        etag = b'"%08x"' % zlib.crc32(found.body)
        length = b"%d" % len(found.body)
        fields = [*_FIELDS, (b"etag", etag), (b"content-length", length)]
        path, _, query = target.partition("?")
        answers[path, query.encode()] = (
            {"type": "http.response.start", "status": 200, "headers": fields},
            {"type": "http.response.body", "body": found.body},
        )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (ASGI's)
        answer = answers.get((scope["path"], scope["query_string"]))
        if answer is None:
            await _send(send, 404, [], b"")
            return
        start, body = answer
        await send(start)
        await send(body)

    return app


def passthrough(session: aiohttp.ClientSession, upstream: str) -> App:
    """Return an application that asks the upstream whatever it is asked."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (ASGI's)
        if not scope["path"].startswith("/repos/"):
            await _send(send, 404, [], b"")
            return
        async with session.get(upstream + scope["path"]) as response:
            body = await response.read()
            fields = [
                (b"content-type", response.headers["Content-Type"].encode()),
                (b"etag", response.headers["ETag"].encode()),
                (b"content-length", b"%d" % len(body)),
            ]
            await _send(send, response.status, fields, body)

    return app


async def serve(port: int, make: Callable[[aiohttp.ClientSession], App]) -> None:
    """Serve on loopback, with all that costs time and gives nothing turned off."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
        config = uvicorn.Config(
            make(session),
            port=port,
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
        )
        await uvicorn.Server(config).serve()


async def _send(send: Send, status: int, fields: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="benchmarks.yardsticks", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", default="", help="URL: pass everything through to it")
    parser.add_argument("targets", nargs="*", help="have these ready")
    options = parser.parse_args()

    def make(session: aiohttp.ClientSession) -> App:
        if options.upstream:
            return passthrough(session, options.upstream)
        return prebuilt(options.targets)

    uvloop.run(serve(options.port, make))


if __name__ == "__main__":
    main()
