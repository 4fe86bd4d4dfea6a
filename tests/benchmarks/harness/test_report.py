"""Tables, numbers and files of a report."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.harness import report
from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.rounds import spread


def test_a_table_is_markdown() -> None:
    """The first column is text, the others are numbers at the right."""
    made = report.table(("a", "b"), [("x", "1")])

    assert made == "| a | b |\n|---|---:|\n| x | 1 |"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, "-"), (0.00051, "0.51"), (0.0123, "12.3"), (1.5, "1,500")]
)
def test_durations_are_shown_in_milliseconds(seconds: float | None, shown: str) -> None:
    """Short ones have more digits than long ones; none is a dash."""
    assert report.milliseconds(seconds) == shown


def test_a_ratio_is_shown_with_its_noise() -> None:
    """The noise stands in the ratio's own unit."""
    assert report.times(spread([2.0, 2.2, 1.8, 2.0])) == "2.00 ±0.05"


def test_tables_are_put_into_their_places() -> None:
    """What stood between the marks is replaced; the rest of the page stays."""
    page = "before\n<!-- table:a -->\nold\n<!-- /table:a -->\nafter\n"

    filled = report.filled(page, {"a": r"new \1", "b": "unused"})

    assert filled == "before\n<!-- table:a -->\n\nnew \\1\n\n<!-- /table:a -->\nafter\n"
    assert report.filled(filled, {"a": r"new \1"}) == filled


def test_a_place_without_a_table_is_an_error() -> None:
    """A page is never written with a place left as it was."""
    with pytest.raises(CannotMeasure, match="did not make: b"):
        report.filled("<!-- table:b -->\n<!-- /table:b -->", {"a": ""})


def test_a_table_may_stay_as_it_was() -> None:
    """Where a run makes some of a page's tables only, and says which it keeps."""
    page = "<!-- table:a -->\nold\n<!-- /table:a -->\n<!-- table:b -->\nold\n<!-- /table:b -->"

    filled = report.filled(page, {"b": "new"}, kept=["a"])

    assert filled == page.removesuffix("old\n<!-- /table:b -->") + "\nnew\n\n<!-- /table:b -->"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What cannot be written leaves the old file, and nothing beside it."""
    path = tmp_path / "report.json"
    report.write_json(path, {"a": 1})

    with pytest.raises(TypeError):
        report.write_json(path, {"a": object()})

    assert json.loads(path.read_text(encoding="utf-8")) == {"a": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_dataclasses_are_written_as_objects(tmp_path: Path) -> None:
    """A dataclass in a report becomes an object of its fields."""

    @dataclass
    class Point:
        x: int

    report.write_json(tmp_path / "deep" / "report.json", {"at": Point(3)})

    assert json.loads((tmp_path / "deep" / "report.json").read_bytes()) == {"at": {"x": 3}}


def test_the_machine_is_told_without_names() -> None:
    """The machine is its cores, its processor, its system and its Python."""
    made_on = report.machine(["pytest", "no-such-package"])

    assert made_on.cores >= 1
    assert list(made_on.packages) == ["pytest"]
    assert Path.home().name not in made_on.sentence().split()


def test_nothing_stays_beside_what_could_not_be_written(tmp_path: Path) -> None:
    """Where the report's place is taken by a directory, no unfinished file is left."""
    (tmp_path / "report.md" / "full").mkdir(parents=True)

    with pytest.raises(OSError, match="report"):
        report.write(tmp_path / "report.md", "text")

    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]
