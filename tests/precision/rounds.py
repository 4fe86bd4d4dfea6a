"""What one change did to what was stored: what changed, what was asked again, what stayed stale."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from portico.core.resource import classify
from portico.core.unannounced import are_told_alike

# What lives by its time alone, whatever happens: stars of somebody whom no event names, and an
# index that GitHub renews minutes later.
UNFOLLOWED: Final = frozenset({"starred", "/search/repositories"})


@dataclass(frozen=True, slots=True)
class Stored:
    """One answer that was stored for somebody, and GitHub's after a change."""

    who: str
    target: str
    before: tuple[int, bytes]
    truth: tuple[int, bytes]
    is_asked: bool

    @property
    def facet(self) -> str:
        """Which table of unannounced members is about it."""
        path = self.target.partition("?")[0]
        return classify(path).facet or path

    @property
    def is_changed(self) -> bool:
        """Whether GitHub says anything else than before."""
        return self.before != self.truth

    @property
    def is_told(self) -> bool:
        """Whether it changed in what events tell of."""
        if self.facet in UNFOLLOWED:
            return False
        if self.before[0] != self.truth[0]:
            return True
        return not are_told_alike(self.facet, self.before[1], self.truth[1])

    @property
    def is_stale(self) -> bool:
        """Whether it is shown as before though it changed in what events tell of."""
        return self.is_told and not self.is_asked


@dataclass(frozen=True, slots=True)
class Shown:
    """One composed document before and after a change, and as it is when all is confirmed."""

    name: str
    before: object
    after: object
    truth: object


@dataclass(slots=True)
class Round:
    """One change: its deliveries, and all that was stored."""

    what: str
    events: tuple[str, ...]
    stored: list[Stored] = field(default_factory=list)
    documents: list[Shown] = field(default_factory=list)

    def count(self, *, told: bool = False, changed: bool = False, asked: bool = False) -> int:
        """Count what has all of these."""
        return sum(
            (not told or each.is_told)
            and (not changed or each.is_changed)
            and (not asked or each.is_asked)
            for each in self.stored
        )

    @property
    def recall(self) -> float:
        """Of what changed as events tell, the part that is shown as it is."""
        told = [each for each in self.stored if each.is_told]
        return sum(not each.is_stale for each in told) / len(told) if told else 1.0

    @property
    def precision(self) -> float:
        """Of what was asked again, the part that had changed."""
        asked = self.count(asked=True)
        return self.count(changed=True, asked=True) / asked if asked else 1.0

    @property
    def stale(self) -> list[Stored]:
        """What is shown as it was before, though events tell of it."""
        return [each for each in self.stored if each.is_stale]

    @property
    def needless(self) -> list[Stored]:
        """What was asked again and had not changed."""
        return [each for each in self.stored if each.is_asked and not each.is_changed]
