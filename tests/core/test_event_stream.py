"""The wire form of event streams, as another reader of the standard understands it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portico.core.event_stream import message, silent
from tests.support.event_stream import Event, EventReader

SCALARS = st.one_of(st.text(), st.integers(), st.booleans(), st.none())


def read(*blocks: bytes) -> EventReader:
    """Return what a client knows after these blocks."""
    reader = EventReader()
    for block in blocks:
        reader.feed(block)
    return reader


def test_a_message() -> None:
    """An unnamed event is a `message` with its JSON, and moves the last id."""
    found = read(message({"event": "push"}, event_id="a-1"))

    assert found.events == [Event("message", '{"event":"push"}', "a-1")]
    assert (found.last_id, found.retry_ms) == ("a-1", None)


def test_a_named_event() -> None:
    """A named event without an id leaves the last id as it was, and may set the retry time."""
    found = read(message({}, event_id="a-1"), message({}, name="closing", retry_ms=4_000))

    assert found.events[1] == Event("closing", "{}", "a-1")
    assert (found.last_id, found.retry_ms) == ("a-1", 4_000)


def test_a_silent_block() -> None:
    """It is no event to a client, but moves the place from which the client will resume."""
    found = read(message({}, event_id="a-1"), silent("heartbeat", event_id="a-7", retry_ms=5))

    assert len(found.events) == 1
    assert (found.last_id, found.retry_ms, found.comments) == ("a-7", 5, ["heartbeat"])


def test_a_comment_alone() -> None:
    """Without an id a silent block changes nothing."""
    found = read(message({}, event_id="a-1"), silent("heartbeat"))

    assert (len(found.events), found.last_id) == (1, "a-1")


@given(st.dictionaries(st.text(), SCALARS))
def test_no_text_ends_an_event_early(data: dict[str, str | int | bool | None]) -> None:
    """Whatever the data holds, line breaks included, comes out as it went in, as one event."""
    found = read(message(data, event_id="a-1"))

    assert [event.json for event in found.events] == [data]
