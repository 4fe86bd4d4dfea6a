"""The callers: a closed loop over a fixed number of kept connections, in a process of its own.

It reads an order (JSON) from its standard input, and writes three lines: `begin` when what
happens begins to count, `end` when it no longer does, and the tally (JSON). The two words let the
process that watches the server take its readings at the same instants.

All connect before the first asks. A server that is busy may accept one connection for each turn
of its loop (libuv does), so whoever came late would wait for seconds to be let in at all.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import sys
import time
from collections.abc import Callable
from typing import Final

import msgspec
import uvloop

from benchmarks.harness.caller import PAUSE_S, Caller, Requests, Score
from benchmarks.harness.order import Order, Tally
from benchmarks.harness.rounds import quantile

BEGIN: Final = "begin"
END: Final = "end"
# On average, while it counts: else the answers seen would be the quick ones among the slow.
ANSWERS_EACH: Final = 2
POLL_S: Final = 0.01
LEAVE_S: Final = 1.0


class Load:
    """All callers of one order."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._requests = Requests(order)
        self._score = Score()
        self._callers: list[Caller | None] = [None] * order.connections
        self._connecting: set[asyncio.Task[None]] = set()
        self._started: set[int] = set()

    async def run(self, say: Callable[[str], None]) -> Tally:
        """Ask for as long as ordered; `say` is told when it begins to count, and when it ends."""
        order, score = self._order, self._score
        await self._one_by_one(order.warm_up_s / 2, self._connect_soon)
        await self._one_by_one(order.warm_up_s / 4, self._start)
        await self._until(order.warm_up_s / 4, lambda: len(score.warmed) == order.connections)
        cpu_s, began_s = _cpu_s(), time.perf_counter()
        score.is_counting = True
        say(BEGIN)
        enough = ANSWERS_EACH * order.connections
        await self._until(order.duration_s, lambda: len(score.latencies_s) >= enough)
        duration_s = time.perf_counter() - began_s
        score.is_counting, score.is_over = False, True
        say(END)
        return self._tally(duration_s, _cpu_s() - cpu_s)

    async def close(self) -> None:
        """Leave, also without the answers."""
        if self._connecting:
            await asyncio.wait(self._connecting, timeout=LEAVE_S)
        for caller in self._callers:
            if caller is not None:
                caller.leave()

    async def _one_by_one(self, within_s: float, act: Callable[[int], None]) -> None:
        """Do something for each place, spread over a time: no crowd at the door, no wave."""
        loop = asyncio.get_running_loop()
        for place in range(self._order.connections):
            loop.call_later(within_s * place / self._order.connections, act, place)
        await asyncio.sleep(within_s)

    def _start(self, place: int) -> None:
        self._started.add(place)
        caller = self._callers[place]
        if caller is not None:
            caller.ask()

    async def _until(self, least_s: float, is_enough: Callable[[], bool]) -> None:
        """Wait for so long at least, and further until there is enough, or it takes too long."""
        began_s = time.perf_counter()
        await asyncio.sleep(least_s)
        # Looked at now and then: an event would cost each answer a look of its own.
        while (  # noqa: ASYNC110
            not is_enough() and time.perf_counter() - began_s < self._order.longest_s
        ):
            await asyncio.sleep(POLL_S)

    def _connect_soon(self, place: int, pause_s: float = 0.0) -> None:
        if self._score.is_over:
            return
        task = asyncio.get_running_loop().create_task(self._connect(place, pause_s))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connect(self, place: int, pause_s: float) -> None:
        def on_lost(pause_s: float) -> None:
            self._callers[place] = None
            self._connect_soon(place, pause_s)

        if pause_s:
            await asyncio.sleep(pause_s)
        caller = Caller(
            self._order,
            self._requests,
            self._score,
            may_ask=lambda: place in self._started,
            on_answer=lambda: self._score.warmed.add(place),
            on_lost=on_lost,
        )
        self._callers[place] = caller
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: caller, self._order.host, self._order.port)
        except OSError as error:
            self._score.wrong(f"no connection: {error}")
            on_lost(PAUSE_S)

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
        await load.close()


def main() -> None:
    """Carry out the order on standard input."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    # The process ends soon; a collection would be seen as the server's latency.
    gc.disable()
    _say(msgspec.json.encode(uvloop.run(_run(order))).decode())


if __name__ == "__main__":
    main()
