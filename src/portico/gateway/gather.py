"""The steps of a plan, all at once, under one deadline, with a part for each.

A step that fails is a part like any other, never an exception. Steps that an answer makes
necessary start as soon as it is there. What is not there when the deadline passes is late;
calls that GitHub has already been asked go on and fill the store for the next time. What GitHub
computes when it is asked (202) is asked for a few times with pauses, each of which costs a point.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from portico.core.audience import Caller
from portico.core.errors import GitHubBroken, PorticoError
from portico.core.message import NO_HEADERS, Headers, Request
from portico.gateway.answer import Answer
from portico.gateway.gateway import Gateway
from portico.portfolio.part import Part, Source, Step, answered, failed, late

# A repository renamed while it was being moved; more than that is a loop.
MOST_REDIRECTS: Final = 3
# Before each further attempt at what GitHub is computing. Statistics of a small repository are
# there within a second; those of a large one take longer than anybody waits for a page.
PAUSES_S: Final = (0.25, 0.5, 1.0)


async def gather(
    gateway: Gateway,
    steps: Iterable[Step],
    caller: Caller,
    *,
    deadline_s: float,
    directives: Headers = NO_HEADERS,
) -> list[Part]:
    """Run steps, and the steps that come of them, and return a part for each.

    Returns when all are there, or after `deadline_s` seconds. `directives` are the header fields
    by which the caller says how fresh every part must be.
    """
    gathering = _Gathering(gateway, caller, directives)
    try:
        async with asyncio.timeout(deadline_s), asyncio.TaskGroup() as group:
            gathering.start(steps, group)
    except TimeoutError:
        pass
    return gathering.parts()


@dataclass(slots=True)
class _Run:
    """One step, and its part once it is there."""

    step: Step
    part: Part | None = None


class _Gathering:
    """The steps that were started, in order."""

    def __init__(self, gateway: Gateway, caller: Caller, directives: Headers) -> None:
        self._gateway = gateway
        self._caller = caller
        self._directives = directives
        self._runs: list[_Run] = []

    def start(self, steps: Iterable[Step], group: asyncio.TaskGroup) -> None:
        for step in steps:
            run = _Run(step)
            self._runs.append(run)
            group.create_task(self._do(run, group), name=f"step {step.name}")

    def parts(self) -> list[Part]:
        return [run.part or late(run.step) for run in self._runs]

    async def _do(self, run: _Run, group: asyncio.TaskGroup) -> None:
        part = await self._part(run.step)
        for pause_s in PAUSES_S if run.step.is_computed else ():
            if not part.is_pending:
                break
            # Already what it is if the deadline passes meanwhile, for the points that it cost.
            run.part = part
            await self._gateway.pause(pause_s)
            again = await self._part(run.step)
            part = replace(again, points=part.points + again.points)
        run.part = part
        self.start((_bounded(further, part.age_s) for further in part.steps), group)

    async def _part(self, step: Step) -> Part:
        try:
            # Of two directives that differ the first counts. What a page's age allows is never
            # laxer than what the caller asks for: the page itself was good enough.
            both = (self._directives, step.request.headers)
            first, second = reversed(both) if step.is_no_older else both
            headers = Headers((*first, *second))
            answer, sources = await self._followed(replace(step.request, headers=headers))
        except PorticoError as error:
            return failed(step, error)
        return answered(
            step,
            answer.response,
            mode=answer.mode,
            age_s=answer.age_s,
            ttl_s=answer.ttl_s,
            points=answer.points,
            sources=sources,
        )

    async def _followed(self, request: Request) -> tuple[Answer, tuple[Source, ...]]:
        """Return the answer at the end of a request's redirects, and all that it came from."""
        sources: list[Source] = []
        for _ in range(1 + MOST_REDIRECTS):
            answer = await self._gateway.fetch(request, self._caller)
            if answer.streaming is not None:
                await answer.streaming.close()
                raise GitHubBroken(f"GitHub's answer to {request.path} is too large or binary")
            if answer.entry is not None:
                # What bounds its age was met, and goes on being so while the others are the same.
                bare = replace(request, headers=request.headers.without("Cache-Control"))
                sources.append((bare, answer.entry))
            further = self._gateway.redirected(answer)
            if further is None:
                return answer, tuple(sources)
            request = replace(request, path=further.path, query=further.query)
        raise GitHubBroken(f"GitHub redirects {request.path} again and again")


def _bounded(step: Step, age_s: float) -> Step:
    """Return the step with the age that its answer may have, if that of another bounds it.

    In whole seconds, as the directive is: within the last one the two count as of one instant.
    """
    if not step.is_no_older:
        return step
    return replace(step, request=step.request.having("Cache-Control", f"max-age={ceil(age_s)}"))
