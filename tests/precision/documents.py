"""Documents that are composed of many stored answers, as the clean endpoints compose them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

from pydantic import BaseModel

from portico.core.errors import PorticoError
from portico.portfolio.fold import fold_languages, fold_portfolio, fold_repository
from portico.portfolio.part import Part, Step
from portico.portfolio.plan import languages_plan, portfolio_plan, repository_plan
from tests.precision.paths import HARBOR, ORGANIZATION, OWNERS

Fold: TypeAlias = Callable[[Iterable[Part]], BaseModel]

# How a document came about, and under its names here what no event tells of
# (`core/unannounced.py`).
_LEFT_OUT: Final = frozenset(
    {"parts", "complete", "updated_at", "size_kib", "forks", "watchers", "network", "language"}
    | {"license", "parent", "source", "avatar_url", "followers", "following"}
)


@dataclass(frozen=True, slots=True)
class Document:
    """One clean endpoint's answer: how it is planned and folded."""

    name: str
    steps: tuple[Step, ...]
    fold: Fold

    def of(self, parts: Iterable[Part]) -> Any:  # noqa: ANN401 (JSON)
        """Return what it says, apart from what no event tells of."""
        try:
            return _told(self.fold(parts).model_dump(mode="json"))
        except PorticoError as refused:
            return refused.code


def documents() -> tuple[Document, ...]:
    """Return those that are looked at after each change."""
    owner, name = HARBOR.split("/")
    whose = (ORGANIZATION, *OWNERS[1:])
    return (
        Document(HARBOR, repository_plan(owner, name), fold_repository),
        *(
            Document(
                f"portfolio of {login}",
                portfolio_plan(login, frugal=False),
                partial(fold_portfolio, frugal=False),
            )
            for login in whose
        ),
        Document(
            f"languages of {ORGANIZATION}",
            languages_plan(ORGANIZATION, frugal=False),
            partial(fold_languages, frugal=False),
        ),
    )


def _told(found: Any) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(found, list):
        return [_told(each) for each in found]
    if isinstance(found, dict):
        return {name: _told(value) for name, value in found.items() if name not in _LEFT_OUT}
    return found
