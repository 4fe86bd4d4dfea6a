"""Looking after covered mode: some answers are confirmed all the same, and a missed change ends it.

With a credential a sample that finds nothing is a 304 and costs no point. One that finds a change
is not yet proof: its delivery may be on the way. Until that has had its time the subject counts as
any other; if by then no event has touched it, one was missed, and it stays so for a day, or until
a `ping` tells that its hook reaches us.

There are no timers. A doubt is settled when somebody next asks, as nothing depends on it before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from portico.core.freshness import DAY_S

# By subject and audience. One an hour finds a hook that has fallen silent on the same day, whatever
# is asked for; four would be most of all calls to GitHub, as they are nearly the only ones left.
SAMPLE_EVERY_S: Final = 3_600.0
# GitHub delivers within seconds; this is for a queue of its own, or of ours.
DELIVERY_TAKES_S: Final = 60.0
LEFT_FOR_S: Final = DAY_S
MOST_SUBJECTS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Doubt:
    """A change that a sample found. `position` is the mark position before it was asked."""

    tags: frozenset[str]
    position: int
    until: float


class Sampling:
    """When what was sampled, what is in doubt, and what has left covered mode until when."""

    def __init__(self, *, most_subjects: int = MOST_SUBJECTS) -> None:
        self._most_subjects: Final = most_subjects
        self.samples = 0
        self.misses = 0
        self._sampled_at: Final[OrderedDict[tuple[str, str], float]] = OrderedDict()
        self._doubts: Final[dict[str, Doubt]] = {}
        self._left: Final[dict[str, float]] = {}

    def wants(self, subject: str, audience: str, *, now: float) -> bool:
        """Return whether an answer that is served now is to be sampled, and count it as sampled.

        The first is a while after the subject came to notice, so that a start is no burst.
        """
        key = (subject, audience)
        last_at = self._sampled_at.get(key)
        if last_at is not None and now - last_at < SAMPLE_EVERY_S:
            return False
        self._sampled_at[key] = now
        self._sampled_at.move_to_end(key)
        if len(self._sampled_at) > self._most_subjects:
            self._sampled_at.popitem(last=False)
        if last_at is None:
            return False
        self.samples += 1
        return True

    def doubt(self, subject: str, tags: frozenset[str], position: int, *, now: float) -> None:
        """Note that a sample found a change that no event has told of so far."""
        self._doubts.setdefault(subject, Doubt(tags, position, now + DELIVERY_TAKES_S))

    def is_trusted(self, subject: str, *, now: float) -> bool:
        """Return whether a subject may be covered: it has not left, and nothing is in doubt."""
        until = self._left.get(subject)
        if until is not None and now < until:
            return False
        self._left.pop(subject, None)
        return subject not in self._doubts

    def settle(
        self, subject: str, touched_since: Callable[[frozenset[str], int], bool], *, now: float
    ) -> bool:
        """Settle a doubt whose time is over; return whether an event was missed.

        `touched_since` tells whether an event has touched any of some tags since a position.
        """
        doubt = self._doubts.get(subject)
        if doubt is None:
            return False
        if touched_since(doubt.tags, doubt.position):
            del self._doubts[subject]
            return False
        if now < doubt.until:
            return False
        del self._doubts[subject]
        self.misses += 1
        self.leave(subject, until=now + LEFT_FOR_S)
        return True

    def leave(self, subject: str, *, until: float) -> None:
        """Take a subject out of covered mode until an instant."""
        self._left[subject] = until
        if len(self._left) > self._most_subjects:
            del self._left[next(iter(self._left))]

    def forgive(self, is_meant: Callable[[str], bool]) -> frozenset[str]:
        """Let those subjects back into covered mode that are meant; return which had left."""
        back = frozenset(subject for subject in self._left if is_meant(subject))
        for subject in back:
            del self._left[subject]
        return back

    def left(self, *, now: float) -> Mapping[str, float]:
        """Return what has left covered mode, and until when."""
        return {subject: until for subject, until in self._left.items() if now < until}
