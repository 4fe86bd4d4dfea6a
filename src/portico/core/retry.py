"""Which failures deserve another attempt, and after how long.

Only what is safe to repeat (RFC 9110 §9.2.2), once, and never what GitHub refused: going on
while limited can get an integration banned
(https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
"""

from __future__ import annotations

from typing import Final

from portico.core.errors import GitHubUnreachable, PorticoError
from portico.core.message import Request

# Long enough for a restarted front end to be out of rotation, short enough for a person.
DELAY_S: Final = 0.25
MOST_ATTEMPTS: Final = 2
_PASSING: Final = frozenset({502, 503, 504})


def delay_before_next_s(
    request: Request, outcome: int | PorticoError, *, attempt: int
) -> float | None:
    """Return the seconds to wait before the next attempt, or None if there must be none.

    `outcome` is the status received or the failure met; `attempt` counts from 1. A time-out is
    not repeated: the caller's patience is spent, and GitHub may still be at work on it.
    """
    if not request.is_read or attempt >= MOST_ATTEMPTS:
        return None
    if isinstance(outcome, int):
        return DELAY_S if outcome in _PASSING else None
    return DELAY_S if isinstance(outcome, GitHubUnreachable) else None
