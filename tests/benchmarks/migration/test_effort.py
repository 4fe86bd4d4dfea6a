"""What a run leaves out, and what it measures once."""

from dataclasses import replace

import pytest

from benchmarks.migration.cells import Cell
from benchmarks.migration.effort import rounds_for, why_left_out
from benchmarks.migration.stages import STAGES
from benchmarks.migration.workloads import WORKLOADS


def cell(stage: str, workload: str, callers: int) -> Cell:
    """Return a cell by its names."""
    return Cell(
        next(row for row in STAGES if row.name == stage),
        next(row for row in WORKLOADS if row.name == workload),
        callers,
    )


@pytest.mark.parametrize(
    ("stage", "workload", "callers"),
    [
        ("flask-sync", "portfolio-120", 1),
        ("fastapi-def", "portfolio-120", 50),
        ("flask-gthread", "portfolio-30", 500),
        ("fastapi-httpx", "portfolio-120", 1),
        ("fastapi-httpx", "portfolio-30", 500),
        ("fastapi-dict", "repositories", 500),
        ("portico-cold", "one", 50),
        ("portico-cold", "portfolio-120", 1),
    ],
)
def test_what_is_hopeless_is_left_out_with_a_reason(
    stage: str, workload: str, callers: int
) -> None:
    """Nobody waits for stages that could not answer within a measurement."""
    assert (why_left_out(cell(stage, workload, callers)) or "").startswith("left out: ")


@pytest.mark.parametrize("stage", ["flask-pool", "fastapi", "fastapi-models", "portico-warm"])
@pytest.mark.parametrize("workload", [workload.name for workload in WORKLOADS])
@pytest.mark.parametrize("callers", [1, 50, 500])
def test_what_is_compared_is_measured(stage: str, workload: str, callers: int) -> None:
    """No stage that claims are made of is left out anywhere."""
    assert why_left_out(cell(stage, workload, callers)) is None


@pytest.mark.parametrize(
    ("stage", "workload", "callers", "rounds"),
    [
        ("fastapi", "one", 500, 3),
        ("flask-gevent", "one", 500, 3),
        ("fastapi", "portfolio-30", 1, 3),
        ("fastapi-models", "repositories", 50, 3),
        ("fastapi", "one", 1, 1),
        ("fastapi-httpx", "one", 500, 1),
        ("flask-gthread", "portfolio-30", 50, 1),
        ("fastapi", "portfolio-30", 500, 1),
    ],
)
def test_what_hardly_differs_is_measured_once(
    stage: str, workload: str, callers: int, rounds: int
) -> None:
    """What claims compare has its rounds; traps, and waits that are all alike, have one."""
    assert rounds_for(cell(stage, workload, callers), 3) == rounds


def test_a_stage_of_another_name_is_judged_by_what_it_is() -> None:
    """The rules look at a stage's kind and at how it makes its calls."""
    made = cell("fastapi", "portfolio-120", 50)
    renamed = Cell(replace(made.stage, is_sequential=True), made.workload, made.callers)

    assert why_left_out(renamed) is not None
