"""`python -m benchmarks.points`: the day, the tables, the picture.

Exit code 0 with a complete report, 2 with a sentence and none.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

import uvloop
from rich.console import Console
from rich.progress import Progress

from benchmarks.harness import report
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.processes import ROOT
from benchmarks.points.figures import by_class, comparisons, costs, figures, picture
from benchmarks.points.simulation import Options, Outcome, simulate

PAGE: Final = ROOT / "docs" / "operations.md"
PICTURE: Final = ROOT / "docs" / "operations" / "points.svg"
OUT: Final = ROOT / "build" / "benchmarks"
_QUICK_HOURS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the command line asks for."""

    options: Options
    out: Path
    writes_page: bool
    command: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the simulation; return the exit code."""
    console = Console(stderr=True)
    try:
        run = _run(list(sys.argv[1:] if arguments is None else arguments))
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task(f"{run.options.hours:g} hours", total=1.0)
            outcome = uvloop.run(
                simulate(run.options, lambda share: progress.update(task, completed=share))
            )
        _write(run, outcome)
    except CannotMeasure as problem:
        console.print(f"benchmarks: {problem}", style="red", markup=False, soft_wrap=True)
        return 2
    except KeyboardInterrupt:
        console.print("benchmarks: interrupted; no report was written")
        return 130
    return 0


def _run(arguments: list[str]) -> Run:
    parser = argparse.ArgumentParser(prog="benchmarks.points", description=__doc__)
    for each in fields(Options):
        kind = type(each.default)
        flag = "--" + each.name.replace("_", "-")
        parser.add_argument(flag, type=kind, default=each.default, help=f"({each.default})")
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK_HOURS:g} hours, for a look")
    parser.add_argument("--out", type=Path, default=OUT, help="directory of the report")
    parser.add_argument("--write-page", action="store_true", help="put the figures into docs/")
    found = parser.parse_args(arguments)
    chosen = {each.name: getattr(found, each.name) for each in fields(Options)}
    if found.quick:
        chosen["hours"] = _QUICK_HOURS
    if min(value for name, value in chosen.items() if name not in ("loss", "seed")) <= 0:
        raise CannotMeasure("Nothing can be simulated of nothing: all sizes must be above 0")
    if not 0 <= chosen["loss"] < 1:
        raise CannotMeasure("--loss is the share of deliveries that never come: from 0 to below 1")
    command = (
        f'make bench-points ARGS="{" ".join(arguments)}"' if arguments else "make bench-points"
    )
    return Run(
        options=Options(**chosen),
        out=found.out,
        writes_page=found.write_page,
        command=command,
    )


def _write(run: Run, outcome: Outcome) -> None:
    found = [figures(policy, tally) for policy, tally in outcome.policies]
    parts = [_sentence(run, outcome), costs(found), by_class(outcome), comparisons(found)]
    text = "\n\n".join(parts)
    page = report.filled(PAGE.read_text(encoding="utf-8"), {"points": text})
    content = {"command": run.command, "options": asdict(run.options), "policies": found}
    report.write_json(run.out / "points.json", content)
    report.write(run.out / "points.svg", picture(outcome))
    if run.writes_page:
        report.write(PAGE, page)
        report.write(PICTURE, picture(outcome))
    print(text)


def _sentence(run: Run, outcome: Outcome) -> str:
    options = run.options
    answers = outcome.policies[0][1].answers
    return (
        f"`{run.command}`: {options.hours:g} hours, {options.clients} clients, {answers:,} answers "
        f"about {options.repositories} repositories, in which {outcome.changes:,} things happened "
        f"and made {outcome.versions:,} new versions of what is asked for. {outcome.deliveries:,} "
        f"deliveries were sent and {outcome.lost} lost. Seed {options.seed}."
    )


if __name__ == "__main__":
    sys.exit(main())
