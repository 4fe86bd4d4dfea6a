"""The pictures of docs/migration.md: latency and throughput against callers, and a waterfall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.harness.chart import LIMIT_TONE, Lane, Panel, Series, lines, waterfall
from benchmarks.migration.cells import Result
from benchmarks.migration.waterfall import Waterfall
from benchmarks.migration.workloads import WORKLOADS, Workload

# Which stages are drawn, by which name; the place is the tone. More cannot be told apart.
_DRAWN: Final = {
    "flask-gthread": "Flask, gthread",
    "flask-gevent": "Flask, gevent",
    "flask-pool": "Flask, thread pool",
    "fastapi-httpx": "FastAPI + httpx",
    "fastapi-def": "FastAPI, def routes",
    "fastapi": "FastAPI + aiohttp",
    "portico-cold": "Portico, cold",
    "portico-warm": "Portico, warm",
}
_TONES: Final = {name: tone for tone, name in enumerate(_DRAWN)}
_PANELS: Final = ("one", "portfolio-30")


def latency(results: Sequence[Result], latency_s: float) -> str:
    """Return the median latency against the number of callers."""

    def of(result: Result) -> float | None:
        median_s = result.over_rounds(lambda one: one.tally.p50_s)
        return None if median_s is None else median_s * 1e3

    def limit(workload: Workload, _: int) -> float:
        return workload.shape().critical_s(latency_s) * 1e3

    panels = _panels(results, "median latency, ms", of, limit)
    return lines("Median latency against callers at once", panels)


def throughput(results: Sequence[Result], latency_s: float) -> str:
    """Return the throughput against the number of callers."""

    def of(result: Result) -> float | None:
        return result.per_s.median or None

    def limit(workload: Workload, callers: int) -> float:
        critical_s = workload.shape().critical_s(latency_s)
        return callers / critical_s if critical_s else 0.0

    panels = _panels(results, "answers per second", of, limit)
    return lines("Throughput against callers at once", panels)


def calls(waterfalls: Sequence[tuple[str, Waterfall]]) -> str:
    """Return one portfolio, call by call, for each of some stages (name, what was recorded)."""
    lanes = [
        Lane(
            title=found.title,
            bars=[(began_s, ended_s) for _, began_s, ended_s in found.calls],
            took_s=found.took_s,
            tone=_TONES.get(name, LIMIT_TONE),
        )
        for name, found in waterfalls
    ]
    return waterfall("One portfolio of 30 calls, call by call", lanes)


def _panels(
    results: Sequence[Result],
    y_label: str,
    of: Callable[[Result], float | None],
    limit: Callable[[Workload, int], float],
) -> list[Panel]:
    panels = []
    for workload in (one for one in WORKLOADS if one.name in _PANELS):
        found = [result for result in results if result.cell.workload is workload]
        if found:
            callers = sorted({result.cell.callers for result in found})
            points = [(many, at) for many in callers if (at := limit(workload, many))]
            at_best = Series(name="limit", points=points, tone=LIMIT_TONE, is_dashed=True)
            panels.append(
                Panel(
                    title=workload.title,
                    x_label="callers at once",
                    y_label=y_label,
                    series=[*_series(found, of), at_best],
                )
            )
    return panels


def _series(results: Sequence[Result], of: Callable[[Result], float | None]) -> list[Series]:
    drawn = []
    for name, title in _DRAWN.items():
        found = [result for result in results if result.cell.stage.name == name]
        points = [(result.cell.callers, y) for result in found if (y := of(result))]
        if points:
            drawn.append(Series(name=title, points=sorted(points), tone=_TONES[name]))
    return drawn
