"""What Portico says on a stream: each word says why, and what to do."""

from __future__ import annotations

import pytest

from portico.core.words import CLOSING, OVERRUN, RESET, RETRY_MS, SPREAD_MS, Word, lost, retry_ms_of
from tests.support.event_stream import EventReader


@pytest.mark.parametrize("word", [RESET, OVERRUN, CLOSING, lost("repository", "Octo/Hello")])
def test_a_word(word: Word) -> None:
    """It is a named event with a reason and advice, so no handler of happenings hears it."""
    reader = EventReader()
    reader.feed(word.block(retry_ms=7))

    (event,) = reader.events
    assert event.name == word.name != "message"
    assert event.json["reason"].endswith(".")
    assert event.json["advice"].endswith(".")
    assert reader.retry_ms == 7


def test_what_is_lost_is_named_as_it_was_asked_for() -> None:
    """A client that asked for many is told which."""
    reader = EventReader()
    reader.feed(lost("repository", "Octo/Hello").block())

    assert reader.events[0].json["repository"] == "Octo/Hello"


def test_nobody_comes_back_all_at_once() -> None:
    """A thousand listeners are spread over the whole time, neighbours apart."""
    times = [retry_ms_of(number) for number in range(1_000)]

    assert all(RETRY_MS <= time < RETRY_MS + SPREAD_MS for time in times)
    assert len(set(times)) == 1_000
