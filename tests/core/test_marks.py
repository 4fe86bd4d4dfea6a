"""Marks: what changed since a position, and never a change forgotten."""

import math

from hypothesis import given
from hypothesis import strategies as st

from portico.core.marks import Marks

TAGS = st.frozensets(st.sampled_from("abcdef"), max_size=3)


def test_a_change_is_known_from_before_and_not_from_after() -> None:
    """Who started before a change learns of it; who started after does not."""
    marks = Marks()
    before = marks.position
    marks.add({"repo:octo/hello"})

    assert marks.touched_since({"repo:octo/hello", "other"}, before)
    assert not marks.touched_since({"repo:octo/hello"}, marks.position)
    assert not marks.touched_since({"other"}, before)
    assert not marks.touched_since((), before)


@given(st.lists(TAGS, max_size=12), TAGS, st.integers(0, 12))
def test_it_is_what_a_full_record_would_say(
    changes: list[frozenset[str]], asked: frozenset[str], at: int
) -> None:
    """With room for all tags the answer is that of a list of all changes."""
    marks = Marks()
    for change in changes:
        marks.add(change)

    assert marks.position == len(changes)
    expected = any(change & asked for change in changes[at:])
    assert marks.touched_since(asked, at) is expected


@given(st.lists(TAGS, max_size=12), TAGS.filter(bool), st.integers(0, 12), st.integers(0, 3))
def test_what_was_forgotten_counts_as_changed(
    changes: list[frozenset[str]], asked: frozenset[str], at: int, most_tags: int
) -> None:
    """With less room it errs only towards "changed", and the room is kept."""
    marks = Marks(most_tags=most_tags)
    for change in changes:
        marks.add(change)
        assert len(marks._marked) <= most_tags

    if any(change & asked for change in changes[at:]):
        assert marks.touched_since(asked, at)
    assert not marks.touched_since(asked, marks.position)


def test_the_longest_unchanged_tag_is_forgotten_first() -> None:
    """A tag that changes again and again stays known."""
    marks = Marks(most_tags=2)
    for tag in ("busy", "quiet", "busy", "new"):
        marks.add({tag})

    assert not marks.touched_since({"other"}, 2)
    assert marks.touched_since({"other"}, 1)
    assert marks.touched_since({"busy"}, 2)
    assert not marks.touched_since({"busy"}, 3)


def test_an_empty_change_moves_the_position_only() -> None:
    """It is counted, and touches nothing."""
    marks = Marks()
    marks.add(())

    assert marks.position == 1
    assert not marks.touched_since({"a"}, 0)


def test_the_later_of_two_instants_counts() -> None:
    """A change that becomes known late does not hide that there was one after it."""
    marks = Marks()
    marks.add({"a"}, at=200.0)
    marks.add({"a", "b"}, at=100.0)
    marks.add({"c"})

    assert marks.last_at({"a", "b", "c"}) == marks.last_at({"a"}) == 200.0
    assert marks.last_at({"b"}) == 100.0
    assert marks.last_at({"c", "d"}) == marks.last_at(()) == -math.inf


def test_of_what_was_forgotten_the_latest_instant_counts() -> None:
    """Of a tag that had to be forgotten it is only known that it is not of later."""
    marks = Marks(most_tags=1)
    marks.add({"a"}, at=200.0)
    marks.add({"b"}, at=100.0)
    marks.add({"c"}, at=50.0)

    assert marks.last_at({"other"}) == 200.0
