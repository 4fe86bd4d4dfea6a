"""The one thread that touches the SQLite file: it takes all that is queued at each wake-up.

A hop to a thread costs more than the read itself, so one hop serves as many as are waiting. The
order is that of the queue: whoever asks after a write or a mark sees it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any, Final

from portico.stores.ledger import Ledger
from portico.stores.operations import Operation, Put, Question, Settle

# Few enough that a read behind a full batch waits for milliseconds.
_BATCH: Final = 256
# What may wait for a slow disk; beyond it new entries are let go instead.
MOST_QUEUED_BYTES: Final = 64 * 1024 * 1024


class Worker:
    """A thread, and the queue before it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger: Final = ledger
        self._waking: Final = threading.Condition()
        # Used by both sides, under the lock of `_waking`.
        self._queue: Final[deque[Operation]] = deque()
        self._queued_bytes = 0
        self._is_closed = False
        # A daemon: the file survives being cut off, and a forgotten `close` must not hang the exit.
        self._thread: Final = threading.Thread(target=self._run, name="portico-store", daemon=True)
        self._thread.start()

    def submit(self, operation: Operation) -> bool:
        """Queue an operation; False if it will not be done: closed, or too much is waiting."""
        size_bytes = _size_bytes(operation)
        with self._waking:
            if self._is_closed or (
                size_bytes and self._queued_bytes + size_bytes > MOST_QUEUED_BYTES
            ):
                return False
            self._is_closed = isinstance(operation, Settle) and operation.last
            self._queue.append(operation)
            self._queued_bytes += size_bytes
            self._waking.notify()
        return True

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        while True:
            batch = self._take()
            found = self._ledger.work(batch)
            questions = [one for one in batch if isinstance(one, Question)]
            _reply([(one.reply, found.get(one, one.nothing)) for one in questions])
            self._ledger.tidy(is_idle=self._is_idle)
            settles = [one for one in batch if isinstance(one, Settle)]
            is_last = any(settle.last for settle in settles)
            if is_last:
                self._ledger.close()
            _reply([(settle.reply, None) for settle in settles])
            if is_last:
                return

    def _take(self) -> list[Operation]:
        with self._waking:
            while not self._queue:
                self._waking.wait()
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), _BATCH))]
            self._queued_bytes -= sum(map(_size_bytes, batch))
        return batch

    def _is_idle(self) -> bool:
        return not self._queue


def _size_bytes(operation: Operation) -> int:
    return operation.entry.size_bytes if isinstance(operation, Put) else 0


def _reply(replies: Iterable[tuple[asyncio.Future[Any], Any]]) -> None:
    """Hand results to the loops that wait for them, one wake-up per loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = defaultdict(
        list
    )
    for future, result in replies:
        by_loop[future.get_loop()].append((future, result))
    for loop, pairs in by_loop.items():
        # A loop that has been closed has nobody left who waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, pairs)


def _resolve(pairs: Iterable[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, result in pairs:
        if not future.done():
            future.set_result(result)
