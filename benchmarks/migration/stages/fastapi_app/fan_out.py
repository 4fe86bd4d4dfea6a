"""The steps of a plan on an event loop: all at once, in one thread."""

from __future__ import annotations

from asyncio import TaskGroup
from collections.abc import Awaitable, Callable, Iterable

from portico.portfolio.part import Part, Step


async def at_once(steps: Iterable[Step], ask: Callable[[Step], Awaitable[Part]]) -> list[Part]:
    """Run the steps, and those that come of them, each as soon as it is known."""
    parts: list[Part] = []
    async with TaskGroup() as group:

        async def run(step: Step) -> None:
            part = await ask(step)
            parts.append(part)
            start(part.steps)

        def start(steps: Iterable[Step]) -> None:
            for step in steps:
                group.create_task(run(step))

        start(steps)
    return parts
