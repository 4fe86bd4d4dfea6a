"""What is measured, a line each, and what is compared with what.

A subject is a server, what it is asked, and by how many connections at once. Before it is
measured it is asked twice: the second answer must be what the subject's name promises (a hit, a
304, gzip), and is what every answer of the measurement must then be, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.measuring import Measurement
from benchmarks.harness.order import COUNTER, Order
from benchmarks.harness.processes import HOST, get, python

USER: Final = "/users/solveig-9"
"""About 2 KB."""
LIST: Final = "/users/solveig-9/repos?per_page=100"
"""Nine repositories, about 50 KB."""
FRESH: Final = f"/repos/solveig/harbor-{COUNTER}"
"""Another repository each time, about 6 KB."""
FRESH_LEAST_BYTES: Final = 5_000

HITS_AT_ONCE: Final = 64
MISSES_AT_ONCE: Final = 50
# The form of a classic token without scopes; the stub takes any.
TOKEN: Final = f"ghp_{'0' * 36}"


class Software(StrEnum):
    """What answers."""

    PREBUILT = "prebuilt"
    PASSTHROUGH = "passthrough"
    PORTICO = "portico"
    UPSTREAM = "upstream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is measured, and how. `is_steady` says that each answer has the same body."""

    name: str
    title: str
    software: Software
    target: str
    connections: int = HITS_AT_ONCE
    fields: tuple[tuple[str, str], ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    is_hit: bool = False
    is_conditional: bool = False
    is_steady: bool = True

    def start(self, port: int, upstream_port: int) -> tuple[list[str], dict[str, str]]:
        """Return the command line that starts its server, and the environment for it."""
        upstream_url = f"http://{HOST}:{upstream_port}"
        if self.software is Software.PREBUILT:
            return python("benchmarks.yardsticks", f"--port={port}", USER, LIST), {}
        if self.software is Software.PASSTHROUGH:
            arguments = (f"--port={port}", f"--upstream={upstream_url}")
            return python("benchmarks.yardsticks", *arguments), {}
        environment = {
            "PORTICO_GITHUB_API_URL": upstream_url,
            "PORTICO_GITHUB_TOKEN": TOKEN,
            "PORTICO_LOG_LEVEL": "warning",
        }
        argv = python("portico", "serve", f"--port={port}")
        return argv, environment | dict(self.environment)

    def order(self, port: int, *, warm_up_s: float, duration_s: float) -> Order:
        """Return what its load is to do, having looked that it is what it should be.

        Raises:
            CannotMeasure: it answers something else.

        """
        fields, status, body = self.fields, 200, None
        if COUNTER not in self.target:
            _, found, _ = get(port, self.target, dict(fields))
            if self.is_conditional:
                fields = (*fields, ("If-None-Match", found.get("etag", "")))
            status, found, body = get(port, self.target, dict(fields))
            self._check(status, found)
        return Order(
            port=port,
            target=self.target,
            connections=self.connections,
            warm_up_s=warm_up_s,
            duration_s=duration_s,
            fields=fields,
            status=status,
            body=body if self.is_steady else None,
            least_bytes=FRESH_LEAST_BYTES if COUNTER in self.target else 0,
        )

    def _check(self, status: int, fields: Mapping[str, str]) -> None:
        expected = 304 if self.is_conditional else 200
        problem = None
        if status != expected:
            problem = f"it answers {status} instead of {expected}"
        elif self.is_hit and "; hit" not in fields.get("cache-status", ""):
            problem = f"it is no hit: Cache-Status is {fields.get('cache-status')}"
        elif ("Accept-Encoding", "gzip") in self.fields and "content-encoding" not in fields:
            problem = "it is not compressed"
        if problem:
            raise CannotMeasure(f"{self.title} cannot be measured at {self.target}: {problem}")


_PROXY: Final = "/api/v3"

SUBJECTS: Final = (
    Subject(
        name="bare-2k",
        title="bare ASGI, 2 KB",
        software=Software.PREBUILT,
        target=USER,
    ),
    Subject(
        name="hit-2k",
        title="Portico, proxy hit, 2 KB",
        software=Software.PORTICO,
        target=_PROXY + USER,
        is_hit=True,
    ),
    Subject(
        name="hit-2k-logged",
        title="Portico, proxy hit, 2 KB, its log lines written",
        software=Software.PORTICO,
        target=_PROXY + USER,
        environment=(("PORTICO_LOG_LEVEL", "info"),),
        is_hit=True,
    ),
    Subject(
        name="hit-304",
        title="Portico, 304 from the store",
        software=Software.PORTICO,
        target=_PROXY + USER,
        is_hit=True,
        is_conditional=True,
    ),
    Subject(
        name="hit-v1",
        title="Portico, /v1/users hit",
        software=Software.PORTICO,
        target="/v1" + USER,
        is_hit=True,
        is_steady=False,
    ),
    Subject(
        name="bare-50k",
        title="bare ASGI, 50 KB",
        software=Software.PREBUILT,
        target=LIST,
    ),
    Subject(
        name="hit-50k",
        title="Portico, proxy hit, 50 KB",
        software=Software.PORTICO,
        target=_PROXY + LIST,
        is_hit=True,
    ),
    Subject(
        name="hit-gzip",
        title="Portico, proxy hit, 50 KB, gzip",
        software=Software.PORTICO,
        target=_PROXY + LIST,
        fields=(("Accept-Encoding", "gzip"),),
        is_hit=True,
    ),
    Subject(
        name="bare-miss",
        title="bare ASGI + aiohttp, 6 KB passed through",
        software=Software.PASSTHROUGH,
        target=FRESH,
        connections=MISSES_AT_ONCE,
    ),
    Subject(
        name="miss",
        title="Portico, proxy miss, 6 KB",
        software=Software.PORTICO,
        target=_PROXY + FRESH,
        connections=MISSES_AT_ONCE,
    ),
    Subject(
        name="direct-1",
        title="the upstream itself, one caller",
        software=Software.UPSTREAM,
        target=FRESH,
        connections=1,
    ),
    Subject(
        name="bare-miss-1",
        title="bare ASGI + aiohttp, one caller",
        software=Software.PASSTHROUGH,
        target=FRESH,
        connections=1,
    ),
    Subject(
        name="miss-1",
        title="Portico, proxy miss, one caller",
        software=Software.PORTICO,
        target=_PROXY + FRESH,
        connections=1,
    ),
)

Figure: TypeAlias = Callable[[Mapping[str, Measurement]], float]
"""Makes one number of a round's measurements. Raises KeyError where a subject was left out."""


def throughput(name: str) -> Figure:
    """Right answers per second."""
    return lambda measured: measured[name].per_s


def cpu(name: str) -> Figure:
    """Microseconds of CPU per right answer."""
    return lambda measured: measured[name].cpu_us or 0.0


def tail(name: str) -> Figure:
    """The latency that 99 of 100 stay below, in seconds."""
    return lambda measured: measured[name].tally.p99_s or 0.0


def added(name: str) -> Figure:
    """The median latency over that of the upstream itself, in seconds; one caller."""
    return lambda measured: (
        (measured[name].tally.p50_s or 0.0) - (measured["direct-1"].tally.p50_s or 0.0)
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure over its yardstick, and what it is meant to reach."""

    title: str
    value: Figure
    yardstick: Figure
    goal: str


COMPARISONS: Final = (
    Comparison("hit 2 KB, throughput", throughput("hit-2k"), throughput("bare-2k"), "≥ 0.65"),
    Comparison("hit 50 KB, throughput", throughput("hit-50k"), throughput("bare-50k"), "≥ 0.65"),
    Comparison(
        "hit 2 KB with log lines, throughput",
        throughput("hit-2k-logged"),
        throughput("bare-2k"),
        "≥ 0.55",
    ),
    Comparison("hit 2 KB, p99", tail("hit-2k"), tail("bare-2k"), "≤ 1.6"),
    Comparison(
        "304 over the own hit, throughput", throughput("hit-304"), throughput("hit-2k"), "≥ 1.0"
    ),
    Comparison(
        "gzip over the own identity hit, throughput",
        throughput("hit-gzip"),
        throughput("hit-50k"),
        "≥ 0.95",
    ),
    Comparison("/v1/users hit, throughput", throughput("hit-v1"), throughput("bare-2k"), "-"),
    Comparison("miss, CPU", cpu("miss"), cpu("bare-miss"), "≤ 1.6"),
    Comparison("miss, p99 with 50 callers", tail("miss"), tail("bare-miss"), "≤ 1.0"),
    Comparison(
        "miss, latency added with one caller", added("miss-1"), added("bare-miss-1"), "≤ 1.5"
    ),
)
