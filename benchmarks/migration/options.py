"""What `make bench-migration ARGS=…` can be told, and what is wrong with it if it is.

An option that is given wins over what `--quick` chooses. Everything that can be refused without
starting anything is refused here.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol, TypeVar

from benchmarks.harness.command import called
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.processes import ROOT, require_free
from benchmarks.migration.stages import STAGES, Stage
from benchmarks.migration.workloads import WORKLOADS, Workload

OUT: Final = ROOT / "build" / "benchmarks"
MOST_CALLERS: Final = 2_000
MOST_ROUNDS: Final = 50

_QUICK_STAGES: Final = "flask-gthread,flask-pool,fastapi,portico-warm"
_QUICK_WORKLOADS: Final = "one,portfolio-30"


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The run that is asked for. `port` is where the stages listen, None for any free one.

    `asked` says by how many callers each workload is asked.
    """

    stages: tuple[Stage, ...]
    asked: tuple[tuple[Workload, tuple[int, ...]], ...]
    latency_s: float
    rounds: int
    duration_s: float
    warm_up_s: float
    port: int | None
    out: Path
    with_overload: bool
    writes_page: bool
    command: str

    @property
    def workloads(self) -> tuple[Workload, ...]:
        """What the stages are asked."""
        return tuple(workload for workload, _ in self.asked)


def read(arguments: Sequence[str], stages: Sequence[Stage] = STAGES) -> Options:
    """Read a command line, which chooses among these stages.

    Raises:
        CannotMeasure: it asks for what is not there. SystemExit: it makes no sense (code 2).

    """
    given = _parser().parse_args(arguments)
    quick = given.quick
    options = Options(
        stages=_chosen(stages, given.stages or (_QUICK_STAGES if quick else ""), "stage"),
        asked=_asked(
            given.workloads or (_QUICK_WORKLOADS if quick else ""),
            given.concurrency or ((1, 50) if quick else (1, 50, 500)),
        ),
        latency_s=given.latency_ms / 1e3,
        rounds=given.rounds or (1 if quick else 3),
        duration_s=given.duration_s or (1.0 if quick else 2.0),
        warm_up_s=0.5 if quick else 1.0,
        port=given.port,
        out=given.out,
        with_overload=given.overload and not quick,
        writes_page=given.write_page,
        command=called("bench-migration", arguments),
    )
    require_modules(options.stages)
    if options.port is not None:
        require_free(options.port)
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make bench-migration ARGS=…",
        description="Measure the stages of the migration from Flask to FastAPI, in interleaved "
        "rounds. Without options: everything, which takes about half an hour.",
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="a few stages, one short round: within two minutes")
    add("--stages", metavar="NAMES", help=f"of {', '.join(stage.name for stage in STAGES)}")
    add(
        "--workloads",
        metavar="NAMES",
        help=f"of {', '.join(one.name for one in WORKLOADS)}; `one:1+500` for callers of its own",
    )
    add("--concurrency", type=_numbers, metavar="NUMBERS", help="callers at once: 1,50,500")
    add("--latency-ms", type=_between(0, 10_000), default=100.0, help="GitHub's, default 100")
    add("--rounds", type=_whole(MOST_ROUNDS), help="default 3")
    add("--duration-s", type=_between(0.1, 60), help="of one measurement, default 2")
    add("--port", type=_whole(65_535), help="where the stages listen; default: any free one")
    add("--out", type=Path, default=OUT, help="directory of the report")
    add("--overload", action=argparse.BooleanOptionalAction, default=True, help="also overload")
    add("--write-page", action="store_true", help="put tables and plots into docs/migration.md")
    return parser


def _chosen(known: Sequence[_N], names: str, what: str) -> tuple[_N, ...]:
    """Return those that are named, in the order of the table; all without names."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in {one.name for one in known}]
    if unknown:
        there_are = ", ".join(one.name for one in known)
        raise CannotMeasure(f"There is no {what} {', '.join(unknown)}; there are {there_are}")
    return tuple(one for one in known if not wanted or one.name in wanted)


def _asked(names: str, callers: tuple[int, ...]) -> tuple[tuple[Workload, tuple[int, ...]], ...]:
    """Return which workloads are asked by how many callers: `one:1+500,portfolio-30`."""
    own = dict(part.strip().partition(":")[::2] for part in names.split(","))
    asked = []
    for one in _chosen(WORKLOADS, ",".join(own), "workload"):
        numbers = tuple(number for number in callers if number <= one.most_callers)
        if own.get(one.name):
            try:
                numbers = _numbers(own[one.name].replace("+", ","))
            except argparse.ArgumentTypeError as error:
                raise CannotMeasure(f"--workloads, {one.name}: {error}") from error
        asked.append((one, numbers))
    return tuple(asked)


def require_modules(stages: Sequence[Stage]) -> None:
    """Check that all is installed that these stages are made of.

    Raises:
        CannotMeasure: something is not.

    """
    for stage in stages:
        missing = [module for module in stage.needs if find_spec(module) is None]
        if missing:
            raise CannotMeasure(
                f"The stage {stage.name} needs {', '.join(missing)}, which is not installed: run "
                "it by `make bench-migration`, which installs it, or choose others by --stages"
            )


def _numbers(text: str) -> tuple[int, ...]:
    whole = _whole(MOST_CALLERS)
    return tuple(sorted({whole(part) for part in text.split(",")}))


def _whole(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text) if text.strip().isdecimal() else 0
        if not 1 <= value <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to {most}")
        return value

    return number


def _between(least: float, most: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = most + 1
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {least:g} to {most:g}")
        return value

    return number
