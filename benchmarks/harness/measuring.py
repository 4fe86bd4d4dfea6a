"""One measurement: a load against a server, and what the server took for it.

The load tells when it begins and ends to count; at these instants the server's CPU time is read,
and in between its memory. CPU that neither the server nor the benchmark used was somebody else's:
it is kept with the figures, as a disturbed measurement should be known for one.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

import msgspec

from benchmarks.harness import proc
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.load import BEGIN, END
from benchmarks.harness.order import Order, Tally
from benchmarks.harness.processes import Cores, Server, get, python, running
from benchmarks.harness.stub import CALLS_TARGET

# Reading the memory costs the server a little; twice a second is not seen in its figures.
_SAMPLE_S: Final = 0.5
# How much longer than ordered a load may take before it is given up.
_PATIENCE_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What one load found, and what the server took for it.

    `cpu_s` and `peak_pss_bytes` are of the server with its workers; `around_cpu_s` is what load
    and upstream took, `foreign_cpu_s` what others did meanwhile. `upstream_calls` are those that
    the upstream was asked, 0 without one.
    """

    tally: Tally
    cpu_s: float
    peak_pss_bytes: int
    around_cpu_s: float
    foreign_cpu_s: float
    upstream_calls: int

    @property
    def per_s(self) -> float:
        """Right answers per second."""
        return self.tally.completed / self.tally.duration_s

    @property
    def cpu_us(self) -> float | None:
        """Microseconds of the server's CPU per right answer."""
        return self.cpu_s / self.tally.completed * 1e6 if self.tally.completed else None

    @property
    def cores(self) -> float:
        """How much of a core the server used, of all cores together."""
        return self.cpu_s / self.tally.duration_s


def measure(order: Order, server: Server, *, upstream: Server | None, cores: Cores) -> Measurement:
    """Carry out an order against a server that runs.

    Raises:
        CannotMeasure: the load did not come to its end.

    """
    with _loading(order, cores) as load:
        output = load.stdout
        assert output is not None
        readings = _Readings(server, upstream)
        _await(load, output, BEGIN, order)
        readings.begin()
        while not _is_readable(output, _SAMPLE_S):
            readings.sample()
        _await(load, output, END, order)
        readings.end()
        tally = msgspec.json.decode(output.readline(), type=Tally)
    return readings.with_(tally)


@contextlib.contextmanager
def upstream(*, latency_s: float, port: int, cores: Cores) -> Iterator[Server]:
    """Run the stub for the length of the block."""
    argv = python("benchmarks.harness.stub", f"--port={port}", f"--latency-ms={latency_s * 1e3}")
    with running(argv, port, environment={}, on=cores.others) as server:
        yield server


def calls_of(upstream: Server) -> dict[str, int]:
    """Return the stub's counts: `calls`, `in_flight`, `most_in_flight`."""
    _, _, body = get(upstream.port, CALLS_TARGET)
    return msgspec.json.decode(body, type=dict[str, int])


class _Readings:
    """The counters of the processes, at the beginning and at the end."""

    def __init__(self, server: Server, upstream: Server | None) -> None:
        self._server = server
        self._upstream = upstream
        self._began = self._ended = (0.0, 0.0, 0.0, 0.0)
        self._peak_pss_bytes = 0

    def begin(self) -> None:
        self._began = self._now()

    def sample(self) -> None:
        self._peak_pss_bytes = max(self._peak_pss_bytes, self._server.pss_bytes())

    def end(self) -> None:
        self._ended = self._now()
        self.sample()

    def with_(self, tally: Tally) -> Measurement:
        server_s, upstream_s, busy_s, calls = (
            max(0.0, ended - began) for began, ended in zip(self._began, self._ended, strict=True)
        )
        around_s = upstream_s + tally.own_cpu_s
        return Measurement(
            tally=tally,
            cpu_s=server_s,
            peak_pss_bytes=self._peak_pss_bytes,
            around_cpu_s=around_s,
            foreign_cpu_s=max(0.0, busy_s - server_s - around_s),
            upstream_calls=int(calls),
        )

    def _now(self) -> tuple[float, float, float, float]:
        server_s, busy_s = self._server.cpu_s(), proc.busy_s()
        if self._upstream is None:
            return server_s, 0.0, busy_s, 0.0
        return server_s, self._upstream.cpu_s(), busy_s, calls_of(self._upstream)["calls"]


@contextlib.contextmanager
def _loading(order: Order, cores: Cores) -> Iterator[subprocess.Popen[bytes]]:
    load = subprocess.Popen(
        python("benchmarks.harness.load"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        # Ctrl-C is for the benchmark, which ends its load itself.
        start_new_session=True,
    )
    try:
        if cores.others:
            os.sched_setaffinity(load.pid, cores.others)
        assert load.stdin is not None
        load.stdin.write(msgspec.json.encode(order))
        load.stdin.close()
        yield load
    finally:
        load.kill()
        load.wait()
        if load.stdout is not None:
            load.stdout.close()


def _await(load: subprocess.Popen[bytes], output: IO[bytes], word: str, order: Order) -> None:
    limit_s = order.warm_up_s + order.duration_s + 2 * order.longest_s + _PATIENCE_S
    line = output.readline().decode().strip() if _is_readable(output, limit_s) else "silence"
    if line != word:
        load.kill()
        raise CannotMeasure(f"The load said {line!r} instead of {word!r} against {order.target}")


def _is_readable(output: IO[bytes], within_s: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        return bool(selector.select(within_s))
