"""`python -m benchmarks.points`: the days, the tables, the pictures.

Exit code 0 with a complete report, 2 with a sentence and none.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import Field, asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import uvloop
from rich.console import Console
from rich.progress import Progress

from benchmarks.harness import report
from benchmarks.harness.command import called, exit_code
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.processes import ROOT
from benchmarks.points.figures import (
    calls_by_class,
    comparisons,
    costs,
    figures,
    picture,
    staleness_by_class,
)
from benchmarks.points.fleet import Fleet
from benchmarks.points.simulation import Options, Outcome, simulate
from benchmarks.points.site import Site

PAGE: Final = ROOT / "docs" / "operations.md"
PICTURES: Final = ROOT / "docs" / "operations"
OUT: Final = ROOT / "build" / "benchmarks"
BOTH: Final = "both"
_QUICK_HOURS: Final = 2.0

_Sort: TypeAlias = Fleet | Site
# In the page's order: the name of each one's table and picture, and the picture's title.
_PLACES: Final = {
    Fleet.name: ("points", "A day of polling"),
    Site.name: ("points-site", "A day of a popular site"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the command line asks for."""

    traces: tuple[_Sort, ...]
    options: Options
    out: Path
    writes_page: bool
    command: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the simulation; return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return exit_code(lambda console: _simulate(_run(given), console))


def _simulate(run: Run, console: Console) -> None:
    with Progress(console=console, transient=True) as progress:
        outcomes = [(trace, _day(trace, run.options, progress)) for trace in run.traces]
    _write(run, outcomes)


def _day(trace: _Sort, options: Options, progress: Progress) -> Outcome:
    task = progress.add_task(f"{options.hours:g} hours of a {trace.name}", total=1.0)
    return uvloop.run(
        simulate(trace, options, lambda share: progress.update(task, completed=share))
    )


def _run(arguments: list[str]) -> Run:
    parser = argparse.ArgumentParser(prog="benchmarks.points", description=__doc__)
    names = [*_PLACES, BOTH]
    parser.add_argument("--trace", choices=names, default=BOTH, help="whose day (both)")
    sorts: tuple[_Sort, ...] = (Fleet(), Site())
    for name, kind, told in _flags(sorts):
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, metavar="N", help=told)
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK_HOURS:g} hours, for a look")
    parser.add_argument("--out", type=Path, default=OUT, help="directory of the report")
    parser.add_argument("--write-page", action="store_true", help="put the figures into docs/")
    found = parser.parse_args(arguments)
    given = {name: value for name, value in vars(found).items() if value is not None}
    if found.quick:
        given["hours"] = _QUICK_HOURS
    options = replace(Options(), **_of(Options(), given))
    traces = tuple(
        replace(sort, **_of(sort, given)) for sort in sorts if found.trace in (sort.name, BOTH)
    )
    sizes = [options.hours, *(value for trace in traces for value in asdict(trace).values())]
    if min(sizes) <= 0:
        raise CannotMeasure("Nothing can be simulated of nothing: all sizes must be above 0")
    if not 0 <= options.loss < 1:
        raise CannotMeasure("--loss is the share of deliveries that never come: from 0 to below 1")
    return Run(
        traces=traces,
        options=options,
        out=found.out,
        writes_page=found.write_page,
        command=called("bench-points", arguments),
    )


def _flags(sorts: Sequence[_Sort]) -> list[tuple[str, type, str]]:
    """Return name, type and help of each flag; one of several sorts of day is for all of them."""
    told: dict[str, tuple[type, list[str]]] = {}
    each: Field[Any]
    for whose in (Options(), *sorts):
        of = f" {whose.name}" if isinstance(whose, Fleet | Site) else ""
        for each in fields(whose):
            _, helps = told.setdefault(each.name, (type(each.default), []))
            helps.append(f"{each.default}{of}")
    return [(name, kind, f"({', '.join(helps)})") for name, (kind, helps) in told.items()]


def _of(whose: Options | _Sort, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is given of the fields that this has."""
    known = {each.name for each in fields(whose)}
    return {name: value for name, value in given.items() if name in known}


def _write(run: Run, outcomes: Sequence[tuple[_Sort, Outcome]]) -> None:
    """Make everything first, then write it, so that nothing is written where something fails."""
    texts, pictures, content = {}, {}, {}
    for trace, outcome in outcomes:
        place, title = _PLACES[trace.name]
        found = [figures(policy, tally) for policy, tally in outcome.policies]
        texts[place] = "\n\n".join(
            [
                _sentence(run, trace, outcome),
                costs(found, trace.asked),
                staleness_by_class(outcome),
                calls_by_class(outcome),
                comparisons(found),
            ]
        )
        pictures[f"{place}.svg"] = picture(outcome, title=title, asked=trace.asked)
        content[trace.name] = {"sizes": asdict(trace), "policies": found}
    others = [place for place, _ in _PLACES.values() if place not in texts]
    page = report.filled(PAGE.read_text(encoding="utf-8"), texts, kept=others)
    told = {"command": run.command, "options": asdict(run.options), **content}
    report.write_json(run.out / "points.json", told)
    for name, drawn in pictures.items():
        report.write(run.out / name, drawn)
        if run.writes_page:
            report.write(PICTURES / name, drawn)
    if run.writes_page:
        report.write(PAGE, page)
    print("\n\n".join(texts.values()))


def _sentence(run: Run, trace: _Sort, outcome: Outcome) -> str:
    tally = outcome.policies[0][1]
    asked = trace.sentence(
        hours=run.options.hours,
        answers=tally.answers,
        parts=tally.parts.total(),
        resources=len(outcome.targets),
    )
    return (
        f"`{run.command}`: {asked}, in which {outcome.changes:,} things happened and made "
        f"{outcome.versions:,} new versions of what is asked for. {outcome.deliveries:,} "
        f"deliveries were sent and {outcome.lost} lost. Seed {run.options.seed}."
    )


if __name__ == "__main__":
    sys.exit(main())
