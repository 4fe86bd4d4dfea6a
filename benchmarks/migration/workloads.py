"""What the stages are asked: four workloads, each with the calls to GitHub that it takes.

The number of calls and their depth are not claimed but counted, by walking the very plan that
all stages run, over what the stub answers. The depth is the number of calls that must wait for
one another: depth times latency is the least that any server can take.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.harness import world
from benchmarks.harness.order import COUNTER
from benchmarks.migration.stages import Kind, Stage
from portico.core.message import Headers, Response
from portico.portfolio.part import Step, answered
from portico.portfolio.plan import portfolio_plan, repositories_plan, repository_plan

OWNER: Final = "solveig"
REPOSITORY: Final = "harbor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One question. `repositories` are those of the login that it is asked about.

    It is not asked by more than `most_callers` at once.
    """

    name: str
    title: str
    repositories: int
    route: Callable[[Stage], str]
    plan: Callable[[str], tuple[Step, ...]]
    most_callers: int = 2_000

    @property
    def login(self) -> str:
        """The login that is asked about where it may be the same each time."""
        return f"{OWNER}-{self.repositories}"

    def target(self, stage: Stage) -> str:
        """Return what a stage is asked: the same each time, but for a cold Portico."""
        if stage.kind is Kind.PORTICO_COLD:
            return self._filled(stage, COUNTER)
        return self._filled(stage, "")

    def steady_target(self, stage: Stage) -> str:
        """Return what any stage can be asked again and again."""
        return self._filled(stage, "")

    def shape(self) -> Shape:
        """Count the calls that the plan takes, and how deep they are."""
        calls, depth, steps = 0, 0, self.plan(self.login)
        while steps:
            calls, depth = calls + len(steps), depth + 1
            steps = tuple(further for step in steps for further in _after(step))
        return Shape(calls, depth)

    def _filled(self, stage: Stage, number: str) -> str:
        filled = {
            "{login}": f"{OWNER}{number}-{self.repositories}",
            "{owner}": OWNER,
            "{repo}": f"{REPOSITORY}{number}",
        }
        target = self.route(stage)
        for name, value in filled.items():
            target = target.replace(name, value)
        return target


@dataclass(frozen=True, slots=True)
class Shape:
    """How many calls to GitHub a workload takes, and how many of them one after the other."""

    calls: int
    depth: int

    def critical_s(self, latency_s: float) -> float:
        """Return the least time that an answer can take, in seconds."""
        return self.depth * latency_s


def _after(step: Step) -> tuple[Step, ...]:
    found = world.find(step.request.target)
    if found is None:
        raise LookupError(f"the stub has nothing at {step.request.target}")
    fields = Headers([("Link", found.link("api.github.com"))] if found.pages else [])
    return answered(step, Response(200, fields, found.body)).steps


WORKLOADS: Final = (
    Workload(
        name="one",
        title="one call",
        repositories=28,
        route=lambda stage: stage.one,
        plan=lambda _: repository_plan(OWNER, REPOSITORY),
    ),
    Workload(
        name="repositories",
        title="a user's repositories",
        repositories=28,
        route=lambda stage: stage.repositories,
        plan=repositories_plan,
    ),
    Workload(
        name="portfolio-30",
        title="portfolio of 30 calls",
        repositories=28,
        route=lambda stage: stage.portfolio,
        plan=lambda login: portfolio_plan(login, frugal=False),
    ),
    Workload(
        name="portfolio-120",
        title="portfolio of 120 calls",
        repositories=117,
        # More callers would want tens of thousands of calls at once, and show only collapse.
        most_callers=50,
        route=lambda stage: stage.portfolio,
        plan=lambda login: portfolio_plan(login, frugal=False),
    ),
)
