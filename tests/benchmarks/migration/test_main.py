"""The runner of the migration, in rounds too short for figures: a smoke test, and bad input."""

import json
import socket
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.harness.processes import python
from benchmarks.migration.__main__ import main
from tests.benchmarks.migration.rows import FASTAPI, PORTICO_WARM, RAW

TINY = (
    "--workloads=one,portfolio-30",
    "--concurrency=2",
    "--latency-ms=5",
    "--rounds=1",
    "--duration-s=0.1",
    "--no-overload",
)


def test_a_run_ends_in_a_complete_report(tmp_path: Path) -> None:
    """Figures, tables and pictures are there for every stage and workload."""
    code = main([*TINY, f"--out={tmp_path}"], (FASTAPI, PORTICO_WARM))

    report = json.loads((tmp_path / "migration.json").read_bytes())
    cells = {(cell["stage"], cell["workload"]): cell for cell in report["cells"]}
    assert code == 0
    assert set(cells) == {
        (stage, workload)
        for stage in ("fastapi", "portico-warm")
        for workload in ("one", "portfolio-30")
    }
    for cell in cells.values():
        (measured,) = cell["rounds"]
        assert measured["tally"]["completed"] > 0
        assert measured["tally"]["errors"] == 0
    assert len(report["waterfalls"]["fastapi"]["calls"]) == 30
    assert cells["portico-warm", "one"]["rounds"][0]["upstream_calls"] == 0
    assert "## portfolio-30-2" in (tmp_path / "migration.md").read_text(encoding="utf-8")
    for name in ("latency.svg", "throughput.svg", "waterfall.svg"):
        ET.parse(tmp_path / name)


def test_a_stage_that_answers_otherwise_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stage whose JSON differs ends the run: named, exit code 2, and no report."""
    code = main([*TINY, f"--out={tmp_path}"], (FASTAPI, RAW))

    said = capsys.readouterr().err
    assert code == 2
    assert "The stage raw answers one call otherwise than fastapi: ." in said
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_stage_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A stage that does not exist ends the run with those that do."""
    code = main(["--stages=flask-fcgi", f"--out={tmp_path}"], (FASTAPI,))

    assert code == 2
    assert "There is no stage flask-fcgi; there are fastapi" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where somebody listens already nothing is started: a sentence, exit code 2, no report."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = main([*TINY, f"--port={port}", f"--out={tmp_path}"], (FASTAPI,))

    assert code == 2
    assert f"Port {port} cannot be used" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_missing_gunicorn_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a stage is served by must be installed; how to have it is told."""
    flask = replace(FASTAPI, name="flask-sync", needs=("no_such_gunicorn",))

    code = main([*TINY, f"--out={tmp_path}"], (FASTAPI, flask))

    said = capsys.readouterr().err
    assert code == 2
    assert "flask-sync needs no_such_gunicorn" in said
    assert "make bench-migration" in said
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_start_ends_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it printed is shown, and a report of an earlier run stays as it was."""
    (tmp_path / "migration.json").write_text("whole", encoding="utf-8")
    broken = replace(FASTAPI, name="broken", command=lambda *_: python("no_such_server"))

    code = main([*TINY, f"--out={tmp_path}"], (broken,))

    assert code == 2
    assert "No module named no_such_server" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["migration.json"]
    assert (tmp_path / "migration.json").read_text(encoding="utf-8") == "whole"


def test_a_run_of_which_nothing_is_left_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever asks only for what is hopeless is told why it is not measured."""
    slow = replace(FASTAPI, is_sequential=True)

    code = main(["--workloads=portfolio-120", "--latency-ms=0", f"--out={tmp_path}"], (slow,))

    assert code == 2
    assert "Nothing is left to measure" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
