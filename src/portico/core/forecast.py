"""Whether a bucket lasts until its reset, if it goes on being spent as it was so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portico.core.limits import window_s
from portico.core.window import Window

# Before that there is too little behind to say anything of what is ahead.
_LEAST_ELAPSED_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is left at the reset, and when nothing is left, in Unix seconds; None if it lasts."""

    remaining_at_reset: int
    empty_at: float | None


def forecast(window: Window, now: float) -> Forecast | None:
    """Return what is ahead of a bucket at `now`, by GitHub's clock; None where it cannot be told.

    A window begins with its first point and does not slide, so its beginning is its reset less
    its length, and what was used since then is the pace.
    """
    elapsed_s = window_s(window.resource) - (window.reset_at - now)
    left_s = window.reset_at - now
    if elapsed_s < _LEAST_ELAPSED_S or left_s <= 0:
        return None
    per_s = (window.limit - window.remaining) / elapsed_s
    remaining = window.remaining - per_s * left_s
    if remaining >= 0:
        return Forecast(int(remaining), None)
    return Forecast(0, now + window.remaining / per_s)
