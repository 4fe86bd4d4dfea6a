"""What GitHub would have answered at each instant: the versions of everything that is asked for.

A version is known by its ETag. After each change all questions that the repository has to do with
are looked at again, whole plans call by call, so that nothing here assumes which change touches
what, or which calls an answer takes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from benchmarks.points.github import ask
from benchmarks.points.trace import Question
from benchmarks.points.world import TOKEN
from portico.core.audience import Credential
from portico.core.message import Headers, Request, Response
from portico.portfolio.part import Step, answered
from portico.sandbox import World

CREDENTIAL = Credential("Bearer", TOKEN.value)


@dataclass(slots=True)
class Versions:
    """The versions of one answer, oldest first: since when each was the truth, and which it was."""

    since: list[float] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    @property
    def newest(self) -> int:
        """The number of the present version."""
        return len(self.tags) - 1

    def number_of(self, tag: str) -> int:
        """Return the newest version that had this ETag; ValueError: none ever had."""
        for number in range(self.newest, -1, -1):
            if self.tags[number] == tag:
                return number
        raise ValueError(f"an answer that GitHub never gave: {tag}")

    def staleness_s(self, number: int, now: float) -> float:
        """Return for how long a version has not been the truth any more; 0 if it is."""
        return 0.0 if number == self.newest else now - self.since[number + 1]


class Truth:
    """The versions of everything, kept up to date from outside.

    `questions` are all that there are, by name; `parts` has the targets of the calls that each
    takes at present, `of` the versions of what GitHub answers to each target.
    """

    def __init__(self, world: World, about: Callable[[str], Mapping[str, Question]]) -> None:
        self._world = world
        self._about = about
        self.questions: dict[str, Question] = {}
        self.parts: dict[str, tuple[str, ...]] = {}
        self.of: dict[str, Versions] = {}
        for repository in world.repositories.values():
            self.look(repository.full_name)

    def look(self, full_name: str) -> None:
        """Note what GitHub answers now to all that a repository has to do with."""
        told: dict[str, Response] = {}

        def asked(request: Request) -> Response:
            if request.target not in told:
                told[request.target] = self._asked(request)
            return told[request.target]

        for name, question in self._about(full_name).items():
            plan = (question,) if isinstance(question, Request) else walked(question, asked)
            for request in plan:
                asked(request)
            self.questions[name] = question
            self.parts[name] = tuple(request.target for request in plan)

    def _asked(self, request: Request) -> Response:
        told = ask(self._world, request, CREDENTIAL)
        tag = told.header("etag")
        if told.status != 200 or tag is None:
            # The prices of all policies are those of things that are there.
            raise AssertionError(f"{told.status} without a version: {request.target}")
        versions = self.of.setdefault(request.target, Versions())
        if not versions.tags or versions.tags[-1] != tag:
            versions.since.append(self._world.clock())
            versions.tags.append(tag)
        return Response(told.status, Headers(told.headers), told.body)


def walked(plan: Iterable[Step], asked: Callable[[Request], Response]) -> list[Request]:
    """Return the requests that a plan comes to, where GitHub answers so.

    Raises:
        PorticoError: a part of it fails.

    """
    waiting, found = deque(plan), []
    while waiting:
        step = waiting.popleft()
        found.append(step.request)
        part = answered(step, asked(step.request))
        if part.failure is not None:
            raise part.failure
        waiting.extend(part.steps)
    return found
