"""Who could see what at GitHub, when: and therefore what Portico may show to whom.

The rule, for everything of a repository that an answer shows: its asker could see just that at
GitHub at some instant, and

- not longer before the question than the class of route allows (`core/freshness.py`; what events
  keep fresh, `core/coverage.py`);
- not before a loss of access of which Portico had been told, or which it had met with a 401, when
  the question came.

So what somebody never could see is never shown to them, whatever happens.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from portico.core.audience import Audience, Caller
from portico.core.coverage import FRESH_S
from portico.core.freshness import lifetime
from portico.core.happening import Happening
from portico.core.message import Headers, Request
from portico.core.policy import Mode, directives_of
from portico.core.resource import RouteClass, classify
from portico.sandbox import World
from tests.gateway.leak_world import can_see
from tests.gateway.sight_world import Mark, marks_of

# What GitHub's edge answers without a credential may be so old.
EDGE_S: Final = 60.0
# Events that tell that somebody sees less; whether those without a credential do.
_LOSSES: Final = {
    ("repository", "privatized"): True,
    ("member", "removed"): False,
    ("organization", "member_removed"): False,
    ("installation", "suspend"): False,
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question to Portico, put in a step of the play.

    `since` is the earliest instant at which GitHub may have been asked on its behalf: another's
    call that is under way may be shared.
    """

    who: str
    caller: Caller
    step: int
    since: float


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that took access away at `at`, and of which Portico learnt in a step of the play.

    `repositories` None: all. `audience` None: whichever, or only `principals`.
    """

    at: float
    step: int
    learnt_at: float
    repositories: frozenset[int] | None = None
    audience: Audience | None = None
    is_principals: bool = False

    def concerns(self, question: Question, repository_id: int) -> bool:
        """Return whether it bounds what may be shown of a repository in answer to a question."""
        caller = question.caller
        if self.step >= question.step or (self.is_principals and caller.is_public):
            return False
        if self.audience is not None and self.audience != caller.audience:
            return False
        if caller.credential is None and question.since <= self.learnt_at + EDGE_S:
            return False
        return self.repositories is None or repository_id in self.repositories


@dataclass(slots=True)
class Sights:
    """What was seen, and what was lost."""

    last_seen_at: dict[tuple[Audience, Mark], float] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)

    def look(self, world: World, callers: Iterable[Caller]) -> None:
        """Note who sees what at this instant."""
        known = tuple(callers)
        for repository in world.repositories.values():
            marks = marks_of(repository)
            for caller in known:
                if can_see(world, caller, repository):
                    for mark in marks:
                        self.last_seen_at[caller.audience, mark] = world.clock()

    def believe(self, audience: Audience, at: float) -> None:
        """Take it that GitHub confirmed whatever an audience has: a bare 304 says so, wrongly."""
        for whose, mark in self.last_seen_at:
            if whose == audience:
                self.last_seen_at[whose, mark] = at

    def told(self, happening: Happening, world: World, *, at: float, step: int) -> None:
        """Note what Portico has just been told, of what happened at an instant."""
        is_everybodys = _LOSSES.get((happening.event, happening.action or ""))
        if is_everybodys is None:
            return
        if happening.repository is not None:
            concerned = {happening.repository.id}
        else:
            owned = world.owned_by(world.accounts[happening.owner or ""])
            concerned = {each.id for each in owned}
        repositories = frozenset(concerned)
        loss = Loss(at, step, world.clock(), repositories, is_principals=not is_everybodys)
        self.losses.append(loss)

    def restarted(self, now: float) -> None:
        """Note that Portico has forgotten which changes were so recent that the edge may lag.

        What is asked of the edge meanwhile may be shown for as long as its class allows
        (docs/webhooks.md, Limits).
        """
        self.losses = [
            replace(each, learnt_at=math.inf) if now <= each.learnt_at + EDGE_S else each
            for each in self.losses
        ]

    def refused(self, question: Question, *, at: float, step: int) -> None:
        """Note that GitHub has refused a caller's credential, and Portico has passed that on."""
        self.losses.append(Loss(at, step, at, audience=question.caller.audience))

    def judge(
        self, question: Question, shown: Iterable[Mark], what: str, *, allowed_s: float
    ) -> None:
        """Assert the rule for all that an answer shows. `allowed_s`: how old it may be."""
        caller = question.caller
        lag_s = EDGE_S if caller.credential is None else 0.0
        for mark in shown:
            seen_at = self.last_seen_at.get((caller.audience, mark), -math.inf)
            losses = [each.at for each in self.losses if each.concerns(question, mark[0])]
            since = max(question.since - allowed_s - lag_s, *losses, -math.inf)
            is_allowed = seen_at >= max(since, 0.0)
            assert is_allowed, f"{question.who} was shown {mark} of {what}: {seen_at} < {since}"


def allowed_s(request: Request, mode: Mode, headers: Headers, *, is_covered: bool) -> float:
    """Return how old an answer may be that came about like this, in seconds."""
    route_class, wishes = classify(request.path, request.query).route_class, directives_of(request)
    if route_class is RouteClass.OWN or wishes.no_cache:
        return 0.0
    life = lifetime(route_class, status=200, cache_control=headers.get("Cache-Control"))
    if mode is Mode.RESCUED:
        return life.fresh_s + life.rescue_s
    covered: Mapping[RouteClass, float] = FRESH_S if is_covered else {}
    fresh_s = max(life.fresh_s, covered.get(route_class, 0.0))
    return fresh_s + max(life.stale_s, min(wishes.max_stale_s, life.rescue_s))
