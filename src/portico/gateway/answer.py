"""What the gateway hands to a face, and how it is made of a response or a stream.

How it is made of an entry is in `lives.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from portico.core.entry import Entry
from portico.core.message import Response
from portico.core.policy import Mode, passed_on_headers
from portico.core.position import Position
from portico.gateway.stream import Streaming


@dataclass(frozen=True, slots=True)
class Answer:
    """What a face has to hand out.

    `response` is GitHub's own, whether just received or stored (then `entry` is what it was
    stored as); its body is empty where `streaming` carries it. `age_s` is the time since GitHub
    last confirmed it, `ttl_s` the freshness left (negative: stale for so long). `points` is
    what this answer cost. `upstream_status` is GitHub's, None where it was not asked or failed.
    `position` is that of a write: a read that brings it back sees what was written.
    """

    mode: Mode
    response: Response
    entry: Entry | None = None
    streaming: Streaming | None = None
    age_s: float = 0.0
    ttl_s: float = 0.0
    points: int = 0
    upstream_status: int | None = None
    is_stored: bool = False
    position: Position | None = None


def passed_on(response: Response, *, points: int) -> Answer:
    """Return the answer that is passed on whole and not stored."""
    kept = replace(response, headers=passed_on_headers(response.headers))
    return Answer(Mode.BYPASS, kept, points=points, upstream_status=response.status)


def streamed(streaming: Streaming, *, points: int) -> Answer:
    """Return the answer whose body is passed on as it comes."""
    head = Response(streaming.status, passed_on_headers(streaming.headers))
    status = streaming.status
    return Answer(Mode.BYPASS, head, streaming=streaming, points=points, upstream_status=status)


def shared(mode: Mode) -> Mode:
    """Return the mode of an answer that another caller's call brought."""
    return mode if mode is Mode.RESCUED else Mode.COALESCED
