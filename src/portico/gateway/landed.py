"""What a flight brings back, for all who share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from portico.core.audience import Caller
from portico.core.entry import Entry
from portico.core.message import Request
from portico.core.policy import Mode, Verdict

Charge: TypeAlias = Callable[[Caller, Request, int, Mode], None]
"""Is told of points that no answer tells of: of a renewal, of a failure, of what all had left."""


def charge_nobody(_caller: Caller, _request: Request, _points: int, _mode: Mode, /) -> None:
    """Let the points be."""


@dataclass(slots=True)
class Landed:
    """The result of a flight that was started for `caller`.

    `before` is what was stored then. `points` are what it cost, until somebody answers for them:
    of all who share the result only one does, as GitHub took them once.
    """

    verdict: Verdict
    before: Entry | None
    points: int
    upstream_status: int | None
    caller: Caller
    request: Request

    def claim_points(self) -> int:
        """Return the points if nobody has answered for them yet, else 0."""
        points, self.points = self.points, 0
        return points
