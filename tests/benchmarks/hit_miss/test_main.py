"""The runner of hit and miss, in rounds too short for figures: what it writes, what it refuses."""

import json
from pathlib import Path

import pytest

from benchmarks.hit_miss.__main__ import main

TINY = ("--rounds=2", "--duration-s=0.1", "--warm-up-s=0.1")


def test_a_run_ends_in_a_complete_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each subject is measured in each round, and what can be compared is."""
    names = ["bare-2k", "hit-2k", "bare-miss", "miss"]

    code = main([*TINY, f"--only={','.join(names)}", f"--out={tmp_path}"])

    report = json.loads((tmp_path / "hit-miss.json").read_bytes())
    shown = capsys.readouterr().out
    assert code == 0
    assert {name: len(found) for name, found in report["measurements"].items()} == dict.fromkeys(
        names, 2
    )
    assert "hit 2 KB, throughput" in shown
    assert "miss, CPU" in shown
    assert "hit 50 KB" not in shown


def test_an_unknown_subject_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A subject that does not exist ends the run with those that do, and no report."""
    code = main(["--only=hit-3k", f"--out={tmp_path}"])

    assert code == 2
    assert "There is no hit-3k; there are bare-2k" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
