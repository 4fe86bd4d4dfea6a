"""The upstream of every benchmark: answers what `world` finds, after a set latency.

A process of its own, on uvloop and without a framework, so that it is never what is measured.
It confirms what a caller already holds (304), counts the calls, and keeps the last ones with
their instants, from which the waterfall is drawn. Only GET, no bodies, no pipelining.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Final, cast

import uvloop

from benchmarks.harness import world
from benchmarks.harness.world import Resource

# More than one portfolio's calls; the waterfall needs no more.
TRACE_LENGTH: Final = 1_000
CALLS_TARGET: Final = "/-/calls"
TRACE_TARGET: Final = "/-/trace"

# As GitHub sends them; the bucket never runs out, or the benchmark would measure refusals.
_FIELDS: Final = (
    b"Server: github.com\r\n"
    b"Content-Type: application/json; charset=utf-8\r\n"
    b"Cache-Control: public, max-age=60, s-maxage=60\r\n"
    b"Vary: Accept,Accept-Encoding, Accept, X-Requested-With\r\n"
    b"X-GitHub-Media-Type: github.v3; format=json\r\n"
    b"X-GitHub-Request-Id: 9C1E:2F4A:1B2C3D:4E5F60:65F1A2B3\r\n"
    b"X-OAuth-Scopes: \r\n"
    b"X-RateLimit-Limit: 15000\r\n"
    b"X-RateLimit-Remaining: 14999\r\n"
    b"X-RateLimit-Reset: 4102444800\r\n"
    b"X-RateLimit-Used: 1\r\n"
    b"X-RateLimit-Resource: core\r\n"
)
_NOT_FOUND: Final = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"
_CONDITION: Final = b"\r\nif-none-match:"


@dataclass(slots=True)
class Ledger:
    """What has been asked so far. `trace` holds (target, began_s, ended_s), seconds of a clock."""

    calls: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    trace: deque[tuple[str, float, float]] = field(
        default_factory=lambda: deque(maxlen=TRACE_LENGTH)
    )

    def begin(self) -> None:
        """Count a call that has arrived."""
        self.calls += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def end(self, target: str, began_s: float) -> None:
        """Count a call as over."""
        self.in_flight -= 1
        self.trace.append((target, began_s, time.perf_counter()))

    def counts(self) -> dict[str, int]:
        """Return the counts; the largest number in flight is since this was last asked."""
        counts = {
            "calls": self.calls,
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
        }
        self.most_in_flight = self.in_flight
        return counts

    def taken_trace(self) -> list[tuple[str, float, float]]:
        """Return the trace, and begin a new one."""
        taken = list(self.trace)
        self.trace.clear()
        return taken


class StubProtocol(asyncio.Protocol):
    """One connection."""

    def __init__(self, ledger: Ledger, latency_s: float) -> None:
        self._ledger = ledger
        self._latency_s = latency_s
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio's signature)
        """Forget the transport: what is due to it is dropped."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Answer when the head is whole."""
        self._received += data
        if not self._received.endswith(b"\r\n\r\n"):
            return
        head, self._received = self._received, b""
        target = head[4 : head.index(b" ", 4)].decode("ascii")
        if target.startswith("/-/"):
            self._send(self._about_itself(target))
            return
        self._ledger.begin()
        answer = answer_to(target, head)
        began_s = time.perf_counter()
        if self._latency_s:
            loop = asyncio.get_running_loop()
            loop.call_later(self._latency_s, self._finish, target, began_s, answer)
        else:
            self._finish(target, began_s, answer)

    def _finish(self, target: str, began_s: float, answer: bytes) -> None:
        self._ledger.end(target, began_s)
        self._send(answer)

    def _send(self, answer: bytes) -> None:
        if self._transport is not None:
            self._transport.write(answer)

    def _about_itself(self, target: str) -> bytes:
        ledger = self._ledger
        value = ledger.counts() if target == CALLS_TARGET else ledger.taken_trace()
        body = json.dumps(value).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def answer_to(target: str, head: bytes) -> bytes:
    """Return the whole response to a request for `target` with this head."""
    found = world.find(target)
    if found is None:
        return _NOT_FOUND
    # The body is a function of the target, so its name will do for a validator.
    etag = b'"%08x"' % zlib.crc32(target.encode())
    fields = b"%bETag: %b\r\n%b" % (_FIELDS, etag, _link(found, head))
    _, condition, rest = head.lower().partition(_CONDITION)
    if condition and etag in rest.partition(b"\r\n")[0]:
        return b"HTTP/1.1 304 Not Modified\r\n%b\r\n" % fields
    length = len(found.body)
    return b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (fields, length, found.body)


def _link(found: Resource, head: bytes) -> bytes:
    if not found.pages:
        return b""
    # To where it was asked, as GitHub does.
    _, _, rest = head.lower().partition(b"\r\nhost:")
    host = rest.partition(b"\r\n")[0].strip().decode("latin-1")
    return f"Link: {found.link(host)}\r\n".encode()


async def serve(host: str, port: int, latency_s: float) -> None:
    """Serve until the process is told to stop."""
    ledger = Ledger()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: StubProtocol(ledger, latency_s), host, port, backlog=4_096
    )
    await server.serve_forever()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="benchmarks.harness.stub", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--latency-ms", type=float, default=100.0)
    options = parser.parse_args()
    uvloop.run(serve(options.host, options.port, options.latency_ms / 1000))


if __name__ == "__main__":
    main()
