"""Proofs of access: GitHub's word on whether an audience can see a repository, and when it ends.

Pure; `gateway/access.py` asks. A proof is GitHub's answer to `GET /repos/{owner}/{repo}` on behalf
of that audience, for the repository's id: a name may lead to another repository by now. It ends
with every happening that may take the access away, or give it, and after a bounded time, as a
delivery may be lost. After such a happening GitHub is not asked at once: its replicas lag.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from portico.core.audience import PUBLIC, Audience
from portico.core.happening import Happening, RepositoryRef
from portico.core.marks import Marks

# As long as a repository itself is fresh (`core/freshness.py`): whoever asked the proxy instead
# would be shown it for as long. Only the privatisation that nobody delivered waits for this.
GRANTED_S: Final = 300.0
# A denial costs a point where a confirmation is free; and who was let in waits for its end.
DENIED_S: Final = 60.0
# How long GitHub may go on answering as before: its replicas lag by seconds,
SETTLING_S: Final = 10.0
# and what it answers without a credential may come from a cache of its own that keeps it for 60 s.
SETTLING_AT_THE_EDGE_S: Final = 70.0
MOST_PROOFS: Final = 20_000

# Happenings that change who can see a repository; no actions: each of them.
_FOR_EVERYBODY: Final[dict[str, frozenset[str]]] = {
    "repository": frozenset(
        {"created", "deleted", "privatized", "publicized", "renamed", "transferred"}
    ),
    "public": frozenset(),
    "organization": frozenset({"deleted", "renamed"}),
    "installation_target": frozenset(),
}
# And of these only those who have a credential: everybody else never had a right of their own.
_FOR_PRINCIPALS: Final = frozenset(
    {
        "github_app_authorization",
        "installation",
        "installation_repositories",
        "member",
        "membership",
        "org_block",
        "organization",
        "personal_access_token_request",
        "team",
        "team_add",
    }
)
_ANYTHING: Final = "anything"


@dataclass(frozen=True, slots=True)
class Ending:
    """Proofs that a happening ends: those about one of `subjects`, or only the principals'."""

    subjects: frozenset[str]
    is_for_principals_only: bool = False


def ending_of(happening: Happening) -> Ending | None:
    """Return which proofs a happening ends, None if it is not about access."""
    actions = _FOR_EVERYBODY.get(happening.event)
    if actions is not None and (not actions or happening.action in actions):
        return Ending(_subjects_of(happening))
    if happening.event in _FOR_PRINCIPALS:
        return Ending(_subjects_of(happening), is_for_principals_only=True)
    return None


def _subjects_of(happening: Happening) -> frozenset[str]:
    """Return the repository, else the account with all its repositories, else anything."""
    former = happening.repositories.get("former", ())
    if happening.repository is not None:
        return frozenset().union(*map(_by_name_and_id, (happening.repository, *former)))
    owners = {happening.owner, *(each.login for each in happening.accounts.get("former_owner", ()))}
    return frozenset({f"owner:{login.lower()}" for login in owners if login} or {_ANYTHING})


def _by_name_and_id(repository: RepositoryRef) -> frozenset[str]:
    return frozenset({f"repo:{repository.full_name.lower()}", f"repo:#{repository.id}"})


@dataclass(frozen=True, slots=True)
class _Proof:
    is_granted: bool
    subjects: frozenset[str]
    position: int
    asked_at: float
    until: float


class Proofs:
    """What GitHub has said of who can see which repository. Times are Unix seconds."""

    def __init__(self, *, most: int = MOST_PROOFS) -> None:
        self._most: Final = most
        self._marks = Marks(most_tags=most)
        self._ended_at: OrderedDict[str, float] = OrderedDict()
        self._held: OrderedDict[tuple[Audience, int], _Proof] = OrderedDict()
        # With the position at which it was asked: the proof may be by another name by now.
        self._ids: OrderedDict[tuple[Audience, str], tuple[int, int]] = OrderedDict()

    @property
    def position(self) -> int:
        """How many happenings have ended proofs; note it before asking."""
        return self._marks.position

    def at_hand(self, audience: Audience, repository_id: int, *, now: float) -> bool | None:
        """Return whether the audience can see a repository, None if GitHub is to be asked."""
        proof = self._held.get((audience, repository_id))
        # What is from the future was asked before the clock was set back, nobody knows when.
        if proof is None or not proof.asked_at <= now < proof.until:
            return None
        if self._marks.touched_since(proof.subjects, proof.position):
            return None
        return proof.is_granted

    def found_at(self, audience: Audience, name: str, *, now: float) -> int | None:
        """Return the repository that a name (lower case) leads to, if that is proven."""
        found, asked_at = self._ids.get((audience, name), (None, 0))
        if found is None or not self.at_hand(audience, found, now=now):
            return None
        return None if self.is_over(audience, subjects_of(name), since=asked_at) else found

    def settling_s(
        self, audience: Audience, subjects: frozenset[str], *, has_credential: bool, now: float
    ) -> float:
        """Return for how many seconds GitHub may still answer as before the latest happening."""
        needed_s = SETTLING_S if has_credential else SETTLING_AT_THE_EDGE_S
        concerned = _concerning(audience, subjects)
        ended_at = max(self._ended_at.get(each, float("-inf")) for each in concerned)
        return max(0.0, ended_at + needed_s - now)

    def is_over(self, audience: Audience, subjects: frozenset[str], *, since: int) -> bool:
        """Return whether what was asked at the position `since` proves nothing any more."""
        return self._marks.touched_since(_concerning(audience, subjects), since)

    def learn(
        self,
        audience: Audience,
        repository_id: int,
        subjects: frozenset[str],
        *,
        is_granted: bool,
        position: int,
        asked_at: float,
    ) -> None:
        """Hold what GitHub said when it was asked at this position and instant."""
        until = asked_at + (GRANTED_S if is_granted else DENIED_S)
        key = (audience, repository_id)
        self._held.pop(key, None)
        concerned = _concerning(audience, subjects)
        self._held[key] = _Proof(is_granted, concerned, position, asked_at, until)
        while len(self._held) > self._most:
            self._held.popitem(last=False)

    def name(self, audience: Audience, name: str, repository_id: int, *, position: int) -> None:
        """Note to which repository a name (lower case) led when GitHub was asked at this position.

        It holds as long as a proof of the repository, and until something happens to the name.
        """
        self._ids.pop((audience, name), None)
        self._ids[audience, name] = (repository_id, position)
        while len(self._ids) > self._most:
            self._ids.popitem(last=False)

    def end(self, ending: Ending, *, now: float) -> None:
        """End all proofs that a happening may have made wrong."""
        subjects = ending.subjects
        if ending.is_for_principals_only:
            subjects = frozenset(_of_principals(each) for each in subjects)
        self._marks.add(subjects)
        for each in subjects:
            self._ended_at.pop(each, None)
            self._ended_at[each] = now
        while len(self._ended_at) > self._most:
            self._ended_at.popitem(last=False)


def subjects_of(full_name: str, *repository_ids: int) -> frozenset[str]:
    """Return all by which a happening can be about a repository."""
    name = full_name.lower()
    by_id = (f"repo:#{each}" for each in repository_ids)
    return frozenset({_ANYTHING, f"repo:{name}", f"owner:{name.partition('/')[0]}", *by_id})


def _concerning(audience: Audience, subjects: frozenset[str]) -> frozenset[str]:
    if audience == PUBLIC:
        return subjects
    return subjects | {_of_principals(each) for each in subjects}


def _of_principals(subject: str) -> str:
    return f"principals:{subject}"
