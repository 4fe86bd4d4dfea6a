"""One portfolio, call by call: when each call to GitHub began and ended.

The instants are the stub's; both processes read the same clock of the machine, so they can be
told from the moment when the portfolio was asked for.
"""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass

import msgspec

from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.order import COUNTER
from benchmarks.harness.processes import Server, get, running
from benchmarks.harness.stub import TRACE_TARGET
from benchmarks.migration.cells import Bench
from benchmarks.migration.stages import Stage
from benchmarks.migration.workloads import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """The calls of one answer as (target, began_s, ended_s), seconds since it was asked for."""

    title: str
    took_s: float
    calls: tuple[tuple[str, float, float], ...]


def record(bench: Bench, stage: Stage, workload: Workload) -> Waterfall:
    """Ask a stage by a server of its own, and return what the third answer took.

    The second is the first that a Portico makes of what it has stored, and keeps.

    Raises:
        CannotMeasure: it has no answer.

    """
    port = bench.next_port()
    argv = stage.command("127.0.0.1", port, f"http://127.0.0.1:{bench.github.port}")
    target = workload.target(stage)
    with running(argv, port, environment=stage.environment, on=bench.cores.server) as server:
        for number in ("first", "second"):
            _ask(server, target.replace(COUNTER, number))
        _trace(bench.github)
        asked_at_s = time.perf_counter()
        _ask(server, target.replace(COUNTER, "third"))
        took_s = time.perf_counter() - asked_at_s
        calls = [
            (called, began_s - asked_at_s, ended_s - asked_at_s)
            for called, began_s, ended_s in _trace(bench.github)
        ]
    calls.sort(key=lambda call: call[1])
    return Waterfall(title=stage.title, took_s=took_s, calls=tuple(calls))


def _ask(server: Server, target: str) -> None:
    try:
        status, _, body = get(server.port, target)
    except (OSError, http.client.HTTPException) as error:
        raise CannotMeasure(f"No answer to {target}: {error}") from error
    if status != 200:
        raise CannotMeasure(f"{target} is answered by {status}: {body[:120]!r}")


def _trace(github: Server) -> list[tuple[str, float, float]]:
    _, _, body = get(github.port, TRACE_TARGET)
    return msgspec.json.decode(body, type=list[tuple[str, float, float]])
