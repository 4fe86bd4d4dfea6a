"""What a flight brings back, for all who share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from portico.core.audience import Caller
from portico.core.entry import Entry
from portico.core.message import Request
from portico.core.policy import Mode, Verdict
from portico.gateway.stream import Streaming

Charge: TypeAlias = Callable[[Caller, Request, int, Mode], None]
"""Is told of points that no answer tells of: of a renewal, of a failure, of what all had left."""


def charge_nobody(_caller: Caller, _request: Request, _points: int, _mode: Mode, /) -> None:
    """Let the points be."""


@dataclass(slots=True)
class Landed:
    """The result of a flight that was started for `caller`.

    It is a verdict, or a body that is passed on as it comes, to one of them. `before` is what was
    stored at the start. `points` are what it cost, until somebody answers for them:
    of all who share the result only one does, as GitHub took them once.
    """

    result: Verdict | Streaming
    before: Entry | None
    points: int
    upstream_status: int | None
    caller: Caller
    request: Request

    @property
    def mode(self) -> Mode:
        """How it came about, for whom it was started."""
        return Mode.BYPASS if isinstance(self.result, Streaming) else self.result.mode

    def claim_points(self) -> int:
        """Return the points if nobody has answered for them yet, else 0."""
        points, self.points = self.points, 0
        return points
