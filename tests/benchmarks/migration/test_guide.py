"""docs/migration.md shows the stages' own code, not what it once was."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "migration.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"<!-- from: (\S+) -->\n```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("path", "code"), SHOWN, ids=[path for path, _ in SHOWN])
def test_code_in_the_guide_is_that_of_the_stages(path: str, code: str) -> None:
    """What is shown stands in the file that is named, line for line."""
    source = (ROOT / path).read_text(encoding="utf-8")

    assert code in source


def test_all_python_in_the_guide_is_of_the_stages() -> None:
    """No block of Python in the guide is without its source."""
    assert len(SHOWN) == PAGE.count("```python") > 0
