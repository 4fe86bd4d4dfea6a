"""What Portico itself says on an event stream, beside the happenings: named events, as a table.

Happenings are unnamed, so that a page's `onmessage` hears all of them; these have names, so that
none of them can be taken for a happening.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from portico.core.event_stream import Json, message

# Before a client connects again: soon enough not to be noticed, late enough to be no storm.
RETRY_MS: Final = 3_000
# After a restart all come back at once, unless they are told to spread over so long.
SPREAD_MS: Final = 5_000
# No divisor of the spread: neighbours come far from each other, and nobody twice as often.
_STEP_MS: Final = 1_237


@dataclass(frozen=True, slots=True)
class Word:
    """One thing to say; `about` is what else a client may want to read of it."""

    name: str
    reason: str
    advice: str
    about: Mapping[str, Json] = field(default_factory=dict)

    def block(self, *, event_id: str | None = None, retry_ms: int | None = None) -> bytes:
        """Return the word as it is sent."""
        data = {**self.about, "reason": self.reason, "advice": self.advice}
        return message(data, name=self.name, event_id=event_id, retry_ms=retry_ms)


RESET: Final = Word(
    "reset",
    "Something may have been missed: it is no longer kept, or Portico was restarted.",
    "Ask anew for whatever you show or wait for; from here on nothing is missed.",
)
OVERRUN: Final = Word(
    "overrun",
    "You read more slowly than things happen.",
    "Connect again with the last id as Last-Event-ID, which goes on from there.",
)
CLOSING: Final = Word(
    "closing",
    "Portico stops, or is restarted.",
    "Connect again after the time in `retry`.",
)


def lost(kind: str, name: str) -> Word:
    """Return the word that a repository or user, as it was asked for, is no longer shown."""
    return Word(
        "lost",
        f"The {kind} is not, or no longer, shown to you.",
        "Check the spelling and the credential; a page of GitHub's tells whether it moved.",
        about={kind: name},
    )


def retry_ms_of(number: int) -> int:
    """Return how long the listener with this number shall wait before it connects again."""
    return RETRY_MS + number * _STEP_MS % SPREAD_MS
