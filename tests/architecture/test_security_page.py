"""SECURITY.md names a test for each promise, and the tests are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_promise_names_a_test_that_exists() -> None:
    """Each line of the table of threats is guarded by files of tests."""
    page = (ROOT / "SECURITY.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("|") and "---" not in line][1:]

    assert len(rows) > 10
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)`", row.split("|")[3])
        assert named, row
        for name in named:
            assert "\ndef test_" in (text := (ROOT / name).read_text()) or "async def test_" in text
