"""One caller: a kept connection that asks, checks the answer, and asks again.

A response must tell its length, which is what makes reading one cheap enough for one core to load
another. What all callers have seen is kept in one `Score`.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, cast

from benchmarks.harness.order import COUNTER, Order

# Who breaks connections is not asked in a busy loop.
PAUSE_S: Final = 0.02
_LENGTH: Final = b"\r\ncontent-length:"
_CLOSE: Final = b"\r\nconnection: close"


@dataclass(slots=True)
class Score:
    """What all connections have seen while it counted."""

    is_counting: bool = False
    is_over: bool = False
    warmed: set[int] = field(default_factory=set)
    latencies_s: array[float] = field(default_factory=lambda: array("d"))
    errors: int = 0
    first_error: str | None = None
    received_bytes: int = 0

    def right(self, latency_s: float, size: int) -> None:
        """Count a right answer."""
        if self.is_counting:
            self.latencies_s.append(latency_s)
            self.received_bytes += size

    def wrong(self, what: str) -> None:
        """Count a wrong answer, or none. The first is kept also from before it counts."""
        self.first_error = self.first_error or what
        if self.is_counting:
            self.errors += 1


class Requests:
    """The requests' bytes, one after the other."""

    def __init__(self, order: Order) -> None:
        fields = (("Host", f"{order.host}:{order.port}"), ("Accept", "*/*"), *order.fields)
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
        self._before, counter, rest = order.target.partition(COUNTER)
        self._is_numbered = bool(counter)
        self._after = f"{rest} HTTP/1.1\r\n{lines}\r\n"
        self._number = 0
        self._same = f"GET {self._before}{self._after}".encode()

    def next(self) -> bytes:
        """Return the next request."""
        if not self._is_numbered:
            return self._same
        self._number += 1
        return f"GET {self._before}{self._number:07}{self._after}".encode()


class Caller(asyncio.Protocol):
    """One connection: asks, checks, asks again."""

    def __init__(
        self,
        order: Order,
        requests: Requests,
        score: Score,
        *,
        may_ask: Callable[[], bool],
        on_answer: Callable[[], None],
        on_lost: Callable[[float], None],
    ) -> None:
        self._order = order
        self._may_ask = may_ask
        self._on_answer = on_answer
        self._requests = requests
        self._score = score
        self._on_lost = on_lost
        self._holds = order.holds.encode()
        self._received = b""
        self._expected_bytes = 0
        self.asked_at_s: float | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask, unless it is too early."""
        self._transport = cast("asyncio.Transport", transport)
        if self._may_ask():
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note what was lost with it, and have another one made: at once if it ended in order."""
        is_broken = self.asked_at_s is not None
        if is_broken and not self._score.is_over:
            self._score.wrong(f"the connection broke before the answer was whole: {exc}")
        self.asked_at_s = None
        self._on_lost(PAUSE_S if is_broken else 0.0)

    def data_received(self, data: bytes) -> None:
        """Wait until the answer is whole, then judge it."""
        received = self._received = self._received + data if self._received else data
        if len(received) < self._expected_bytes:
            return
        end = received.find(b"\r\n\r\n") + 4
        if end < 4:
            return
        head = received[:end].lower()
        self._expected_bytes = end + self._length_in(head)
        if len(received) < self._expected_bytes:
            return
        self._received, self._expected_bytes = b"", 0
        self._judge(int(head[9:12]), received[end:])
        self._on_answer()
        if _CLOSE in head:
            self.leave()
        else:
            self.ask()

    def ask(self) -> None:
        """Send the next request."""
        if self._score.is_over or self._transport is None:
            return
        self.asked_at_s = time.perf_counter()
        self._transport.write(self._requests.next())

    def leave(self) -> None:
        """Close the connection."""
        self.asked_at_s = None
        if self._transport is not None:
            self._transport.close()

    def _judge(self, status: int, body: bytes) -> None:
        order, asked_at_s = self._order, self.asked_at_s
        self.asked_at_s = None
        if asked_at_s is None:
            self._score.wrong("an answer came that nobody had asked for")
        elif status != order.status:
            self._score.wrong(f"status {status} instead of {order.status}: {body[:200]!r}")
        elif order.body is not None and body != order.body:
            self._score.wrong(f"another body than expected: {body[:200]!r}")
        elif len(body) < order.least_bytes:
            self._score.wrong(f"{len(body)} bytes instead of {order.least_bytes}: {body[:200]!r}")
        elif self._holds not in body:
            self._score.wrong(f"{order.holds} is not in the body: {body[:200]!r}")
        else:
            self._score.right(time.perf_counter() - asked_at_s, len(body))

    def _length_in(self, head: bytes) -> int:
        _, found, rest = head.partition(_LENGTH)
        if found:
            return int(rest[: rest.index(b"\r\n")])
        if head[9:12] not in (b"204", b"304"):
            self._score.wrong("an answer did not tell its length")
            self.leave()
        return 0
