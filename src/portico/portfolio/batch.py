"""Up to a hundred users and repositories in one answer, each with a state of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from portico.portfolio.decode import RepositoryBody, UserBody
from portico.portfolio.model import Composed, PartStateName, RepositoryDetails, User
from portico.portfolio.part import Part, Step
from portico.portfolio.plan import repository_plan, user_plan
from portico.portfolio.shown import details_of, user_of
from portico.portfolio.state import by_name, is_complete, state_of
from portico.portfolio.stated import Statement

MOST_SUBJECTS: Final = 100
_ABSENT: Final = (Statement(404, "absent"),)
_NOT_SERVED: Final = "It belongs to an owner today whose things this Portico does not serve to you."


@dataclass(frozen=True, slots=True)
class Subject:
    """A user, or a repository of theirs, as it was asked for."""

    owner: str
    name: str | None = None

    @property
    def asked(self) -> str:
        """The login, or `owner/name`."""
        return self.owner if self.name is None else f"{self.owner}/{self.name}"

    @property
    def part(self) -> str:
        """The name of its part."""
        return f"{'users' if self.name is None else 'repos'}/{self.asked}"


class BatchItem(BaseModel):
    """One of the things that were asked for."""

    model_config = ConfigDict(frozen=True)

    asked: str = Field(description="The login or `owner/repo`, as it was asked for.")
    state: PartStateName = Field(description="As that of its part; `absent`: GitHub knows none.")
    user: User | None = Field(description="The user or organisation; null for a repository.")
    repository: RepositoryDetails | None = Field(description="The repository; null for a user.")


class Batch(Composed):
    """Many users and repositories. The part of each is named `users/…` or `repos/…`."""

    items: list[BatchItem] = Field(
        description="Users, then repositories, each in the order in which they were asked for."
    )


def subjects_of(users: Iterable[str], repositories: Iterable[str]) -> tuple[Subject, ...]:
    """Return what is asked for, each once: logins, and repositories as `owner/name`.

    Raises:
        ValueError: one of them cannot be, there are none, or too many.

    """
    found: dict[str, Subject] = {}
    for login in users:
        subject = Subject(login)
        user_plan(login)
        found.setdefault(subject.part.lower(), subject)
    for full_name in repositories:
        owner, slash, name = full_name.partition("/")
        if not slash:
            raise ValueError(f"{full_name!r} is no repository: name it owner/repo")
        subject = Subject(owner, name)
        repository_plan(owner, name)
        found.setdefault(subject.part.lower(), subject)
    if not found:
        raise ValueError("Nothing is asked for: name users (user=) or repositories (repo=)")
    if len(found) > MOST_SUBJECTS:
        raise ValueError(f"{len(found)} are too many: ask for {MOST_SUBJECTS} at a time")
    return tuple(found.values())


def batch_plan(subjects: Iterable[Subject]) -> tuple[Step, ...]:
    """Plan a call for each. Raises ValueError as `user_plan` and `repository_plan` do."""
    return tuple(_step(subject) for subject in subjects)


def fold_batch(
    parts: Iterable[Part], *, subjects: Sequence[Subject], is_served: Callable[[str], bool]
) -> Batch:
    """Fold `batch_plan`. Whatever failed is named; it raises nothing.

    `is_served` tells whether an owner's things may be shown: a repository may have moved.
    """
    answers = by_name(parts)
    states, items = [], []
    for subject in subjects:
        state = state_of(subject.part, answers)
        value = answers[subject.part].value
        if isinstance(value, RepositoryBody) and not is_served(value.owner.login):
            value = None
            state = state.model_copy(update={"state": "refused", "reason": _NOT_SERVED})
        states.append(state)
        items.append(
            BatchItem(
                asked=subject.asked,
                state=state.state,
                user=user_of(value) if isinstance(value, UserBody) else None,
                repository=details_of(value, asked=subject.asked)
                if isinstance(value, RepositoryBody)
                else None,
            )
        )
    return Batch(complete=is_complete(states), reduced=[], parts=states, items=items)


def _step(subject: Subject) -> Step:
    owner, name = subject.owner, subject.name
    (step,) = user_plan(owner) if name is None else repository_plan(owner, name)
    # None is the subject of all: where GitHub denies one, the others are there.
    return replace(step, part=subject.part, name=subject.part, is_subject=False, statements=_ABSENT)
