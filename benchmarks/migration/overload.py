"""Ten times the callers that saturate stage 1: without a bound, and with admission.

What saturates is found first: the fewest callers, of a rising row, that get nearly the most out
of the core. Both applications are then measured there, which is their peak, and at ten times as
many callers. A queue alone costs latency (Little's law); what is lost beyond that is collapse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.harness.rounds import Spread, ratio
from benchmarks.migration.cells import Bench, Cell, Result
from benchmarks.migration.stages import Kind, Stage
from benchmarks.migration.workloads import Workload

RISING: Final = (5, 10, 25, 50, 100)
TIMES: Final = 10
_NEARLY: Final = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Overload:
    """One application at its peak and overloaded, and how the latter compares, by round."""

    peak: Result
    overloaded: Result

    @property
    def kept(self) -> Spread:
        """The throughput that is left, as a share of the peak's."""
        return ratio(
            [one.per_s for one in self.overloaded.measurements],
            [one.per_s for one in self.peak.measurements],
        )

    @property
    def queueing_s(self) -> float | None:
        """The latency that a queue alone would make, in seconds: callers over throughput."""
        per_s = self.overloaded.per_s.median
        return self.overloaded.cell.callers / per_s if per_s else None


def applications(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Return the two that are compared, of those that were chosen."""
    return tuple(stage for stage in stages if stage.kind in (Kind.ASGI, Kind.ADMISSION))


def run(
    bench: Bench,
    stages: Sequence[Stage],
    workload: Workload,
    *,
    rounds: int,
    on_cell: Callable[[int, Cell], None],
) -> list[Overload]:
    """Find what saturates the first of the stages, and overload each.

    Raises:
        CannotMeasure: a stage cannot be asked.

    """
    rising = [Cell(stages[0], workload, callers) for callers in RISING]
    saturating = _saturating(bench.run(rising, 1, on_cell))
    cells = [
        Cell(stage, workload, callers)
        for callers in (saturating, TIMES * saturating)
        for stage in stages
    ]
    results = bench.run(cells, rounds, on_cell)
    half = len(stages)
    return [
        Overload(peak=peak, overloaded=overloaded)
        for peak, overloaded in zip(results[:half], results[half:], strict=True)
    ]


def _saturating(rising: Sequence[Result]) -> int:
    """Return the fewest callers that get nearly as much as any of these."""
    most = max(result.per_s.median for result in rising)
    enough = (result for result in rising if result.per_s.median >= _NEARLY * most)
    return next(enough).cell.callers
