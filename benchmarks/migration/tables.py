"""The figures as Markdown tables, by the names of their places in docs/migration.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from benchmarks.harness.measuring import Measurement
from benchmarks.harness.report import NOTHING, milliseconds, number, table, times
from benchmarks.harness.rounds import spread
from benchmarks.migration.cells import Cell, Result
from benchmarks.migration.claims import Claim
from benchmarks.migration.overload import Overload
from benchmarks.migration.stages import Stage
from benchmarks.migration.workloads import Workload

_CELL_HEAD: Final = (
    "",
    "requests/s",
    "noise",
    "of the limit",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "CPU ms",
    "cores",
    "peak MB",
    "GitHub calls",
    "errors",
)


_ENOUGH_ANSWERS: Final = 100


def of_cells(
    results: Sequence[Result], left_out: Sequence[tuple[Cell, str]], latency_s: float
) -> dict[str, str]:
    """Return a table for each workload and number of callers, a row for each stage.

    What was left out has its place at the end, with the reason.

    The limit is what nobody can exceed who asks GitHub each time: as many answers a second as
    callers, each waiting for the calls that must wait for one another.
    """
    rows: dict[str, list[tuple[str, ...]]] = {}
    for result in results:
        rows.setdefault(_name(result.cell), []).append(_cell_row(result, latency_s))
    for cell, why in left_out:
        empty = [""] * (len(_CELL_HEAD) - 1)
        rows.setdefault(_name(cell), []).append((f"{cell.stage.title}: {why}", *empty))
    return {name: table(_CELL_HEAD, found) for name, found in rows.items()}


def of_stages(stages: Sequence[Stage]) -> str:
    """Return what the stages are."""
    return _words(
        ("`--stages`", "stage", "", ""),
        [(stage.name, stage.stage, stage.title, stage.description) for stage in stages],
    )


def of_workloads(workloads: Sequence[Workload], latency_s: float) -> str:
    """Return what the workloads take."""
    rows = []
    for workload in workloads:
        shape = workload.shape()
        critical = milliseconds(shape.critical_s(latency_s))
        rows.append((workload.title, str(shape.calls), str(shape.depth), critical))
    return table(("", "calls to GitHub", "one after the other", "critical path, ms"), rows)


def of_claims(claims: Sequence[Claim]) -> str:
    """Return claims and what was found for them."""
    rows = [(claim.title, times(claim.found), claim.goal) for claim in claims]
    return table(("compared in the same round", "ratio", "said"), rows)


def of_overload(overloads: Sequence[Overload]) -> str:
    """Return what is left of the peak at ten times the callers."""
    head = (
        "portfolio of 30 calls",
        "callers",
        "requests/s",
        "of its own peak",
        "p50 ms",
        "p99 ms",
        "by the queue alone, ms",
        "peak MB",
        "errors",
    )
    rows = []
    for overload in overloads:
        for result in (overload.peak, overload.overloaded):
            is_peak = result is overload.peak
            rows.append(
                (
                    result.cell.stage.title,
                    str(result.cell.callers),
                    number(result.per_s.median, 1),
                    NOTHING if is_peak else times(overload.kept),
                    milliseconds(result.over_rounds(lambda one: one.tally.p50_s)),
                    milliseconds(result.over_rounds(lambda one: one.tally.p99_s)),
                    NOTHING if is_peak else milliseconds(overload.queueing_s),
                    number(result.over_rounds(_megabytes)),
                    _errors(result),
                )
            )
    return table(head, rows)


def disturbance(measurements: Sequence[Measurement]) -> str:
    """Return in words how far others, and the benchmark itself, stood in the way."""
    foreign = spread([one.foreign_cpu_s / one.tally.duration_s for one in measurements])
    around = max(one.around_cpu_s / one.tally.duration_s for one in measurements)
    return (
        f"Others used {foreign.median:.0%} of a core meanwhile (median); load and upstream "
        f"together at most {around:.0%} of theirs."
    )


def _name(cell: Cell) -> str:
    return f"{cell.workload.name}-{cell.callers}"


def _cell_row(result: Result, latency_s: float) -> tuple[str, ...]:
    critical_s = result.cell.workload.shape().critical_s(latency_s)
    limit = result.cell.callers / critical_s if critical_s else 0.0
    per_s = result.per_s
    return (
        result.cell.stage.title,
        number(per_s.median, 1),
        f"{per_s.noise:.0%}" if len(per_s.values) > 1 else NOTHING,
        number(per_s.median / limit, 2) if limit else NOTHING,
        milliseconds(result.over_rounds(lambda one: one.tally.p50_s)),
        milliseconds(result.over_rounds(lambda one: one.tally.p95_s)),
        milliseconds(result.over_rounds(lambda one: one.tally.p99_s)),
        number(result.over_rounds(_cpu_ms), 2),
        number(result.over_rounds(lambda one: one.cores), 2),
        number(result.over_rounds(_megabytes)),
        number(result.over_rounds(_calls)),
        _errors(result),
    )


def _cpu_ms(one: Measurement) -> float | None:
    return None if one.cpu_us is None else one.cpu_us / 1e3


def _megabytes(one: Measurement) -> float:
    return one.peak_pss_bytes / 1e6


def _calls(one: Measurement) -> float | None:
    # With few answers, the calls of those that are cut off by the beginning and the end count
    # for too much.
    completed = one.tally.completed
    is_enough = completed >= _ENOUGH_ANSWERS or not one.upstream_calls
    return one.upstream_calls / completed if completed and is_enough else None


def _errors(result: Result) -> str:
    return number(sum(one.tally.errors for one in result.measurements))


def _words(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
