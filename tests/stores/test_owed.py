"""What a store owes its file: nothing of it is lost, and it does not grow with time."""

from __future__ import annotations

from portico.stores.operations import Change, Delete, Note, Put
from portico.stores.owed import Owed
from tests.stores.builders import entry, key


def mark(*tags: str, confirmed_by: float = 5.0) -> Change:
    """Return the marking of some tags."""
    return Change("mark", frozenset(tags), confirmed_by)


def test_marks_and_drops_are_put_together() -> None:
    """However often it was asked for, each tag is owed once, up to the latest instant."""
    owed = Owed()
    for number in range(1_000):
        owed.add([mark("a", f"b{number % 3}", confirmed_by=number), Change("drop", frozenset("c"))])

    assert set(owed) == {
        mark("a", "b0", "b1", "b2", confirmed_by=999),
        Change("drop", frozenset("c")),
    }


def test_what_cannot_be_done_without_is_kept() -> None:
    """Of texts the oldest are let go, of deletions none."""
    owed = Owed(most_texts=2)
    owed.add([Delete(key(number)) for number in range(5)])
    owed.add([Note("1", ""), Change("note", frozenset({"2"})), Note("3", "")])

    assert [each for each in owed if not isinstance(each, Delete)] == [
        Change("note", frozenset({"2"})),
        Note("3", ""),
    ]
    assert len(owed) == 5 + 2


def test_the_last_text_under_a_name_counts() -> None:
    """Also where it is again what it was before."""
    owed = Owed()
    owed.add([Note("x", "1"), Note("y", ""), Note("x", "2"), Note("x", "1")])

    assert list(owed) == [Note("y", ""), Note("x", "1")]


def test_an_entry_is_not_owed() -> None:
    """What was not written is not kept; nor is anything once all is done."""
    owed = Owed()
    owed.add([Put(key(1), entry(), None), mark("a")])
    assert list(owed) == [mark("a")]

    owed.clear()

    assert not owed
