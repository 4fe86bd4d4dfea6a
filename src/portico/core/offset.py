"""How far this machine's clock is from GitHub's, as the `Date` of its answers tells.

GitHub's instants (a reset, a change) are by GitHub's clock, ages are by ours. An answer is always
older than its arrival, by the way it took and by how long an edge kept it, so the smallest of the
last differences is nearest to the truth.
"""

from __future__ import annotations

from collections import deque
from email.utils import parsedate_to_datetime
from typing import Final

# Enough that one is of an answer that no edge had kept; few enough to follow a clock that is set.
_READINGS: Final = 16
# A minute is what GitHub itself allows for.
FAR_S: Final = 60.0
# Further apart than that, one of the two is not a clock.
FURTHEST_S: Final = 86_400.0


class ClockOffset:
    """Seconds that our clock is ahead of GitHub's; 0 until something is known."""

    def __init__(self) -> None:
        self._readings: deque[float] = deque(maxlen=_READINGS)
        self.seconds = 0.0

    @property
    def is_far(self) -> bool:
        """Whether our clock is so wrong that somebody should set it; it is allowed for here."""
        return abs(self.seconds) > FAR_S

    @property
    def in_words(self) -> str:
        """What is wrong with our clock, and what to do."""
        direction = "ahead of" if self.seconds > 0 else "behind"
        return (
            f"This machine's clock is {abs(self.seconds):.0f} seconds {direction} GitHub's, which "
            "Portico allows for; let it be set from the network (NTP)"
        )

    def learn(self, date: str | None, *, now: float, is_of_now: bool = False) -> None:
        """Take in the `Date` field of an answer that came at `now`.

        One that no edge can have kept (`is_of_now`) counts alone: a clock that was set since is
        believed at once.
        """
        said = read_date(date)
        if said is None or abs(now - said) > FURTHEST_S:
            return
        if is_of_now:
            self._readings.clear()
        self._readings.append(now - said)
        self.seconds = min(self._readings)

    def ours(self, instant: float) -> float:
        """Return what our clock shows at an instant of GitHub's."""
        return instant + self.seconds

    def githubs(self, now: float) -> float:
        """Return what GitHub's clock shows at an instant of ours."""
        return now - self.seconds


def read_date(date: str | None) -> float | None:
    """Return a `Date` field (RFC 9110 §6.6.1) in Unix seconds; None if absent or broken."""
    if not date:
        return None
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
