"""What a day is made of: who asks for what and when, of which world, and what happens in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from benchmarks.points.world import Change
from portico.core.message import Request
from portico.portfolio.part import Step
from portico.sandbox import World

Ask: TypeAlias = tuple[float, str]
"""An instant in Unix seconds, and the name of the question that is asked then."""

Question: TypeAlias = Request | tuple[Step, ...]
"""A read of the proxy's, or the plan of a composed document."""


class Trace(Protocol):
    """A sort of day. All that is drawn is drawn from the seed, and all `hours` begin at once.

    `names` are the repositories, the busiest first.
    """

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        ...

    @property
    def asked(self) -> str:
        """What its questions are called in tables, in the plural."""
        ...

    def world(self, now: Callable[[], float]) -> World:
        """Return the world as it is when the day begins."""
        ...

    def register_hooks(self, world: World) -> None:
        """Let the world tell Portico what happens in it."""
        ...

    def questions(self, full_name: str) -> Mapping[str, Question]:
        """Return all questions, by name, whose answer may change with this repository."""
        ...

    def asks(self, names: Sequence[str], *, hours: float, seed: int) -> Iterator[Ask]:
        """Draw all questions, in order."""
        ...

    def changes(self, names: Sequence[str], *, hours: float, seed: int) -> Iterable[Change]:
        """Draw what happens, in any order."""
        ...

    def sentence(self, *, hours: float, answers: int, parts: int, resources: int) -> str:
        """Say what was asked: so many times, made of so many answers, about so many resources."""
        ...
