"""The figures: a stage, a workload and a number of callers, measured once a round.

Each measurement has a server of its own: one that fell behind goes on working for callers that
have left, and would spoil what comes after it. A stage that is slow is given longer, so that it is
seen in a steady state.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.measuring import Measurement, calls_of, measure
from benchmarks.harness.order import COUNTER, Order
from benchmarks.harness.processes import Cores, Server, free_port, get, running
from benchmarks.harness.rounds import Spread, interleaved, spread
from benchmarks.migration.stages import Kind, Stage
from benchmarks.migration.workloads import Workload

# Either to warm up or to be measured. Stages that answer one after the other take three seconds
# for an answer, and are not worth more of anybody's time.
LONGEST_S: Final = 10.0
_SETTLE_S: Final = 10.0
_COMPLETE: Final = ('"complete":true', '"complete": true')


@dataclass(frozen=True, slots=True)
class Cell:
    """What is measured."""

    stage: Stage
    workload: Workload
    callers: int

    def __str__(self) -> str:
        return f"{self.stage.title}, {self.workload.title}, {self.callers} at once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was found for a cell, a measurement a round."""

    cell: Cell
    measurements: tuple[Measurement, ...]

    @property
    def per_s(self) -> Spread:
        """Right answers per second."""
        return spread([one.per_s for one in self.measurements])

    def over_rounds(self, figure: Callable[[Measurement], float | None]) -> float | None:
        """Return the median of a figure, over the rounds that have it."""
        values = [value for one in self.measurements if (value := figure(one)) is not None]
        return spread(values).median if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where cells are measured: beside this upstream, on these cores, for so long each."""

    github: Server
    cores: Cores
    port: int | None
    warm_up_s: float
    duration_s: float

    def next_port(self) -> int:
        """Return where the next server shall listen."""
        return free_port() if self.port is None else self.port

    def run(
        self,
        cells: Sequence[Cell],
        rounds: int,
        on_cell: Callable[[int, Cell], None],
        rounds_for: Callable[[Cell, int], int] = lambda _, rounds: rounds,
    ) -> list[Result]:
        """Measure each cell once a round, in the first `rounds_for` it; `on_cell` is told before.

        Raises:
            CannotMeasure: a stage cannot be asked.

        """
        found: list[list[Measurement]] = [[] for _ in cells]
        for number, place in interleaved(range(len(cells)), rounds):
            if number >= rounds_for(cells[place], rounds):
                continue
            on_cell(number, cells[place])
            found[place].append(self.measure(cells[place]))
        return [
            Result(cell=cell, measurements=tuple(measured))
            for cell, measured in zip(cells, found, strict=True)
        ]

    def measure(self, cell: Cell) -> Measurement:
        """Measure a cell once, by a server of its own.

        Raises:
            CannotMeasure: the stage cannot be asked.

        """
        port = self.next_port()
        argv = cell.stage.command("127.0.0.1", port, f"http://127.0.0.1:{self.github.port}")
        with running(argv, port, environment=cell.stage.environment, on=self.cores.server) as (
            server
        ):
            order = self._order(cell, server)
            measured = measure(order, server, upstream=self.github, cores=self.cores)
        self._settle()
        return measured

    def _order(self, cell: Cell, server: Server) -> Order:
        target = cell.workload.target(cell.stage)
        body = _ask(cell, server, target.replace(COUNTER, "first"))
        # A stored answer tells its age, so it is the same for a second only.
        is_steady = cell.stage.kind not in (Kind.PORTICO_COLD, Kind.PORTICO_WARM)
        text = body.decode()
        return Order(
            port=server.port,
            target=target,
            connections=cell.callers,
            warm_up_s=self.warm_up_s,
            duration_s=self.duration_s,
            longest_s=max(LONGEST_S, self.duration_s),
            body=body if is_steady else None,
            least_bytes=len(body) // 2,
            holds=next((mark for mark in _COMPLETE if mark in text), ""),
        )

    def _settle(self) -> None:
        """Wait until the upstream has done with what the server left behind."""
        give_up_at_s = time.monotonic() + _SETTLE_S
        while calls_of(self.github)["in_flight"] and time.monotonic() < give_up_at_s:
            time.sleep(0.02)


def _ask(cell: Cell, server: Server, target: str) -> bytes:
    """Ask once: what comes is what every answer must be, and the stage is warm then."""
    try:
        status, _, body = get(server.port, target)
    except (OSError, http.client.HTTPException) as error:
        raise CannotMeasure(f"{cell}: no answer to {target}: {error}") from error
    if status != 200:
        raise CannotMeasure(f"{cell}: {target} is answered by {status}: {body[:120]!r}")
    return body
