"""The latest happenings in order, kept for listeners who come back after a cut.

Pure. An id is `<family><process>-<place>`. A place is the time in microseconds, made larger than
the one before: a count would tell by its gaps how much happens that a listener may not see.
Processes of one family have one machine's clock and tell each other what they hear, so that a
listener may come back to another of them, which begins a little earlier rather than leave anything
out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from typing import Final

from portico.core.event_stream import message
from portico.core.live import Told

# At one a second half an hour; a few megabytes.
MOST_KEPT: Final = 2_000

# Far longer than a happening is under way from one process to another.
UNDER_WAY_S: Final = 10

_ID: Final = re.compile(r"([0-9a-f]{8})([0-9a-f]{1,24})-(\d{1,20})", re.ASCII)
_MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """One happening in its place, and its bytes: made once, for all listeners."""

    place: int
    delivery: str
    told: Told
    block: bytes


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where somebody begins: before the happening `number`, which comes after `place`.

    `is_resumed`: it is where they had stopped. `is_broken`: they wanted to go on from somewhere,
    but what came after that is not all kept, or not known.
    """

    number: int
    place: int
    is_resumed: bool = False
    is_broken: bool = False


class History:
    """The latest happenings.

    `family` is 8 lower-case hexadecimal digits, the same for all processes that hear of the same,
    `process` some more that no other has; `now` is in Unix seconds. Inside the process happenings
    are counted: `end` is the number of the next, `begin` of the oldest that is kept.
    """

    def __init__(self, family: str, process: str, *, now: float, most: int = MOST_KEPT) -> None:
        self._family: Final = family
        self._process: Final = process
        self._deliveries: set[str] = set()
        self._kept: deque[Kept] = deque()
        self._most: Final = most
        self._forgotten_up_to = _place_at(now)
        self.begin = 0

    @property
    def end(self) -> int:
        """The number of the happening to come."""
        return self.begin + len(self._kept)

    @property
    def place(self) -> int:
        """The place of the latest."""
        return self._kept[-1].place if self._kept else self._forgotten_up_to

    def add(self, told: Told, *, delivery: str, now: float) -> bool:
        """Keep a happening, and forget the oldest for it if need be; False: it is kept already."""
        if delivery in self._deliveries:
            return False
        place = max(_place_at(now), self.place + 1)
        event_id = self.id_of(place)
        document = told.document(event_id, delivery, heard_at=now)
        block = message(document, event_id=event_id)
        self._kept.append(Kept(place, delivery, told, block))
        self._deliveries.add(delivery)
        if len(self._kept) > self._most:
            oldest = self._kept.popleft()
            self._deliveries.discard(oldest.delivery)
            self._forgotten_up_to = oldest.place
            self.begin += 1
        return True

    def __getitem__(self, number: int) -> Kept:
        """Return a happening by its number.

        Raises:
            IndexError: it is no longer kept, or still to come.

        """
        if number < self.begin:
            raise IndexError(number)
        return self._kept[number - self.begin]

    def enter(self, last_id: str | None, *, now: float) -> Entrance:
        """Return where somebody begins who knows everything up to an id, or nothing (None)."""
        place = None if last_id is None else self._place_of(last_id, now)
        if place is None:
            return Entrance(self.end, self.place, is_broken=last_id is not None)
        number = self.begin + bisect_right(self._kept, place, key=lambda kept: kept.place)
        return Entrance(number, place, is_resumed=True)

    def id_of(self, place: int) -> str:
        """Return a place as clients know it."""
        return f"{self._family}{self._process}-{place}"

    def _place_of(self, last_id: str, now: float) -> int | None:
        """Return after which place everything may be new to who knows an id; None: not known."""
        read = _ID.fullmatch(last_id)
        if read is None or read[1] != self._family:
            return None
        place, latest = int(read[3]), self.place
        if read[2] != self._process:
            # By that process's clock, which is this one's; it may have heard of more.
            place, latest = place - UNDER_WAY_S * _MICROSECONDS, max(latest, _place_at(now))
        return place if self._forgotten_up_to <= place <= latest else None


def _place_at(now: float) -> int:
    return int(now * _MICROSECONDS)
