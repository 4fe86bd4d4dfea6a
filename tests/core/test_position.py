"""Positions: what a caller carries from a write to a read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.position import Position, read_position

STORES = st.sampled_from(["0123abcd", "89efcdab"])
POSITIONS = st.builds(Position, STORES, st.integers(0, 10**17))


@given(POSITIONS)
def test_a_position_can_be_carried(position: Position) -> None:
    """What was told is read back the same."""
    assert read_position(str(position)) == position


@given(POSITIONS, POSITIONS)
def test_a_position_covers_what_was_before_it_in_its_store(one: Position, other: Position) -> None:
    """Nothing is known of another store's changes, nor of those to come."""
    assert one.covers(other) == (one.store == other.store and one.number >= other.number)


@pytest.mark.parametrize(
    "text", ["", "5", "0123abcd", "0123abcd.", "0123abcd.-1", "0123ABCD.1", "0123abcd." + "9" * 40]
)
def test_what_is_no_position_is_refused(text: str) -> None:
    """A made-up value is an error, so that nobody believes to be answered by it."""
    with pytest.raises(ValueError, match="Portico-Position must be"):
        read_position(text)
