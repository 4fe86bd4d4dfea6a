"""The command line of the migration benchmark: defaults, choices, and what is refused."""

import socket
from dataclasses import replace

import pytest

from benchmarks.harness.failures import CannotMeasure
from benchmarks.migration.options import read, require_modules
from tests.benchmarks.migration.rows import FASTAPI

KNOWN = (FASTAPI, replace(FASTAPI, name="other"))


def test_without_options_everything_is_measured() -> None:
    """All stages, all workloads, 1, 50 and 500 callers, in three rounds."""
    options = read([], KNOWN)

    assert options.stages == KNOWN
    assert len(options.workloads) == 4
    assert {workload.name: callers for workload, callers in options.asked} == {
        "one": (1, 50, 500),
        "repositories": (1, 50, 500),
        "portfolio-30": (1, 50, 500),
        "portfolio-120": (1, 50),
    }
    assert options.rounds == 3
    assert options.with_overload


def test_quick_is_one_round_without_overload() -> None:
    """A quick run leaves out what takes long."""
    options = read(["--quick", "--stages=fastapi"], KNOWN)

    assert (options.rounds, options.with_overload) == (1, False)
    assert [workload.name for workload in options.workloads] == ["one", "portfolio-30"]


def test_what_is_given_wins_over_quick() -> None:
    """An option on the command line is not overruled."""
    options = read(["--quick", "--stages=other,fastapi", "--rounds=4", "--concurrency=7,3"], KNOWN)

    assert [stage.name for stage in options.stages] == ["fastapi", "other"]
    assert options.rounds == 4
    assert {callers for _, callers in options.asked} == {(3, 7)}


def test_a_workload_may_have_callers_of_its_own() -> None:
    """What follows a workload's name wins over `--concurrency`."""
    options = read(["--workloads=portfolio-30:20,one", "--concurrency=5"], KNOWN)

    assert [(workload.name, callers) for workload, callers in options.asked] == [
        ("one", (5,)),
        ("portfolio-30", (20,)),
    ]


def test_the_latency_is_taken_in_milliseconds() -> None:
    """`--latency-ms` becomes seconds; none at all is allowed."""
    assert read(["--latency-ms=250"], KNOWN).latency_s == pytest.approx(0.25)
    assert read(["--latency-ms=0"], KNOWN).latency_s == 0


def test_an_unknown_stage_is_refused_with_those_that_exist() -> None:
    """A name that is no stage's ends the run."""
    with pytest.raises(CannotMeasure, match="no stage flsk; there are fastapi, other"):
        read(["--stages=fastapi,flsk"], KNOWN)


def test_an_unknown_workload_is_refused() -> None:
    """A name that is no workload's ends the run."""
    with pytest.raises(CannotMeasure, match="no workload two; there are one"):
        read(["--workloads=two"], KNOWN)


@pytest.mark.parametrize(
    "argument",
    ["--concurrency=0", "--concurrency=1,x", "--rounds=-1", "--latency-ms=nan", "--duration-s=1e9"],
)
def test_nonsense_ends_with_exit_code_2(argument: str) -> None:
    """A value out of bounds is a wrong usage."""
    with pytest.raises(SystemExit) as ended:
        read([argument], KNOWN)

    assert ended.value.code == 2


def test_a_port_in_use_is_refused_before_anything_starts() -> None:
    """Whoever names a port that is taken is told so at once."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotMeasure, match=f"Port {port} cannot be used"):
            read([f"--port={port}"], KNOWN)


def test_a_stage_whose_server_is_missing_is_named() -> None:
    """Without gunicorn the stages that it serves cannot be measured."""
    flask = replace(FASTAPI, name="flask-sync", needs=("json", "no_such_gunicorn"))

    with pytest.raises(CannotMeasure, match="flask-sync needs no_such_gunicorn, which is not"):
        require_modules([FASTAPI, flask])
