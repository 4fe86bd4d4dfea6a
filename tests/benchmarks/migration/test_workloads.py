"""The workloads take the calls that their names say."""

import pytest

from benchmarks.migration.stages import STAGES, Kind
from benchmarks.migration.workloads import WORKLOADS, Shape
from tests.benchmarks.migration.rows import FASTAPI, PORTICO_WARM

BY_NAME = {workload.name: workload for workload in WORKLOADS}


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("one", Shape(1, 1)),
        ("repositories", Shape(1, 1)),
        ("portfolio-30", Shape(30, 2)),
        ("portfolio-120", Shape(120, 3)),
    ],
)
def test_calls_and_their_depth_are_counted_on_the_plan(name: str, shape: Shape) -> None:
    """A portfolio of 28 repositories takes 30 calls in two waves, one of 117 takes 120 in three."""
    assert BY_NAME[name].shape() == shape


def test_the_critical_path_is_the_depth_times_the_latency() -> None:
    """Nobody answers faster than the calls that must wait for one another."""
    assert Shape(30, 2).critical_s(0.1) == pytest.approx(0.2)


def test_targets_are_filled_in() -> None:
    """A stage is asked at its own route about the workload's login."""
    assert BY_NAME["portfolio-30"].target(FASTAPI) == "/users/solveig-28/portfolio"
    assert BY_NAME["one"].target(PORTICO_WARM) == "/v1/repos/solveig/harbor"


def test_a_cold_portico_is_asked_for_something_else_each_time() -> None:
    """Every target of a cold Portico has a counter in it."""
    cold = next(stage for stage in STAGES if stage.kind is Kind.PORTICO_COLD)

    assert all("{n}" in workload.target(cold) for workload in WORKLOADS)
    assert not any("{" in workload.steady_target(cold) for workload in WORKLOADS)
