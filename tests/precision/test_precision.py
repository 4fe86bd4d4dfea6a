"""What the events find over the sandbox: everything that they tell of, and how much beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.precision.changes import CHANGES
from tests.precision.measure import measure, renewed
from tests.precision.rounds import Round

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"


@pytest.fixture(scope="module")
def rounds() -> list[Round]:
    """All changes, one after the other in one world."""
    return asyncio.run(measure())


def test_each_change_is_told(rounds: list[Round]) -> None:
    """By a delivery at least, and GitHub's answers differ after it."""
    assert [each.what for each in rounds] == [what for what, _ in CHANGES]
    assert all(each.events for each in rounds)
    assert all(each.count(told=True) for each in rounds)


def test_nothing_that_was_told_is_shown_as_before(rounds: list[Round]) -> None:
    """After the deliveries of a change the next read of anything that it touched is fresh."""
    stale = [f"{each.what}: {one.target}" for each in rounds for one in each.stale]

    assert stale == []


def test_no_composed_document_is_shown_as_before(rounds: list[Round]) -> None:
    """It is made of the same answers, so that it is as fresh as they are."""
    stale = [
        f"{each.what}: {shown.name}"
        for each in rounds
        for shown in each.documents
        if shown.after != shown.truth
    ]

    assert stale == []
    assert any(shown.before != shown.truth for each in rounds for shown in each.documents)


def test_what_is_asked_again_has_mostly_changed(rounds: list[Round]) -> None:
    """An event leaves alone what it did not touch."""
    asked = sum(each.count(asked=True) for each in rounds)
    needed = sum(each.count(asked=True, changed=True) for each in rounds)
    stored = sum(len(each.stored) for each in rounds)

    assert needed / asked > 0.6
    assert asked / stored < 0.1


def test_the_table_is_up_to_date(rounds: list[Round]) -> None:
    """What the page says is what is measured."""
    page = PAGE.read_text(encoding="utf-8")

    assert page == renewed(page, rounds), "make docs"
