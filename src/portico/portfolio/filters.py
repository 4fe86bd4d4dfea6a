"""Which repositories of a list are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portico.portfolio.decode import RepositoryBody


class Whether(StrEnum):
    """What to do with those that have a property."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    ONLY = "only"

    def allows(self, *, has_it: bool) -> bool:
        """Return whether one that has the property, or has not, is wanted."""
        return self is Whether.INCLUDE or has_it == (self is Whether.ONLY)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a repository must be like. `language` and `topics` are compared without case."""

    forks: Whether = Whether.INCLUDE
    archived: Whether = Whether.INCLUDE
    language: str | None = None
    topics: frozenset[str] = frozenset()

    def matches(self, repository: RepositoryBody) -> bool:
        """Return whether a repository is wanted: it must meet every condition."""
        if not self.forks.allows(has_it=repository.fork):
            return False
        if not self.archived.allows(has_it=repository.archived):
            return False
        if self.language is not None and self.language != (repository.language or "").casefold():
            return False
        return self.topics <= {topic.casefold() for topic in repository.topics}

    def __str__(self) -> str:
        """Return the same text for the same filter: a cursor names the list that it belongs to."""
        topics = ",".join(sorted(self.topics))
        return f"{self.forks};{self.archived};{self.language or ''};{topics}"


EVERYTHING = Filter()


def filter_of(
    *, forks: Whether, archived: Whether, language: str | None, topics: list[str]
) -> Filter:
    """Return the filter that a caller asks for."""
    return Filter(
        forks=forks,
        archived=archived,
        language=language.casefold() if language else None,
        topics=frozenset(topic.casefold() for topic in topics),
    )
