"""Where stage 1's core goes when it is full: its CPU for one answer, by what uses it.

What fills the gap between "callers over latency" and what one core answers. Stage 1 is served in
this process, asked by a load on another core, once for its CPU and once under Python's profiler,
whose time is summed up by package; built-in functions count for whoever calls them. The profiler
does not see the event loop itself, the parser in C, and the kernel's work on the sockets.
`make bench-parts` runs it, in half a minute.
"""

from __future__ import annotations

import asyncio
import cProfile
import os
import pstats
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import msgspec
import uvicorn
import uvloop

from benchmarks.harness import report
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.measuring import upstream
from benchmarks.harness.order import Order, Tally
from benchmarks.harness.processes import allow_many_connections, cores, free_port, python
from benchmarks.migration.stages.fastapi_app.app import app_over
from benchmarks.migration.stages.fastapi_app.github import GitHub
from benchmarks.migration.stages.fastapi_app.settings import Settings
from benchmarks.migration.stages.tuned import collect_rarely

CALLERS: Final = 500
TARGET: Final = "/repos/solveig/harbor"
# The first of a path's marks that is found names the part.
PARTS: Final = {
    "/site-packages/aiohttp/": "aiohttp: the call to GitHub",
    "/site-packages/yarl/": "aiohttp: the call to GitHub",
    "/site-packages/multidict/": "aiohttp: the call to GitHub",
    "/site-packages/uvicorn/": "uvicorn: the server",
    "/site-packages/fastapi/": "FastAPI and Starlette: the route",
    "/site-packages/starlette/": "FastAPI and Starlette: the route",
    "/portico/": "the question and its fold, the same in all stages",
    "/benchmarks/": "the question and its fold, the same in all stages",
    "/site-packages/pydantic": "the question and its fold, the same in all stages",
    "/json/": "json.dumps",
}
REST: Final = "the standard library's asyncio and contextlib"

Function: TypeAlias = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Found:
    """CPU in microseconds for one answer, without the profiler, and shares of what it saw."""

    cpu_us: float
    shares: Mapping[str, float]


def by_part(stats: Mapping[Function, Any]) -> Counter[str]:
    """Return the seconds that a profile saw, by part; a built-in's are those of its callers.

    `stats` are those of `pstats`: calls, primitive calls, own and all seconds, callers.
    """
    found: Counter[str] = Counter()
    for function, (_, _, own_s, _, callers) in stats.items():
        if function[0] != "~":
            found[_part(function)] += own_s
            continue
        for caller, (_, _, called_s, _) in callers.items():
            found[_part(caller)] += called_s
    return found


def measured(duration_s: float, callers: int, latency_s: float) -> Found:
    """Ask stage 1 twice, and return what it took.

    Raises:
        CannotMeasure: it did not answer as it should.

    """
    apart = cores()
    with upstream(latency_s=latency_s, port=free_port(), cores=apart) as github:
        settings = Settings(
            github_api_url=f"http://127.0.0.1:{github.port}", github_connections=2_000
        )
        if apart.are_apart:
            os.sched_setaffinity(0, apart.server)
        try:
            plain, cpu_s = uvloop.run(_asked(settings, duration_s, callers, apart.others))
            profiler = cProfile.Profile()
            with profiler:
                uvloop.run(_asked(settings, duration_s, callers, apart.others))
        finally:
            os.sched_setaffinity(0, apart.server | apart.others or os.sched_getaffinity(0))
    seen = by_part(vars(pstats.Stats(profiler))["stats"])
    total_s = sum(seen.values())
    return Found(
        cpu_us=cpu_s / plain.completed * 1e6,
        shares={part: seconds / total_s for part, seconds in seen.most_common()},
    )


def main() -> int:
    """Measure, print the table, and return the exit code."""
    allow_many_connections()
    collect_rarely()
    try:
        found = measured(3.0, CALLERS, 0.1)
    except CannotMeasure as problem:
        print(f"benchmarks: {problem}", file=sys.stderr)
        return 2
    rows = [(part, f"{share:.0%}") for part, share in found.shares.items()]
    machine = report.machine(("fastapi", "uvicorn", "uvloop", "aiohttp"))
    print(
        f"One call, {CALLERS} callers: {found.cpu_us:.0f} µs of CPU for one answer. "
        f"{machine.sentence()}\n\n{report.table(('part', 'of the time in Python'), rows)}"
    )
    return 0


def _part(function: Function) -> str:
    path = function[0]
    return next((part for mark, part in PARTS.items() if mark in path), REST)


async def _asked(
    settings: Settings, duration_s: float, callers: int, others: frozenset[int]
) -> tuple[Tally, float]:
    """Serve stage 1 and have it asked; return the tally and the CPU of this process meanwhile."""
    order = Order(
        port=free_port(),
        target=TARGET,
        connections=callers,
        warm_up_s=1.0,
        duration_s=duration_s,
        longest_s=10.0,
        least_bytes=2,
    )
    async with _serving(settings, order.port):
        load = await asyncio.create_subprocess_exec(
            *python("benchmarks.harness.load"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert load.stdin is not None
        assert load.stdout is not None
        if others:
            os.sched_setaffinity(load.pid, others)
        load.stdin.write(msgspec.json.encode(order))
        load.stdin.close()
        await load.stdout.readline()
        began_s = time.process_time()
        await load.stdout.readline()
        cpu_s = time.process_time() - began_s
        tally = msgspec.json.decode(await load.stdout.read(), type=Tally)
        await load.wait()
    if tally.errors or not tally.completed:
        raise CannotMeasure(f"Stage 1 did not answer as it should: {tally.first_error}")
    return tally, cpu_s


@asynccontextmanager
async def _serving(settings: Settings, port: int) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app_over(GitHub(settings)), port=port, access_log=False, log_level="warning"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started and not serving.done():  # noqa: ASYNC110 (it tells no event)
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await serving


if __name__ == "__main__":
    sys.exit(main())
