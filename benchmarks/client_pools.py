"""Why the client can undo a migration: the work of one call, by the number of calls in flight.

One process, no server: so many callers ask the stub through one client, once for its CPU and once
under a profiler, which counts every function that Python calls. What grows with the calls in flight
is how the pool looks after its connections. `make bench-pools` runs it, in about a minute.
"""

from __future__ import annotations

import asyncio
import cProfile
import os
import pstats
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import aiohttp
import httpx
import httpx2
import uvloop

from benchmarks.harness import report
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.measuring import upstream
from benchmarks.harness.processes import allow_many_connections, cores, free_port

LATENCY_S: Final = 0.02
TARGET: Final = "/repos/solveig/harbor"
IN_FLIGHT: Final = (10, 50, 200)
# Enough for figures that repeat within a few per cent; the slowest take a minute with more.
CALLS: Final = 400
# Where each library looks after its connections: its pool, and what this asks of each of them.
POOL_FILES: Final = (
    "/aiohttp/connector.py",
    "/httpcore/_async/connection_pool.py",
    "/httpcore/_async/connection.py",
    "/httpcore2/_async/connection_pool.py",
    "/httpcore2/_async/connection.py",
)
QUESTIONS: Final = ("is_", "has_", "can_")

Ask: TypeAlias = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Client:
    """A client as a program would set it up; `opened` takes the calls in flight."""

    title: str
    opened: Callable[[int], AbstractAsyncContextManager[Any]]
    asking: Callable[[Any], Ask]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one call took: CPU, functions of Python, and the pool's share of their time."""

    title: str
    in_flight: int
    cpu_us: float
    functions: float
    pool_share: float


def _aiohttp(in_flight: int) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=in_flight))


def _with_aiohttp(session: aiohttp.ClientSession) -> Ask:
    async def ask(url: str) -> None:
        async with session.get(url) as reply:
            await reply.read()

    return ask


def _with_httpx(client: Any) -> Ask:  # noqa: ANN401 (either library's)
    async def ask(url: str) -> None:
        await client.get(url)

    return ask


def _enlarged(library: Any) -> Callable[[int], AbstractAsyncContextManager[Any]]:  # noqa: ANN401
    def opened(in_flight: int) -> AbstractAsyncContextManager[Any]:
        limits = library.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)
        client: AbstractAsyncContextManager[Any] = library.AsyncClient(limits=limits, timeout=None)
        return client

    return opened


CLIENTS: Final = (
    Client("aiohttp", _aiohttp, _with_aiohttp),
    Client("httpx2, pool enlarged", _enlarged(httpx2), _with_httpx),
    Client("httpx2 as it comes", lambda _: httpx2.AsyncClient(timeout=None), _with_httpx),
    Client("httpx, pool enlarged", _enlarged(httpx), _with_httpx),
    Client("httpx as it comes", lambda _: httpx.AsyncClient(timeout=None), _with_httpx),
)


def main() -> int:
    """Measure, print the table, and return the exit code."""
    allow_many_connections()
    apart = cores()
    packages = report.machine(("aiohttp", "httpx", "httpcore", "httpx2", "httpcore2", "uvloop"))
    try:
        with upstream(latency_s=LATENCY_S, port=free_port(), cores=apart) as github:
            if apart.are_apart:
                os.sched_setaffinity(0, apart.server)
            url = f"http://127.0.0.1:{github.port}{TARGET}"
            found = [
                measured(client, in_flight, url) for in_flight in IN_FLIGHT for client in CLIENTS
            ]
    except CannotMeasure as problem:
        print(f"benchmarks: {problem}", file=sys.stderr)
        return 2
    print(f"{packages.sentence()}\n\n{_table(found)}")
    return 0


def measured(client: Client, in_flight: int, url: str, *, calls: int = CALLS) -> Found:
    """Return what one of about so many calls takes, with so many in flight."""
    times = max(1, calls // in_flight)
    calls = times * in_flight
    cpu_s = uvloop.run(_asked(client, in_flight, times, url, None))
    profile = cProfile.Profile()
    uvloop.run(_asked(client, in_flight, times, url, profile))
    stats: Any = pstats.Stats(profile)
    in_pool_s = sum(
        row[2] for (file, _, name), row in stats.stats.items() if _is_of_the_pool(file, name)
    )
    return Found(
        title=client.title,
        in_flight=in_flight,
        cpu_us=cpu_s / calls * 1e6,
        functions=stats.total_calls / calls,
        pool_share=in_pool_s / stats.total_tt,
    )


def _is_of_the_pool(file: str, name: str) -> bool:
    return file.endswith(POOL_FILES) or ("/httpcore" in file and name.startswith(QUESTIONS))


async def _asked(
    client: Client, in_flight: int, times: int, url: str, profile: cProfile.Profile | None
) -> float:
    """Have so many callers ask so many times each, over connections that are open already.

    Returns the seconds of CPU that it took.
    """
    async with client.opened(in_flight) as opened:
        ask = client.asking(opened)
        await asyncio.gather(*(ask(url) for _ in range(in_flight)))

        async def caller() -> None:
            for _ in range(times):
                await ask(url)

        began_s = time.process_time()
        with profile or nullcontext():
            await asyncio.gather(*(caller() for _ in range(in_flight)))
        return time.process_time() - began_s


def _table(found: Sequence[Found]) -> str:
    head = ("", "in flight", "CPU µs", "functions called", "time in the pool")
    rows = [
        (
            one.title,
            str(one.in_flight),
            report.number(one.cpu_us),
            report.number(one.functions),
            f"{one.pool_share:.0%}",
        )
        for one in found
    ]
    return report.table(head, rows)


if __name__ == "__main__":
    sys.exit(main())
