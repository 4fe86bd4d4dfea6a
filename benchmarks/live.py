"""What listeners to `/live` cost: memory for each, and the time until a happening has reached all.

Portico runs as `portico serve` does. So many connections listen for one repository, then signed
deliveries are posted one at a time; each listener notes when the happening is there. The listeners
share the other core with the stub. `make bench-live` runs it, in less than a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Final, cast

import uvloop

from benchmarks.harness import report
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.measuring import upstream
from benchmarks.harness.processes import (
    HOST,
    Cores,
    Server,
    allow_many_connections,
    cores,
    free_port,
    get,
    python,
    running,
)

LISTENERS: Final = 1_000
DELIVERIES: Final = 50
REPOSITORY: Final = "solveig/harbor"
SECRET: Final = b"invented for the benchmark"
TOKEN: Final = f"ghp_{'0' * 36}"
PATIENCE_S: Final = 30.0
_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was measured: bytes for one listener; seconds from a delivery to the first and the last.

    `cpu_s` is what one delivery to all of them takes of the server's core.
    """

    listeners: int
    bytes_each: float
    first_s: float
    last_s: float
    cpu_s: float


@dataclass(slots=True)
class Crowd:
    """All who listen, and when each happening had reached how many of them."""

    arrivals: list[float] = field(default_factory=list)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    wanted: int = 0
    transports: list[asyncio.Transport] = field(default_factory=list)

    def leave(self) -> None:
        """Let everybody go."""
        for transport in self.transports:
            transport.abort()

    def hear(self, count: int) -> None:
        """Note that somebody has heard."""
        now = time.perf_counter()
        self.arrivals += [now] * count
        if len(self.arrivals) >= self.wanted:
            self.waiting.set()

    async def all_have_heard(self, count: int) -> None:
        """Wait until so many have heard.

        Raises:
            CannotMeasure: some never do.

        """
        self.wanted = count
        if len(self.arrivals) < count:
            self.waiting.clear()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self.waiting.wait()
            except TimeoutError:
                message = f"Only {len(self.arrivals)} of {count} listeners heard"
                raise CannotMeasure(message) from None


class Ear(asyncio.Protocol):
    """One connection that listens."""

    def __init__(self, crowd: Crowd, request: bytes) -> None:
        self._crowd = crowd
        self._request = request
        self._unread = b""
        self._head = b""
        self.opened: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        made = cast("asyncio.Transport", transport)
        self._crowd.transports.append(made)
        made.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Note the status, and each event."""
        if not self.opened.done():
            self._head += data
            if b"\r\n\r\n" in self._head:
                self.opened.set_result(int(self._head.split()[1]))
            return
        self._unread += data
        *lines, self._unread = self._unread.split(b"\n")
        happened = sum(line.startswith(b"data: ") for line in lines)
        if happened:
            self._crowd.hear(happened)

    def connection_lost(self, _: Exception | None) -> None:
        """End; a listener that is missing is noticed when it does not hear."""
        if not self.opened.done():
            self.opened.set_result(0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=LISTENERS)
    parser.add_argument("--deliveries", type=int, default=DELIVERIES)
    asked = parser.parse_args(arguments)
    allow_many_connections()
    apart = cores()
    packages = report.machine(("uvicorn", "uvloop", "httptools"))
    try:
        found = measured(asked.listeners, asked.deliveries, apart)
    except CannotMeasure as problem:
        print(f"benchmarks: {problem}", file=sys.stderr)
        return 2
    print(f"{packages.sentence()}\n\n{_table(found)}")
    return 0


def measured(
    listeners: int, deliveries: int, apart: Cores, *, signed_with: bytes = SECRET
) -> Found:
    """Return what so many listeners cost, over so many deliveries.

    Raises:
        CannotMeasure: the server does not start, refuses listeners, or some never hear.

    """
    with upstream(latency_s=0.0, port=free_port(), cores=apart) as github:
        environment = {
            "PORTICO_GITHUB_API_URL": f"http://{HOST}:{github.port}",
            "PORTICO_GITHUB_TOKEN": TOKEN,
            "PORTICO_LOG_LEVEL": "warning",
            "PORTICO_STORE": "memory://",
            "PORTICO_WEBHOOK_SECRET": SECRET.decode(),
            "PORTICO_LIVE_LISTENERS": str(listeners),
        }
        port = free_port()
        argv = python("portico", "serve", f"--port={port}")
        with running(argv, port, environment=environment, on=apart.server) as server:
            if apart.others:
                os.sched_setaffinity(0, apart.others)
            _, _, body = get(github.port, f"/repos/{REPOSITORY}")
            tell = partial(_tell, server, json.loads(body)["id"], signed_with)
            return uvloop.run(_measured(server, tell, listeners, deliveries))


async def _measured(
    server: Server, tell: Callable[[int], Awaitable[None]], listeners: int, deliveries: int
) -> Found:
    crowd = Crowd()
    try:
        return await _with(crowd, server, tell, listeners, deliveries)
    finally:
        crowd.leave()
        # Connections are closed in the loop's next turn.
        await asyncio.sleep(0.1)


async def _with(
    crowd: Crowd,
    server: Server,
    tell: Callable[[int], Awaitable[None]],
    listeners: int,
    deliveries: int,
) -> Found:
    # One first, so that what is loaded once is not counted to the others.
    await _listen(crowd, server, 1)
    before = server.pss_bytes()
    await _listen(crowd, server, listeners - 1)
    bytes_each = (server.pss_bytes() - before) / max(1, listeners - 1)
    await tell(0)
    await crowd.all_have_heard(listeners)
    cpu_before_s = server.cpu_s()
    first, last = [], []
    for number in range(1, deliveries + 1):
        crowd.arrivals.clear()
        began = time.perf_counter()
        await tell(number)
        await crowd.all_have_heard(listeners)
        first.append(min(crowd.arrivals) - began)
        last.append(max(crowd.arrivals) - began)
    return Found(
        listeners=listeners,
        bytes_each=bytes_each,
        first_s=median(first),
        last_s=median(last),
        cpu_s=(server.cpu_s() - cpu_before_s) / deliveries,
    )


async def _listen(crowd: Crowd, server: Server, count: int) -> None:
    request = f"GET /live?repo={REPOSITORY} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    loop = asyncio.get_running_loop()
    for start in range(0, count, _AT_ONCE):
        connecting = (
            loop.create_connection(lambda: Ear(crowd, request), HOST, server.port)
            for _ in range(min(_AT_ONCE, count - start))
        )
        made = await asyncio.gather(*connecting)
        async with asyncio.timeout(PATIENCE_S):
            statuses = set(await asyncio.gather(*(ear.opened for _, ear in made)))
        if statuses != {200}:
            raise CannotMeasure(f"Listeners were answered {sorted(statuses)}")


async def _tell(server: Server, repository_id: int, secret: bytes, number: int) -> None:
    """Post one signed delivery, as GitHub would."""
    owner, name = REPOSITORY.split("/")
    repository = {
        "id": repository_id,
        "full_name": REPOSITORY,
        "name": name,
        "private": False,
        "owner": {"login": owner, "id": 1},
        "default_branch": "main",
    }
    issue = {"number": number, "state": "open", "updated_at": "2026-11-20T10:00:00Z"}
    members = {"action": "opened", "issue": issue, "repository": repository}
    body = json.dumps(members).encode()
    fields = (
        "POST /webhooks/github HTTP/1.1",
        f"Host: {HOST}",
        "Content-Type: application/json",
        "X-GitHub-Event: issues",
        f"X-GitHub-Delivery: {number:032x}",
        f"X-Hub-Signature-256: sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "",
        "",
    )
    reader, writer = await asyncio.open_connection(HOST, server.port)
    writer.write("\r\n".join(fields).encode() + body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    if not answer.startswith(b"HTTP/1.1 202"):
        raise CannotMeasure(f"A delivery was answered {answer.partition(b' ')[2][:3].decode()}")


def _table(found: Found) -> str:
    head = ("listeners", "KB each", "first hears ms", "last hears ms", "CPU ms a delivery")
    row = (
        f"{found.listeners:,}",
        report.number(found.bytes_each / 1e3),
        report.milliseconds(found.first_s),
        report.milliseconds(found.last_s),
        report.number(found.cpu_s * 1e3, 1),
    )
    return report.table(head, [row])


if __name__ == "__main__":
    sys.exit(main())
