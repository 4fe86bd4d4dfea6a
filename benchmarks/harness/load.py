"""The callers: a closed loop over a fixed number of kept connections, in a process of its own.

It reads an order (JSON) from its standard input, and writes three lines: `begin` when what
happens begins to count, `end` when it no longer does, and the tally (JSON). The two words let the
process that watches the server take its readings at the same instants. A response must tell its
length, which is what makes reading one cheap enough for one core to load another.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import sys
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, cast

import msgspec
import uvloop

from benchmarks.harness.order import COUNTER, Order, Tally
from benchmarks.harness.rounds import quantile

BEGIN: Final = "begin"
END: Final = "end"
# On average, while it counts: else the answers seen would be the quick ones among the slow.
ANSWERS_EACH: Final = 2
POLL_S: Final = 0.01
# A server that refuses connections must not be asked in a busy loop.
RECONNECT_S: Final = 0.02
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
        on_answer: Callable[[], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._order = order
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
        """Ask for the first time."""
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note what was lost with it, and have another one made."""
        if self.asked_at_s is not None and not self._score.is_over:
            self._score.wrong(f"the connection broke before the answer was whole: {exc}")
        self.asked_at_s = None
        self._on_lost()

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
            self._ask()

    def leave(self) -> None:
        """Close the connection."""
        self.asked_at_s = None
        if self._transport is not None:
            self._transport.close()

    def _ask(self) -> None:
        if self._score.is_over or self._transport is None:
            return
        self.asked_at_s = time.perf_counter()
        self._transport.write(self._requests.next())

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


class Load:
    """All callers of one order."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._requests = Requests(order)
        self._score = Score()
        self._callers: list[Caller | None] = [None] * order.connections
        self._connecting: set[asyncio.Task[None]] = set()

    async def run(self, say: Callable[[str], None]) -> Tally:
        """Ask for as long as ordered; `say` is told when it begins to count, and when it ends."""
        order, loop = self._order, asyncio.get_running_loop()
        for place in range(order.connections):
            # One after the other: a crowd at the door is not what is measured.
            delay_s = order.warm_up_s / 2 * place / order.connections
            loop.call_later(delay_s, self._connect_soon, place)
        score = self._score
        await self._until(order.warm_up_s, lambda: len(score.warmed) == order.connections)
        cpu_s, began_s = _cpu_s(), time.perf_counter()
        score.is_counting = True
        say(BEGIN)
        enough = ANSWERS_EACH * order.connections
        await self._until(order.duration_s, lambda: len(score.latencies_s) >= enough)
        duration_s = time.perf_counter() - began_s
        score.is_counting, score.is_over = False, True
        say(END)
        return self._tally(duration_s, _cpu_s() - cpu_s)

    def close(self) -> None:
        """Leave, also without the answers."""
        for task in self._connecting:
            task.cancel()
        for caller in self._callers:
            if caller is not None:
                caller.leave()

    async def _until(self, least_s: float, is_enough: Callable[[], bool]) -> None:
        """Wait for so long at least, and further until there is enough, or it takes too long."""
        began_s = time.perf_counter()
        await asyncio.sleep(least_s)
        # Looked at now and then: an event would cost each answer a look of its own.
        while (  # noqa: ASYNC110
            not is_enough() and time.perf_counter() - began_s < self._order.longest_s
        ):
            await asyncio.sleep(POLL_S)

    def _connect_soon(self, place: int) -> None:
        if self._score.is_over:
            return
        task = asyncio.get_running_loop().create_task(self._connect(place))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connect(self, place: int) -> None:
        def on_lost() -> None:
            self._callers[place] = None
            self._connect_soon(place)

        caller = Caller(
            self._order,
            self._requests,
            self._score,
            on_answer=lambda: self._score.warmed.add(place),
            on_lost=on_lost,
        )
        self._callers[place] = caller
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: caller, self._order.host, self._order.port)
        except OSError as error:
            self._score.wrong(f"no connection: {error}")
            await asyncio.sleep(RECONNECT_S)
            on_lost()

    def _tally(self, duration_s: float, own_cpu_s: float) -> Tally:
        now_s = time.perf_counter()
        waiting = [c.asked_at_s for c in self._callers if c is not None and c.asked_at_s]
        latencies_s = sorted(self._score.latencies_s)
        p50_s, p95_s, p99_s = (
            quantile(latencies_s, share) if latencies_s else None for share in (0.5, 0.95, 0.99)
        )
        return Tally(
            completed=len(latencies_s),
            errors=self._score.errors,
            first_error=self._score.first_error,
            duration_s=duration_s,
            p50_s=p50_s,
            p95_s=p95_s,
            p99_s=p99_s,
            unfinished=len(waiting),
            oldest_unfinished_s=max((now_s - asked for asked in waiting), default=0.0),
            received_bytes=self._score.received_bytes,
            own_cpu_s=own_cpu_s,
        )


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _run(order: Order) -> Tally:
    load = Load(order)
    try:
        return await load.run(_say)
    finally:
        load.close()


def main() -> None:
    """Carry out the order on standard input."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    # The process ends soon; a collection would be seen as the server's latency.
    gc.disable()
    _say(msgspec.json.encode(uvloop.run(_run(order))).decode())


if __name__ == "__main__":
    main()
