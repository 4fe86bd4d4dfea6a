"""Which tags changed, and in what order: so that an answer asked for before a change is known.

A position counts changes. Whoever starts something that takes time (a call to GitHub, a read
from disk) notes the position; when it is done it asks whether its tags changed since. Memory
is bounded: what had to be forgotten counts as changed, which costs a revalidation, never truth.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

MOST_TAGS: Final = 50_000


class Marks:
    """The last position at which each tag was marked."""

    def __init__(self, *, most_tags: int = MOST_TAGS) -> None:
        self._most_tags: Final = most_tags
        self._marked_at: dict[str, int] = {}
        self._forgotten_up_to = 0
        self.position = 0

    def add(self, tags: Iterable[str]) -> None:
        """Note that all these tags changed now."""
        self.position += 1
        for tag in tags:
            self._marked_at.pop(tag, None)
            self._marked_at[tag] = self.position
        while len(self._marked_at) > self._most_tags:
            oldest = next(iter(self._marked_at))
            self._forgotten_up_to = self._marked_at.pop(oldest)

    def touched_since(self, tags: Iterable[str], position: int) -> bool:
        """Return whether any of these tags may have changed after `position`."""
        if position < self._forgotten_up_to:
            return True
        return any(self._marked_at.get(tag, 0) > position for tag in tags)
