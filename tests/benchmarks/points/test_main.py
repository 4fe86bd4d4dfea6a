"""The runner: a complete report of a day too short for figures, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.points.__main__ import main

TINY = ("--hours=0.1", "--repositories=6", "--clients=3", "--watches=3", "--changes-per-day=3000")


def test_a_run_ends_in_a_complete_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Figures of every policy as JSON, the tables on standard output, the picture."""
    code = main([*TINY, f"--out={tmp_path}"])

    report = json.loads((tmp_path / "points.json").read_bytes())
    shown = capsys.readouterr().out
    assert code == 0
    assert len(report["policies"]) == 6
    for each in report["policies"]:
        assert f"| {each['title']} |" in shown
    assert "calls, with webhooks over without" in shown
    assert (tmp_path / "points.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("wrong", ["--hours=0", "--clients=-1", "--loss=1"])
def test_a_day_of_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    """Exit code 2, what was wrong, and no report."""
    assert main([*TINY, wrong, f"--out={tmp_path}"]) == 2

    assert "benchmarks: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
