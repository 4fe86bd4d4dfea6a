"""Asks GitHub whether somebody can see a repository, once for all who listen as the same audience.

The judging is in `core/proofs.py`; here are the waiting and the asking. Rule: only an answer counts
that GitHub gave to a request made after this was asked. What is stored does not, however fresh, nor
does the answer to a call that somebody else had made before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from portico.core.audience import Audience, Caller
from portico.core.errors import CallerError, GitHubBroken, PorticoError
from portico.core.key import key_of
from portico.core.message import Headers
from portico.core.policy import Mode
from portico.core.proofs import SETTLING_S, Ending, Proofs, subjects_of
from portico.gateway.flight import Flights
from portico.gateway.gateway import Gateway
from portico.gateway.gather import gather
from portico.gateway.ports import Clock
from portico.portfolio.decode import RepositoryBody
from portico.portfolio.part import Part, Step
from portico.portfolio.plan import repository_plan

# GitHub must confirm it: what is stored would prove what was.
_CONFIRMED: Final = Headers([("Cache-Control", "no-cache")])
_BY_GITHUB: Final = frozenset({Mode.REVALIDATED, Mode.CHANGED, Mode.MISS, Mode.COALESCED})
# A call that was under way is shared at most once: the next is begun for this.
_ATTEMPTS: Final = 2


class Settling(PorticoError):
    """Who may see it has just changed, and GitHub may still answer as before."""

    code = "settling"
    status = 503
    title = "Who may see this has just changed"
    advice = "Try again after the time given."


@dataclass(frozen=True, slots=True)
class Sight:
    """What GitHub said: the repository that a name leads to, or why it shows none.

    `position` is that of the proofs when it was asked, at `asked_at` (Unix seconds); `points` and
    `mode` are what it cost and how it came about. `is_shared`: it was asked for somebody else.
    """

    repository_id: int | None
    denial: CallerError | None
    subjects: frozenset[str]
    position: int
    asked_at: float
    points: int = 0
    mode: Mode = Mode.HIT
    is_shared: bool = False


class Access:
    """Who can see which repository, by GitHub's own word."""

    def __init__(self, gateway: Gateway, clock: Clock, *, deadline_s: float) -> None:
        self._gateway = gateway
        self._clock = clock
        self._deadline_s = deadline_s
        self._proofs = Proofs()
        self._flights: Flights[Sight] = Flights(_nothing_to_let_go)

    def at_hand(self, audience: Audience, repository_id: int) -> bool | None:
        """Return whether an audience can see a repository; None: GitHub is to be asked."""
        return self._proofs.at_hand(audience, repository_id, now=self._clock.now())

    def found_at(self, audience: Audience, full_name: str) -> int | None:
        """Return the id of the repository that a name leads to, if that is proven and at hand."""
        return self._proofs.found_at(audience, full_name.lower(), now=self._clock.now())

    def end(self, ending: Ending) -> None:
        """End all proofs that a happening may have made wrong."""
        self._proofs.end(ending, now=self._clock.now())

    async def ask(
        self, full_name: str, caller: Caller, *, repository_id: int | None = None
    ) -> Sight:
        """Ask GitHub what a name leads to, or share the answer of somebody who has begun to.

        What it proves is at hand from then on, unless it has ended meanwhile: of the repository
        that was found, and of `repository_id`, if that is another or none was found.

        Raises:
            Settling: GitHub may answer as before the latest change for too long to wait.
            PorticoError: GitHub failed, a limit stands in the way, or too many calls wait already:
                nothing is known.

        """
        try:
            (step,) = repository_plan(*full_name.split("/", 1))
        except ValueError as error:
            # GitHub has none of that name, whatever a delivery says.
            denial, subjects = CallerError(str(error)), subjects_of(full_name)
            sight = Sight(None, denial, subjects, self._proofs.position, self._clock.now())
            self._learn(sight, full_name, caller.audience, repository_id)
            return sight
        subjects = subjects_of(full_name, *_known(repository_id))
        sight, leads = await self._flights.join(
            key_of(step.request, caller.audience),
            lambda _: self._look(step, caller, subjects),
            lane=caller.lane,
            position=self._proofs.position,
            is_outdated=lambda since: self._proofs.is_over(caller.audience, subjects, since=since),
        )
        self._learn(sight, full_name, caller.audience, repository_id)
        return sight if leads else replace(sight, is_shared=True)

    async def drain(self, patience_s: float) -> None:
        """Finish what is under way, at most `patience_s` seconds."""
        await self._flights.drain(patience_s)

    async def _look(self, step: Step, caller: Caller, subjects: frozenset[str]) -> Sight:
        await self._settled(caller, subjects)
        position, asked_at = self._proofs.position, self._clock.now()
        part = await self._confirmed(step, caller)
        if isinstance(part.failure, CallerError):
            points, mode = part.points, part.mode
            return Sight(None, part.failure, subjects, position, asked_at, points, mode)
        if part.failure is not None or not isinstance(part.value, RepositoryBody):
            raise part.failure or GitHubBroken(f"GitHub's answer to {step.request.path} is none")
        found = part.value
        found_as = subjects | subjects_of(found.full_name, found.id)
        return Sight(found.id, None, found_as, position, asked_at, part.points, part.mode)

    async def _settled(self, caller: Caller, subjects: frozenset[str]) -> None:
        """Return when GitHub can be expected to know of what ended the last proof."""
        while wait_s := self._proofs.settling_s(
            caller.audience,
            subjects,
            has_credential=caller.credential is not None,
            now=self._clock.now(),
        ):
            if wait_s > SETTLING_S:
                raise Settling(retry_after_s=wait_s)
            await self._clock.sleep(wait_s)

    async def _confirmed(self, step: Step, caller: Caller) -> Part:
        """Return GitHub's answer to a call that was made after this was asked.

        Raises:
            GitHubBroken: there is none.

        """
        for _ in range(_ATTEMPTS):
            asked_at = self._clock.now()
            (part,) = await gather(
                self._gateway,
                (step,),
                caller,
                deadline_s=self._deadline_s,
                directives=_CONFIRMED,
            )
            is_newer = part.age_s <= self._clock.now() - asked_at
            if part.failure is not None or (part.mode in _BY_GITHUB and is_newer):
                return part
        raise GitHubBroken(f"Nobody confirmed {step.request.path} just now")

    def _learn(
        self, sight: Sight, full_name: str, audience: Audience, repository_id: int | None
    ) -> None:
        for each in {*_known(sight.repository_id), *_known(repository_id)}:
            self._proofs.learn(
                audience,
                each,
                sight.subjects | subjects_of(full_name, each),
                is_granted=each == sight.repository_id,
                position=sight.position,
                asked_at=sight.asked_at,
            )
        if sight.repository_id is not None:
            name = full_name.lower()
            self._proofs.name(audience, name, sight.repository_id, position=sight.position)


def _known(repository_id: int | None) -> tuple[int, ...]:
    return () if repository_id is None else (repository_id,)


async def _nothing_to_let_go(_: Sight) -> None:
    """See to a result that nobody waits for any more: it holds nothing open."""
