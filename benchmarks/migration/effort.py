"""Which cells a run measures, and how often. Pure, and the rules are tables.

Everything by everybody in every round would take hours, most of them spent watching stages wait
that make their calls one after the other. What is hopeless is left out, with the reason in its
place in the table. What hardly differs from round to round is measured once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from benchmarks.migration.cells import Cell
from benchmarks.migration.stages import Kind

MANY_CALLS: Final = 100
MANY_CALLERS: Final = 500

Rule: TypeAlias = tuple[Callable[[Cell], bool], str]


def _calls(cell: Cell) -> int:
    return cell.workload.shape().calls


def _fans_out(cell: Cell) -> bool:
    return _calls(cell) > 1


def _is_trap(cell: Cell) -> bool:
    return cell.stage.kind is Kind.TRAP


# The first that applies says why a cell is not measured.
_LEFT_OUT: Final[tuple[Rule, ...]] = (
    (
        lambda cell: cell.stage.is_sequential and _calls(cell) >= MANY_CALLS,
        "left out: one after the other, the calls of one answer take longer than a measurement",
    ),
    (
        lambda cell: cell.stage.is_sequential and _fans_out(cell) and cell.callers >= MANY_CALLERS,
        "left out: with calls one after the other, the last caller would wait for minutes",
    ),
    (
        lambda cell: (
            cell.stage.kind is Kind.PORTICO_COLD
            and (cell.callers > 1 or _calls(cell) >= MANY_CALLS)
        ),
        "left out: it keeps to GitHub's 900 points a minute, which are spent in a second here",
    ),
    (
        lambda cell: _is_trap(cell) and _calls(cell) >= MANY_CALLS,
        "left out: a trap, shown with 30 calls",
    ),
    (
        lambda cell: _is_trap(cell) and _fans_out(cell) and cell.callers >= MANY_CALLERS,
        "left out: a trap, shown with fewer callers",
    ),
    (
        lambda cell: _is_trap(cell) and cell.workload.name == "repositories" and cell.callers != 50,
        "left out: a trap, and much the same as with one call",
    ),
)
# What is measured in the first round only, and why that is enough.
_ONCE: Final[tuple[Rule, ...]] = (
    (_is_trap, "shown for its order of magnitude"),
    (lambda cell: cell.callers == 1 and not _fans_out(cell), "one wait, the same for all"),
    (lambda cell: cell.stage.is_sequential and _fans_out(cell), "the sum of its waits"),
    (
        lambda cell: _fans_out(cell) and cell.callers >= MANY_CALLERS,
        "overload has rounds of its own",
    ),
    (
        lambda cell: cell.workload.name == "repositories" and cell.callers >= MANY_CALLERS,
        "much the same as with one call",
    ),
)


def why_left_out(cell: Cell) -> str | None:
    """Return why a cell is not worth anybody's time, or None if it is measured."""
    return next((why for applies, why in _LEFT_OUT if applies(cell)), None)


def rounds_for(cell: Cell, rounds: int) -> int:
    """Return in how many of so many rounds a cell is measured."""
    return 1 if any(applies(cell) for applies, _ in _ONCE) else rounds
