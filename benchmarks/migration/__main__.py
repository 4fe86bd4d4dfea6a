"""`python -m benchmarks.migration`: agreement, rounds, overload, waterfalls, and then the report.

Exit code 0 with a complete report; 2 with a sentence and none, when the run is asked for what is
not there or its figures could not be trusted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.harness import report
from benchmarks.harness.command import exit_code
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.measuring import upstream
from benchmarks.harness.processes import ROOT, Cores, allow_many_connections, cores, free_port
from benchmarks.migration import claims, effort, options, overload, plots, tables, waterfall
from benchmarks.migration.agreement import require_agreement
from benchmarks.migration.cells import Bench, Cell, Result
from benchmarks.migration.options import Options
from benchmarks.migration.overload import Overload
from benchmarks.migration.stages import STAGES, Stage
from benchmarks.migration.waterfall import Waterfall
from benchmarks.migration.workloads import WORKLOADS

PAGE: Final = ROOT / "docs" / "migration.md"
PICTURES: Final = ROOT / "docs" / "migration"
PACKAGES: Final = (
    *("fastapi", "uvicorn", "uvloop", "aiohttp", "pydantic", "flask", "gunicorn", "gevent"),
    *("requests", "httpx", "httpx2"),
)
_PORTFOLIO: Final = next(one for one in WORKLOADS if one.name == "portfolio-30")
_WATERFALLS: Final = ("flask-gthread", "flask-pool", "fastapi", "portico-warm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that a run has found, and which cells were left out and why."""

    results: list[Result]
    left_out: list[tuple[Cell, str]]
    overloads: list[Overload]
    waterfalls: list[tuple[str, Waterfall]]


def main(arguments: Sequence[str] | None = None, stages: Sequence[Stage] = STAGES) -> int:
    """Run the benchmark over these stages; return the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    return exit_code(lambda console: _measured(options.read(given, stages), console))


def _measured(asked: Options, console: Console) -> None:
    allow_many_connections()
    if asked.writes_page:
        report.filled(_page_text(), dict.fromkeys(_promised(asked), ""))
    _write(asked, _run(asked, console))


def _run(asked: Options, console: Console) -> Found:
    apart = cores()
    if not apart.are_apart:
        console.print("One core only: server and load share it, so the figures say little.")
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        _agree(asked, apart, progress)
        with upstream(latency_s=asked.latency_s, port=free_port(), cores=apart) as github:
            bench = Bench(
                github=github,
                cores=apart,
                port=asked.port,
                warm_up_s=asked.warm_up_s,
                duration_s=asked.duration_s,
            )
            return _measure(asked, bench, progress)


def _agree(asked: Options, apart: Cores, progress: Progress) -> None:
    task = progress.add_task("", total=len(asked.stages))

    def on_stage(stage: Stage) -> None:
        progress.update(task, advance=1, description=f"same answers? {stage.title}")

    with upstream(latency_s=0.0, port=free_port(), cores=apart) as github:
        require_agreement(
            asked.stages,
            asked.workloads,
            github=github,
            port=lambda: asked.port or free_port(),
            cores=apart,
            on_stage=on_stage,
        )
    progress.remove_task(task)


def _measure(asked: Options, bench: Bench, progress: Progress) -> Found:
    wanted = [
        Cell(stage, workload, callers)
        for workload, numbers in asked.asked
        for callers in numbers
        for stage in asked.stages
    ]
    left_out = [(cell, why) for cell in wanted if (why := effort.why_left_out(cell))]
    cells = [cell for cell in wanted if effort.why_left_out(cell) is None]
    if not cells:
        raise CannotMeasure(f"Nothing is left to measure: {left_out[0][0]} is {left_out[0][1]}")
    overloaded = overload.applications(asked.stages) if asked.with_overload else ()
    falling = [stage for stage in asked.stages if stage.name in _WATERFALLS]
    total = sum(effort.rounds_for(cell, asked.rounds) for cell in cells) + len(falling)
    if overloaded:
        total += len(overload.RISING) + 2 * len(overloaded) * asked.rounds
    on_cell = _progressing(progress, total)
    results = bench.run(cells, asked.rounds, on_cell, effort.rounds_for)
    overloads = []
    if overloaded:
        overloads = overload.run(
            bench, overloaded, _PORTFOLIO, rounds=asked.rounds, on_cell=on_cell
        )
    waterfalls = []
    for stage in falling:
        on_cell(0, Cell(stage, _PORTFOLIO, 1))
        waterfalls.append((stage.name, waterfall.record(bench, stage, _PORTFOLIO)))
    return Found(results=results, left_out=left_out, overloads=overloads, waterfalls=waterfalls)


def _progressing(progress: Progress, total: int) -> Callable[[int, Cell], None]:
    task = progress.add_task("", total=total)

    def on_cell(number: int, cell: Cell) -> None:
        progress.update(task, advance=1, description=f"round {number + 1}: {cell}")

    return on_cell


def _write(asked: Options, found: Found) -> None:
    """Make everything first, then write it, so that nothing is written where something fails."""
    made = _tables(asked, found)
    pictures = {
        "latency.svg": plots.latency(found.results, asked.latency_s),
        "throughput.svg": plots.throughput(found.results, asked.latency_s),
        **({"waterfall.svg": plots.calls(found.waterfalls)} if found.waterfalls else {}),
    }
    page = report.filled(_page_text(), made) if asked.writes_page else ""
    report.write_json(asked.out / "migration.json", _content(asked, found))
    report.write(asked.out / "migration.md", _page(made))
    for name, picture in pictures.items():
        report.write(asked.out / name, picture)
        if asked.writes_page:
            report.write(PICTURES / name, picture)
    if asked.writes_page:
        report.write(PAGE, page)
    shown = [made[name] for name in ("run", "claims", "overload")]
    print("\n\n".join([*shown, f"All tables and pictures are in {asked.out}"]))


def _tables(asked: Options, found: Found) -> dict[str, str]:
    measurements = [one for result in found.results for one in result.measurements]
    run = (
        f"`{asked.command}` on {report.machine(PACKAGES).sentence()} GitHub is a stub that answers "
        f"after {asked.latency_s * 1e3:g} ms. Rounds: {asked.rounds}, {asked.duration_s:g} s each "
        f"at least; what hardly differs from round to round is measured once, and has no noise. "
        f"Noise is half the interquartile range over the median. "
        f"{tables.disturbance(measurements)}"
    )
    judged = claims.judged(found.results, asked.latency_s)
    models = claims.price_of_models(found.results)
    return {
        "run": run,
        "stages": tables.of_stages(asked.stages),
        "workloads": tables.of_workloads(asked.workloads, asked.latency_s),
        **tables.of_cells(found.results, found.left_out, asked.latency_s),
        "claims": tables.of_claims(judged),
        "models": tables.of_claims(models),
        "overload": tables.of_overload(found.overloads),
    }


def _promised(asked: Options) -> list[str]:
    """Return the names of the tables that a run will make."""
    cells = [f"{one.name}-{callers}" for one, numbers in asked.asked for callers in numbers]
    overloaded = ["overload"] if asked.with_overload else []
    return ["run", "stages", "workloads", *cells, "claims", "models", *overloaded]


def _page_text() -> str:
    return PAGE.read_text(encoding="utf-8")


def _page(made: dict[str, str]) -> str:
    return "\n\n".join(f"## {name}\n\n{text}" for name, text in made.items()) + "\n"


def _content(asked: Options, found: Found) -> dict[str, Any]:
    return {
        "command": asked.command,
        "machine": report.machine(PACKAGES),
        "latency_s": asked.latency_s,
        "workloads": {one.name: one.shape() for one in asked.workloads},
        "cells": [_cell(result) for result in found.results],
        "overload": [
            _cell(result) for one in found.overloads for result in (one.peak, one.overloaded)
        ],
        "waterfalls": dict(found.waterfalls),
    }


def _cell(result: Result) -> dict[str, Any]:
    stage, workload, callers = claims.name_of(result.cell)
    return {
        "stage": stage,
        "workload": workload,
        "callers": callers,
        "rounds": result.measurements,
    }


if __name__ == "__main__":
    sys.exit(main())
