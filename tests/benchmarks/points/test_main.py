"""The runner: a complete report of days too short for figures, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.points import __main__ as points
from benchmarks.points.__main__ import main

TINY = (
    *("--hours=0.1", "--repositories=6", "--changes-per-day=3000"),
    *("--clients=3", "--watches=3", "--visits-per-day=6000", "--bursts=1", "--burst-visits=20"),
)


def test_a_run_ends_in_a_complete_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Figures of every policy and day as JSON, the tables on standard output, the pictures."""
    code = main([*TINY, f"--out={tmp_path}"])

    report = json.loads((tmp_path / "points.json").read_bytes())
    shown = capsys.readouterr().out
    assert code == 0
    for trace in ("fleet", "site"):
        assert len(report[trace]["policies"]) == 7
        for each in report[trace]["policies"]:
            assert shown.count(f"| {each['title']} |") >= 2
    assert report["fleet"]["sizes"]["repositories"] == report["site"]["sizes"]["repositories"] == 6
    assert shown.count("calls, with webhooks over without") == 2
    for picture in ("points.svg", "points-site.svg"):
        assert (tmp_path / picture).read_text().startswith("<svg")


def test_one_day_is_written_and_the_other_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has a place and a picture of its own in the page."""
    page = tmp_path / "page.md"
    fleets = "<!-- table:points -->\nas it was\n<!-- /table:points -->"
    page.write_text(f"{fleets}\n<!-- table:points-site -->\nold\n<!-- /table:points-site -->\n")
    monkeypatch.setattr(points, "PAGE", page)
    monkeypatch.setattr(points, "PICTURES", tmp_path / "pictures")

    code = main([*TINY, "--trace=site", "--write-page", f"--out={tmp_path / 'out'}"])

    assert code == 0
    assert page.read_text().startswith(fleets)
    assert "per 1,000 pages" in page.read_text()
    assert "old" not in page.read_text()
    assert [each.name for each in (tmp_path / "pictures").iterdir()] == ["points-site.svg"]


@pytest.mark.parametrize("wrong", ["--hours=0", "--clients=-1", "--bursts=0", "--loss=1"])
def test_a_day_of_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    """Exit code 2, what was wrong, and no report."""
    assert main([*TINY, wrong, f"--out={tmp_path}"]) == 2

    assert "benchmarks: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
