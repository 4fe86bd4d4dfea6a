"""What a run leaves behind: its figures as JSON, tables as Markdown, and what they were taken on.

Rules: a report is written when it is complete, in one step, or not at all; it tells the command
that made it and the machine in neutral words, never a name, a user or a path of it.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from benchmarks.harness import proc
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.rounds import Spread

NOTHING: Final = "-"
_PLACE: Final = re.compile(r"(<!-- table:([\w-]+) -->\n).*?(<!-- /table:\2 -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Machine:
    """What figures were taken on: they belong to it, their ratios less so."""

    cores: int
    cpu: str
    system: str
    python: str
    packages: dict[str, str]

    def sentence(self) -> str:
        """Say it in one sentence."""
        packages = ", ".join(f"{name} {number}" for name, number in self.packages.items())
        return f"{self.cores} cores ({self.cpu}), {self.system}, Python {self.python}; {packages}."


def machine(packages: Iterable[str]) -> Machine:
    """Describe this machine, and the installed ones of some packages."""
    found = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    release = ".".join(platform.release().split(".")[:2])
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        cpu=proc.cpu_model(),
        system=f"{platform.system()} {release}",
        python=platform.python_version(),
        packages=found,
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    line = "|".join(["---", *("---:" for _ in head[1:])])
    return "\n".join([_row(head), f"|{line}|", *(_row(row) for row in rows)])


def number(value: float | None, digits: int = 0) -> str:
    """Return a number for a table; a dash where there is none."""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def milliseconds(seconds: float | None) -> str:
    """Return a duration for a table, in milliseconds to three digits or so."""
    if seconds is None:
        return NOTHING
    return number(seconds * 1e3, 2 if seconds < 0.01 else 1 if seconds < 0.1 else 0)


def times(found: Spread | None) -> str:
    """Return a ratio for a table, with its noise where there are several rounds."""
    if found is None:
        return NOTHING
    digits = 2 if found.median < 100 else 0
    median = f"{found.median:,.{digits}f}"
    noise = f" ±{found.median * found.noise:,.{digits}f}" if len(found.values) > 1 else ""
    return f"{median}{noise}"


def write_json(path: Path, value: object) -> None:
    """Write a value (dataclasses allowed) as JSON, in one step."""
    write(path, json.dumps(value, indent=1, ensure_ascii=False, default=_plain) + "\n")


def write(path: Path, text: str) -> None:
    """Write a file in one step: nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def filled(page: str, tables: Mapping[str, str], *, kept: Collection[str] = ()) -> str:
    """Return a page with the tables put in their places, `<!-- table:name -->` to its end mark.

    Those that are `kept` stay as they are.

    Raises:
        CannotMeasure: there is a place for a table that was neither made nor is kept.

    """
    places = re.findall(r"<!-- table:([\w-]+) -->", page)
    missing = [name for name in places if name not in tables and name not in kept]
    if missing:
        listed = ", ".join(missing)
        raise CannotMeasure(f"The page has places for tables that this run did not make: {listed}")
    return _PLACE.sub(
        lambda at: at[0] if at[2] in kept else f"{at[1]}\n{tables[at[2]].strip()}\n\n{at[3]}", page
    )


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(value: Any) -> Any:  # noqa: ANN401 (json's signature)
    return asdict(value)
