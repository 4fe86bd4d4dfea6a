"""What the folds of a repository's documents have in common: the repository, and the states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from portico.portfolio.decode import RepositoryBody
from portico.portfolio.model import PartState
from portico.portfolio.part import Part
from portico.portfolio.repository.model import Subject
from portico.portfolio.shown import renamed_from, web_url
from portico.portfolio.state import answers_of, state_of

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Told:
    """The parts of a plan, and what the first of them tells of the repository itself."""

    parts: Mapping[str, Part]
    body: RepositoryBody | None
    subject: Subject | None

    def values(self, kind: type[_T]) -> list[_T]:
        """Return the answers of a kind, by the names of their steps."""
        return [part.value for part in self.parts.values() if isinstance(part.value, kind)]

    def states(self, *names: str) -> list[PartState]:
        """Return how the repository and the named parts came about."""
        return [state_of(name, self.parts) for name in ("repo", *names)]


def told_by(parts: Iterable[Part], *, asked: str) -> Told:
    """Return the parts by name. `asked` is the `owner/name` that was asked for.

    Raises:
        PorticoError: GitHub denies the repository, or nothing answered.

    """
    answers = answers_of(parts)
    value = answers["repo"].value if "repo" in answers else None
    body = value if isinstance(value, RepositoryBody) else None
    return Told(answers, body, _subject(body, asked) if body else None)


def _subject(body: RepositoryBody, asked: str) -> Subject:
    return Subject(
        full_name=body.full_name,
        id=body.id,
        html_url=web_url(body.html_url),
        default_branch=body.default_branch,
        renamed_from=renamed_from(body, asked),
    )
