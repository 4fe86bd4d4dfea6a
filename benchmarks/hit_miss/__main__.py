"""`python -m benchmarks.hit_miss`: the rounds, the tables, the report.

Exit code 0 with a complete report, 2 with a sentence and none.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress

from benchmarks.harness import report
from benchmarks.harness.command import called, exit_code
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.measuring import Measurement, measure, upstream
from benchmarks.harness.processes import (
    ROOT,
    Cores,
    Server,
    allow_many_connections,
    cores,
    free_port,
    running,
)
from benchmarks.harness.rounds import interleaved, ratio, spread
from benchmarks.hit_miss.subjects import COMPARISONS, SUBJECTS, Software, Subject

PAGE: Final = ROOT / "benchmarks" / "README.md"
OUT: Final = ROOT / "build" / "benchmarks"
PACKAGES: Final = ("fastapi", "uvicorn", "uvloop", "httptools", "aiohttp", "pydantic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asks for."""

    subjects: tuple[Subject, ...]
    rounds: int
    duration_s: float
    warm_up_s: float
    out: Path
    writes_page: bool
    command: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return exit_code(lambda console: _measured(_options(given), console))


def _measured(options: Options, console: Console) -> None:
    allow_many_connections()
    _write(options, _run(options, console))


def _options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="benchmarks.hit_miss", description=__doc__)
    known = {subject.name: subject for subject in SUBJECTS}
    parser.add_argument("--only", metavar="NAMES", help=f"of {', '.join(known)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--duration-s", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--warm-up-s", type=float, default=1.0, help="before each measurement")
    parser.add_argument("--quick", action="store_true", help="one short round, for a look")
    parser.add_argument("--out", type=Path, default=OUT, help="directory of the report")
    parser.add_argument("--write-page", action="store_true", help="put the figures into the README")
    found = parser.parse_args(arguments)
    names = found.only.split(",") if found.only else list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CannotMeasure(f"There is no {', '.join(unknown)}; there are {', '.join(known)}")
    return Options(
        subjects=tuple(known[name] for name in names),
        rounds=1 if found.quick else found.rounds,
        duration_s=1.0 if found.quick else found.duration_s,
        warm_up_s=0.5 if found.quick else found.warm_up_s,
        out=found.out,
        writes_page=found.write_page,
        command=called("bench", arguments),
    )


def _run(options: Options, console: Console) -> dict[str, list[Measurement]]:
    """Measure each subject once a round."""
    found: dict[str, list[Measurement]] = {subject.name: [] for subject in options.subjects}
    apart = cores()
    if not apart.are_apart:
        console.print("One core only: server and load share it, so the figures say little.")
    with (
        Progress(console=console, transient=True) as progress,
        upstream(latency_s=0.0, port=free_port(), cores=apart) as github,
    ):
        task = progress.add_task("", total=options.rounds * len(options.subjects))
        for number, subject in interleaved(options.subjects, options.rounds):
            progress.update(task, description=f"round {number + 1}, {subject.title}")
            found[subject.name].append(_measure(subject, github, apart, options))
            progress.advance(task)
    return found


def _measure(subject: Subject, github: Server, apart: Cores, options: Options) -> Measurement:
    if subject.software is Software.UPSTREAM:
        return _measure_at(subject, github, github, apart, options)
    port = free_port()
    argv, environment = subject.start(port, github.port)
    with running(argv, port, environment=environment, on=apart.server) as server:
        return _measure_at(subject, server, github, apart, options)


def _measure_at(
    subject: Subject, server: Server, github: Server, apart: Cores, options: Options
) -> Measurement:
    order = subject.order(server.port, warm_up_s=options.warm_up_s, duration_s=options.duration_s)
    behind = None if server == github else github
    measured = measure(order, server, upstream=behind, cores=apart)
    if measured.tally.errors or not measured.tally.completed:
        raise CannotMeasure(f"{subject.title}: {measured.tally.first_error or 'no answer came'}")
    return measured


def _write(options: Options, measured: dict[str, list[Measurement]]) -> None:
    made_on = report.machine(PACKAGES)
    comparisons = _comparisons(measured)
    text = "\n\n".join(
        [
            f"`{options.command}` on {made_on.sentence()} {_how(options, measured)}",
            _figures(options.subjects, measured),
            report.table(("compared in the same round", "ratio", "goal"), comparisons),
        ]
    )
    content: dict[str, Any] = {
        "command": options.command,
        "machine": made_on,
        "measurements": measured,
    }
    page = report.filled(PAGE.read_text(encoding="utf-8"), {"hit-miss": text})
    report.write_json(options.out / "hit-miss.json", content)
    if options.writes_page:
        report.write(PAGE, page)
    print(text)


def _figures(subjects: Sequence[Subject], measured: dict[str, list[Measurement]]) -> str:
    head = ("", "callers", "requests/s", "noise", "p50 ms", "p99 ms", "CPU us", "peak PSS MB")
    rows = []
    for subject in subjects:
        found = measured[subject.name]
        per_s = spread([one.per_s for one in found])
        rows.append(
            (
                subject.title,
                str(subject.connections),
                report.number(per_s.median),
                f"{per_s.noise:.0%}",
                report.milliseconds(spread([one.tally.p50_s or 0.0 for one in found]).median),
                report.milliseconds(spread([one.tally.p99_s or 0.0 for one in found]).median),
                report.number(spread([one.cpu_us or 0.0 for one in found]).median),
                report.number(spread([one.peak_pss_bytes / 1e6 for one in found]).median),
            )
        )
    return report.table(head, rows)


def _comparisons(measured: dict[str, list[Measurement]]) -> list[tuple[str, str, str]]:
    rounds = [
        dict(zip(measured, of_round, strict=True))
        for of_round in zip(*measured.values(), strict=True)
    ]
    rows = []
    for comparison in COMPARISONS:
        try:
            values = [comparison.value(of_round) for of_round in rounds]
            yardsticks = [comparison.yardstick(of_round) for of_round in rounds]
        except KeyError:  # a subject was left out
            continue
        rows.append((comparison.title, report.times(ratio(values, yardsticks)), comparison.goal))
    return rows


def _how(options: Options, measured: dict[str, list[Measurement]]) -> str:
    everything = [one for found in measured.values() for one in found]
    foreign = spread([one.foreign_cpu_s / one.tally.duration_s for one in everything]).median
    around = max(one.around_cpu_s / one.tally.duration_s for one in everything)
    return (
        f"Rounds: {options.rounds}, {options.duration_s:g} s each; noise is half the "
        f"interquartile range over the median. Others used {foreign:.0%} of a core meanwhile "
        f"(median); load and upstream together at most {around:.0%} of theirs."
    )


if __name__ == "__main__":
    sys.exit(main())
