"""What is made of figures: claims, the price of models, and which callers saturate."""

from dataclasses import replace

import pytest

from benchmarks.harness.measuring import Measurement
from benchmarks.harness.order import Tally
from benchmarks.migration.cells import Cell, Result
from benchmarks.migration.claims import judged, price_of_models
from benchmarks.migration.overload import Overload
from benchmarks.migration.stages import STAGES
from benchmarks.migration.workloads import WORKLOADS


def _measured(completed: int, *, p50_s: float = 0.1, p99_s: float = 0.2) -> Measurement:
    tally = Tally(
        completed=completed,
        errors=0,
        first_error=None,
        duration_s=1.0,
        p50_s=p50_s,
        p95_s=p50_s,
        p99_s=p99_s,
        unfinished=0,
        oldest_unfinished_s=0.0,
        received_bytes=0,
        own_cpu_s=0.1,
    )
    return Measurement(
        tally=tally,
        cpu_s=0.5,
        peak_pss_bytes=1,
        around_cpu_s=0.1,
        foreign_cpu_s=0.0,
        upstream_calls=completed,
    )


def _result(stage: str, workload: str, callers: int, *measured: Measurement) -> Result:
    cell = Cell(
        next(row for row in STAGES if row.name == stage),
        next(row for row in WORKLOADS if row.name == workload),
        callers,
    )
    return Result(cell=cell, measurements=measured)


def test_stage_1_is_compared_with_the_best_gunicorn() -> None:
    """Of all of gunicorn's workers, the one that answers most is the yardstick."""
    results = [
        _result("flask-sync", "one", 500, _measured(20)),
        _result("flask-gevent", "one", 500, _measured(1_000, p99_s=1.2)),
        _result("fastapi", "one", 500, _measured(2_500, p99_s=0.3)),
    ]

    throughput, tail = judged(results, 0.1)

    assert "flask-gevent" in throughput.title
    assert throughput.found.median == pytest.approx(2.5)
    assert tail.found.median == pytest.approx(0.25)


def test_a_latency_is_compared_with_the_critical_path() -> None:
    """Two waves of 100 ms are the least that a portfolio of 30 calls can take."""
    (claim,) = judged([_result("fastapi", "portfolio-30", 1, _measured(5, p50_s=0.21))], 0.1)

    assert claim.found.median == pytest.approx(1.05)


def test_claims_are_not_judged_without_their_stages() -> None:
    """A run that left out a yardstick says nothing about what it is for."""
    assert judged([_result("fastapi", "one", 50, _measured(5))], 0.1) == []


def test_models_are_priced_by_throughput_and_cpu() -> None:
    """Stage 2 over stage 1, for the same question and callers."""
    results = [
        _result("fastapi", "one", 50, _measured(100), _measured(200)),
        _result("fastapi-models", "one", 50, _measured(80), _measured(160)),
        _result("fastapi-models", "one", 1, _measured(80)),
    ]

    throughput, cpu = price_of_models(results)

    assert throughput.found.median == pytest.approx(0.8)
    assert cpu.found.median == pytest.approx(1.25)


def test_overload_is_compared_with_the_own_peak() -> None:
    """What is left is a share of the peak of the same round; a queue alone costs latency."""
    overload = Overload(
        peak=_result("fastapi", "portfolio-30", 50, _measured(100), _measured(50)),
        overloaded=_result("fastapi", "portfolio-30", 500, _measured(80), _measured(40)),
    )

    assert overload.kept.median == pytest.approx(0.8)
    assert overload.queueing_s == pytest.approx(500 / 60)


def test_rounds_of_which_one_has_fewer_are_compared_where_both_are() -> None:
    """What was measured in the first round alone is compared with the first of the other."""
    results = [
        _result("portico-warm", "portfolio-30", 50, _measured(4_000), _measured(9_000)),
        _result("flask-gthread", "portfolio-30", 50, _measured(10)),
    ]

    compared, calls = judged(results, 0.1)

    assert [*compared.found.values] == [400.0]
    assert calls.title.startswith("Portico warm")


def test_calls_to_github_when_warm_are_counted_over_all_cells() -> None:
    """A single call anywhere would show."""
    silent = replace(_measured(5_000), upstream_calls=0)
    results = [
        _result("portico-warm", "one", 50, silent, replace(silent, upstream_calls=1)),
        _result("portico-warm", "portfolio-30", 50, silent, silent),
    ]

    (claim,) = judged(results, 0.1)

    assert [*claim.found.values] == [0.0, 1.0]
    assert claim.goal == "0"
