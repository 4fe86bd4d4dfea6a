"""The steps of a plan under WSGI: one after the other, or at once in a pool of threads.

Under gevent, whose worker replaces threads by greenlets, the pool is one of greenlets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from queue import SimpleQueue

from portico.portfolio.part import Part, Step


def in_turn(steps: Iterable[Step], ask: Callable[[Step], Part]) -> list[Part]:
    """Run the steps, and those that come of them, one after the other."""
    waiting = deque(steps)
    parts: list[Part] = []
    while waiting:
        part = ask(waiting.popleft())
        parts.append(part)
        waiting.extend(part.steps)
    return parts


def in_threads(steps: Iterable[Step], ask: Callable[[Step], Part], threads: Executor) -> list[Part]:
    """Run the steps, and those that come of them, each as soon as a thread is free."""
    # Not `concurrent.futures.wait`, which looks at every call that is out whenever one is done.
    done: SimpleQueue[Future[Part]] = SimpleQueue()
    parts: list[Part] = []

    def start(steps: Iterable[Step]) -> int:
        started = [threads.submit(ask, step) for step in steps]
        for future in started:
            future.add_done_callback(done.put)
        return len(started)

    awaited = start(steps)
    while awaited:
        part = done.get().result()
        parts.append(part)
        awaited += start(part.steps) - 1
    return parts
