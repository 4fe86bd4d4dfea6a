"""Which tags changed, when and in what order: so that an answer from before a change is known.

A position counts changes. Whoever starts something that takes time (a call to GitHub, a read
from disk) notes the position; when it is done it asks whether its tags changed since. Memory
is bounded: what had to be forgotten counts as changed, which costs a revalidation, never truth.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

MOST_TAGS: Final = 50_000
_NEVER: Final = (0, -math.inf)


class Marks:
    """The last position, and the last instant, at which each tag was marked."""

    def __init__(self, *, most_tags: int = MOST_TAGS) -> None:
        self._most_tags: Final = most_tags
        # The order is that of marking. A plain dictionary would be searched from its beginning,
        # past all that was taken out there, for each tag that has to be forgotten.
        self._marked: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._forgotten_up_to = 0
        self._forgotten_at = -math.inf
        self.position = 0

    def add(self, tags: Iterable[str], *, at: float = -math.inf) -> None:
        """Note that all these tags changed; `at` is when, in Unix seconds, as far as is known.

        Of two changes the later instant stays, also where the earlier one becomes known last.
        """
        self.position += 1
        for tag in tags:
            _, former_at = self._marked.pop(tag, _NEVER)
            self._marked[tag] = (self.position, max(at, former_at))
        while len(self._marked) > self._most_tags:
            _, (self._forgotten_up_to, at) = self._marked.popitem(last=False)
            self._forgotten_at = max(self._forgotten_at, at)

    def touched_since(self, tags: Iterable[str], position: int) -> bool:
        """Return whether any of these tags may have changed after `position`."""
        if position < self._forgotten_up_to:
            return True
        return any(self._marked.get(tag, _NEVER)[0] > position for tag in tags)

    def last_at(self, tags: Iterable[str]) -> float:
        """Return when the last change of any of these tags was, as far as is known."""
        latest = max((self._marked.get(tag, _NEVER)[1] for tag in tags), default=-math.inf)
        return max(latest, self._forgotten_at)
