"""What a load is asked to do, and what it reports: the values between the two processes.

Durations are seconds. An order says for how long and by how many connections at most; a load
cannot outlive it. A tally counts only what was completed inside the measured time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

COUNTER: Final = "{n}"
"""Where a target has this, each request has its own number there, seven digits wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A closed loop: each connection asks again as soon as it has its answer.

    It begins to count after `warm_up_s`, and when each connection has had an answer; it ends after
    `duration_s`, and when there were twice as many answers as connections. Whoever is too slow
    for that is given `longest_s` for either.

    A right answer has the `status`, and the `body` byte for byte where one is given, else one of
    at least `least_bytes` with the text `holds` in it. `fields` are further fields of the request.
    """

    port: int
    target: str
    connections: int
    warm_up_s: float
    duration_s: float
    longest_s: float = 0.0
    host: str = "127.0.0.1"
    fields: tuple[tuple[str, str], ...] = ()
    status: int = 200
    body: bytes | None = None
    least_bytes: int = 0
    holds: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came of it.

    `completed` are right answers, `errors` all others, `first_error` the first of them in words.
    The latencies are of the right ones, in seconds, None where there was none. `unfinished` were
    under way when the time was over, the oldest for `oldest_unfinished_s`. `own_cpu_s` is what
    the load itself took, so that a load that was the bottleneck is seen.
    """

    completed: int
    errors: int
    first_error: str | None
    duration_s: float
    p50_s: float | None
    p95_s: float | None
    p99_s: float | None
    unfinished: int
    oldest_unfinished_s: float
    received_bytes: int
    own_cpu_s: float
