"""What the migration is said to bring, as ratios of the same round. Pure.

Each claim names what is compared, and what it must reach to be true. A claim whose stages,
workload or callers were left out of a run is not judged in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from benchmarks.harness.measuring import Measurement
from benchmarks.harness.rounds import Spread, ratio, spread
from benchmarks.migration.cells import Cell, Result
from benchmarks.migration.stages import Kind
from benchmarks.migration.workloads import Workload

# The system counts CPU in hundredths of a second: less than this is not worth a comparison.
LEAST_CPU_S: Final = 0.5
CellName: TypeAlias = tuple[str, str, int]
"""Stage, workload, callers."""
Figure: TypeAlias = Callable[[Measurement], float]


@dataclass(frozen=True, slots=True)
class Claim:
    """What was found for one claim; `goal` is what is said."""

    title: str
    found: Spread
    goal: str


def throughput(one: Measurement) -> float:
    """Right answers per second."""
    return one.per_s


def median_latency(one: Measurement) -> float:
    """The median latency in seconds, 0 without an answer."""
    return one.tally.p50_s or 0.0


def tail(one: Measurement) -> float:
    """The latency that 99 of 100 stay below, in seconds, 0 without an answer."""
    return one.tally.p99_s or 0.0


_ASKED: Final = {
    "one": "one call",
    "portfolio-30": "portfolio of 30 calls",
    "portfolio-120": "portfolio of 120 calls",
}
_GTHREAD: Final = "Flask, gthread 2 x 32"
# Workload, callers, yardstick, its title, what must be reached. Where stage 1 no longer waits but
# works, what a stored answer saves is work, and no longer the wait.
_WARM: Final = (
    ("one", 1, "fastapi", "stage 1", "caching, not ASGI"),
    ("one", 500, "fastapi", "stage 1", "of a full core: work saved"),
    ("portfolio-30", 1, "fastapi", "stage 1", "≥ 200: caching, not ASGI"),
    ("portfolio-30", 50, "fastapi", "stage 1", "of a full core: work saved"),
    ("portfolio-30", 50, "flask-gthread", _GTHREAD, "≥ 200: caching, not ASGI"),
    ("portfolio-30", 500, "fastapi", "stage 1", "of a full core: work saved"),
    ("portfolio-120", 1, "fastapi", "stage 1", "≥ 200: caching, not ASGI"),
    ("portfolio-120", 50, "fastapi", "stage 1", "of a full core: work saved"),
)


def _callers(number: int) -> str:
    return "one caller" if number == 1 else f"{number} callers"


# Title, figure, what is measured, its yardstick, what must be reached.
_COMPARED: Final[tuple[tuple[str, Figure, CellName, CellName, str], ...]] = (
    (
        "portfolio of 30 calls, 50 callers: throughput, stage 1 over Flask with a thread pool",
        throughput,
        ("fastapi", "portfolio-30", 50),
        ("flask-pool", "portfolio-30", 50),
        "≥ 3",
    ),
    (
        "one call, one caller: median latency, stage 1 over Flask gthread",
        median_latency,
        ("fastapi", "one", 1),
        ("flask-gthread", "one", 1),
        "about 1",
    ),
    (
        "one call, 500 callers: throughput, httpx as it comes over Flask gthread",
        throughput,
        ("fastapi-httpx", "one", 500),
        ("flask-gthread", "one", 500),
        "a trap",
    ),
    *(
        (
            f"{_ASKED[workload]}, {_callers(callers)}: throughput, Portico warm over {title}",
            throughput,
            ("portico-warm", workload, callers),
            (yardstick, workload, callers),
            goal,
        )
        for workload, callers, yardstick, title, goal in _WARM
    ),
)
# Stage, and how near it is to come to the critical path with one caller.
_NEAR_THE_LIMIT: Final = (
    ("flask-gthread", "about 15: 30 x latency"),
    ("flask-pool", "about 1.1"),
    ("fastapi", "≤ 1.05"),
)


def judged(results: Sequence[Result], latency_s: float) -> list[Claim]:
    """Return the claims that these results can judge."""
    measured = {name_of(result.cell): result.measurements for result in results}
    return [
        *_against_the_best_flask(measured),
        *_compared(measured),
        *_against_the_limit(results, latency_s),
        *_calls_when_warm(results),
    ]


def price_of_models(results: Sequence[Result]) -> list[Claim]:
    """Return the throughput and CPU of stage 2 over stage 1, for each workload and callers."""
    measured = {name_of(result.cell): result.measurements for result in results}
    found = []
    for (stage, workload, callers), plain in measured.items():
        models = measured.get(("fastapi-models", workload, callers))
        if stage != "fastapi" or models is None:
            continue
        title = f"{_title_of(results, workload)}, {_callers(callers)}"
        for what, figure in (("throughput", throughput), ("CPU", _cpu)):
            if figure is _cpu and min(one.cpu_s for one in (*plain, *models)) < LEAST_CPU_S:
                continue
            values = _of_rounds(models, plain, figure)
            found.append(Claim(f"{title}: {what}", values, "near 1"))
    return found


def name_of(cell: Cell) -> CellName:
    """Return what a cell is known by."""
    return cell.stage.name, cell.workload.name, cell.callers


def _compared(measured: Mapping[CellName, Sequence[Measurement]]) -> Iterator[Claim]:
    for title, figure, name, yardstick, goal in _COMPARED:
        if name in measured and yardstick in measured:
            found = _of_rounds(measured[name], measured[yardstick], figure)
            yield Claim(title, found, goal)


def _against_the_best_flask(
    measured: Mapping[CellName, Sequence[Measurement]],
) -> Iterator[Claim]:
    """One call, 500 callers: stage 1 over the gunicorn that answered most."""
    flask = {
        name: spread([one.per_s for one in found]).median
        for name, found in measured.items()
        if name[0].startswith("flask") and name[1:] == ("one", 500)
    }
    name: CellName = ("fastapi", "one", 500)
    if not flask or name not in measured:
        return
    best = max(flask, key=lambda one: flask[one])
    title = f"one call, 500 callers: {{}}, stage 1 over {best[0]}, the best of gunicorn"
    for what, figure, goal in (("throughput", throughput, "≥ 2"), ("p99", tail, "≤ 0.33")):
        found = _of_rounds(measured[name], measured[best], figure)
        yield Claim(title.format(what), found, goal)


def _against_the_limit(results: Sequence[Result], latency_s: float) -> Iterator[Claim]:
    """A portfolio of 30 calls, one caller: the median latency over the critical path."""
    goals = dict(_NEAR_THE_LIMIT)
    for result in results:
        stage, workload, callers = name_of(result.cell)
        if stage not in goals or (workload, callers) != ("portfolio-30", 1) or not latency_s:
            continue
        critical_s = result.cell.workload.shape().critical_s(latency_s)
        found = spread([median_latency(one) / critical_s for one in result.measurements])
        title = "portfolio of 30 calls, one caller: median latency over the critical path"
        yield Claim(f"{title}, {result.cell.stage.title}", found, goals[stage])


def _calls_when_warm(results: Sequence[Result]) -> Iterator[Claim]:
    """How many calls Portico made for what it had stored, all cells of a round together."""
    warm = [one.measurements for one in results if one.cell.stage.kind is Kind.PORTICO_WARM]
    if warm:
        rounds = (sum(one.upstream_calls for one in cells) for cells in zip(*warm, strict=False))
        found = spread([float(calls) for calls in rounds])
        yield Claim("Portico warm, all that it was asked: calls to GitHub", found, "0")


def _of_rounds(
    values: Sequence[Measurement], yardstick: Sequence[Measurement], figure: Figure
) -> Spread:
    # What was measured in the first round only is compared in that.
    rounds = min(len(values), len(yardstick))
    return ratio(
        [figure(one) for one in values[:rounds]], [figure(one) for one in yardstick[:rounds]]
    )


def _cpu(one: Measurement) -> float:
    return one.cpu_us or 0.0


def _title_of(results: Sequence[Result], workload: str) -> str:
    found: Workload = next(
        result.cell.workload for result in results if result.cell.workload.name == workload
    )
    return found.title
