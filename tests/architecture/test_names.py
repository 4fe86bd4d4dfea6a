"""Names and openings of files: a newcomer finds the place, and reads there what it is for."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "tests").rglob("*.py"))

# Names for what has no name: whatever is put there belongs somewhere else.
NAMELESS = {"utils", "util", "helpers", "common", "base", "constants", "misc", "types", "deps"}


def test_no_module_is_a_dumping_ground() -> None:
    """Every module is named after what it provides."""
    nameless = [path for path in SOURCES if NAMELESS & {path.stem.lstrip("_"), path.parent.name}]

    assert nameless == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_opens_with_what_it_is_for(path: Path) -> None:
    """Every file begins with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
