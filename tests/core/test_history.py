"""The history: order, ids that tell nothing, and going on after one."""

from __future__ import annotations

import pytest

from portico.core.happening import RepositoryRef
from portico.core.history import History
from portico.core.live import Told
from tests.support.event_stream import EventReader

NOW = 1_795_000_000.0


def told(number: int = 0) -> Told:
    """Return a happening that can be told from others."""
    repository = RepositoryRef(id=1, full_name="Octo/Hello", is_private=False)
    return Told(
        event="issues",
        action="opened",
        repository=repository,
        names=frozenset({"octo/hello"}),
        at=NOW,
        details={"number": number},
    )


def history_of(count: int, *, process: str = "ef", most: int = 10) -> History:
    """Return a history in which so many happened, a second apart."""
    made = History("0123abcd", process, now=NOW, most=most)
    for number in range(count):
        made.add(told(number), delivery=f"d-{number}", now=NOW + 1 + number)
    return made


def id_at(second: int, *, process: str = "ef", family: str = "0123abcd") -> str:
    """Return the id of what happened so many seconds after the beginning."""
    return f"{family}{process}-{int(NOW) + second}000000"


def numbers_after(history: History, last_id: str, *, now: float = NOW + 60) -> list[object] | None:
    """Return which happenings come after an id, None if some may be missing."""
    entrance = history.enter(last_id, now=now)
    if entrance.is_broken:
        return None
    assert entrance.is_resumed
    numbers = range(entrance.number, history.end)
    return [history[each].told.details["number"] for each in numbers]


def test_the_block_of_a_happening() -> None:
    """It is an unnamed event with its id, and everything that a listener reads."""
    reader = EventReader()
    reader.feed(history_of(1)[0].block)

    (event,) = reader.events
    assert (event.name, event.last_id) == ("message", id_at(1))
    assert event.json == {
        "id": event.last_id,
        "delivery": "d-0",
        "event": "issues",
        "action": "opened",
        "repository": "Octo/Hello",
        "owner": "Octo",
        "at": "2026-11-18T11:06:40Z",
        "heard_at": "2026-11-18T11:06:41Z",
        "details": {"number": 0},
    }


def test_without_an_id() -> None:
    """Who comes for the first time begins after the latest."""
    entrance = history_of(3).enter(None, now=NOW)

    assert (entrance.number, entrance.is_resumed, entrance.is_broken) == (3, False, False)


def test_going_on_after_each_id() -> None:
    """After the id of any happening come exactly the later ones, in order."""
    history = history_of(5)

    for number in range(5):
        last_id = history.id_of(history[number].place)
        assert numbers_after(history, last_id) == list(range(number + 1, 5))


def test_going_on_from_the_beginning() -> None:
    """The place before the first happening, which a heartbeat may have told, misses nothing."""
    history = history_of(0)
    beginning = history.id_of(history.place)
    history.add(told(), delivery="d", now=NOW)

    assert numbers_after(history, beginning) == [0]


def test_what_is_no_longer_kept() -> None:
    """Of an id before the oldest it is said that something may be missing, also just before."""
    history = history_of(12, most=10)

    assert numbers_after(history, id_at(1)) is None
    assert numbers_after(history, id_at(2)) == list(range(2, 12))
    assert (history.begin, history.end) == (2, 12)


@pytest.mark.parametrize(
    "last_id",
    ["", "0123abcdef", "0123abcdef-", "0123abcdef-x", "0123abcdef--1", id_at(3), id_at(-1)],
)
def test_an_id_that_is_none(last_id: str) -> None:
    """Of an id from before, from the future, or that is none at all, nothing is known."""
    assert numbers_after(history_of(2), last_id) is None


def test_another_process_of_the_family() -> None:
    """It goes on from there, and begins a little earlier, as it may have heard in another order."""
    history = history_of(30, most=50)

    assert numbers_after(history, id_at(25, process="00")) == list(range(15, 30))
    # What happened just now may still be under way to this process.
    assert numbers_after(history, id_at(45, process="00")) == []


@pytest.mark.parametrize(
    "last_id", [id_at(9, process="00"), id_at(99, process="00"), id_at(25, family="ffffffff")]
)
def test_another_process_that_knows_more(last_id: str) -> None:
    """What was before this process began, is still to come, or is another family's, is unknown."""
    assert numbers_after(history_of(30, most=50), last_id) is None


def test_a_delivery_is_kept_once() -> None:
    """The same delivery, heard of from another process as well, is one happening."""
    history = history_of(2)

    assert not history.add(told(), delivery="d-1", now=NOW + 9)
    assert history.end == 2


def test_a_delivery_that_is_forgotten() -> None:
    """What is no longer kept is not remembered either: memory is bounded."""
    history = history_of(12, most=10)

    assert history.add(told(), delivery="d-0", now=NOW + 20)
    assert not history.add(told(), delivery="d-11", now=NOW + 20)


def test_places_grow_where_the_clock_does_not() -> None:
    """Two happenings in one instant, or after the clock was set back, keep their order."""
    history = history_of(0)

    for number, now in enumerate((NOW, NOW, NOW - 60)):
        history.add(told(), delivery=f"d-{number}", now=now)

    places = [history[number].place for number in range(3)]
    assert places == [int(NOW) * 1_000_000 + step for step in (1, 2, 3)]


def test_the_number_of_none() -> None:
    """What is not kept any more, or still to come, is an error and never another happening."""
    history = history_of(12, most=10)

    for number in (0, 1, 12):
        with pytest.raises(IndexError):
            history[number]
    assert history[2].told.details["number"] == 2
