"""What one policy's answers were like: how many, and how stale."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from portico.core.resource import RouteClass


@dataclass(slots=True)
class Tally:
    """Answers, and the parts that they were made of by class of route.

    An answer is as stale as the stalest of its parts. Staleness is kept where it is above zero.
    """

    answers: int = 0
    stale_s: array[float] = field(default_factory=lambda: array("d"))
    parts: Counter[RouteClass] = field(default_factory=Counter)
    stale_parts_s: dict[RouteClass, array[float]] = field(default_factory=dict)

    def add(self, parts: Iterable[tuple[RouteClass, float]]) -> None:
        """Note one answer: the class and the staleness in seconds of each of its parts."""
        self.answers += 1
        most_s = 0.0
        for route_class, stale_s in parts:
            self.parts[route_class] += 1
            if stale_s:
                self.stale_parts_s.setdefault(route_class, array("d")).append(stale_s)
                most_s = max(most_s, stale_s)
        if most_s:
            self.stale_s.append(most_s)

    @property
    def stale_parts(self) -> int:
        """How many parts had been outdated."""
        return sum(map(len, self.stale_parts_s.values()))
