"""Lists in pages: as soon as the first tells how many there are, the others are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from portico.core.message import NO_HEADERS, Headers, Request
from portico.portfolio.decode import Value
from portico.portfolio.part import Step
from portico.portfolio.plan import PAGES_AHEAD, last_known_page
from portico.portfolio.stated import Statement


def _nothing_more(_value: Value, _headers: Headers, /) -> Headers:
    return NO_HEADERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """A list in pages.

    `headers_behind` gives the fields that the requests for further pages carry. More pages than
    `most` GitHub does not give. `moves_on`: each new item moves all others on, some to the next
    page, so a further page may not be older than the one that names it.
    """

    part: str
    request: Request
    read: Callable[[bytes], Value]
    has_none: Callable[[Value], bool]
    statements: tuple[Statement, ...] = ()
    most: int | None = None
    headers_behind: Callable[[Value, Headers], Headers] = _nothing_more
    moves_on: bool = False

    def step(self, number: int, *, planned: int, headers: Headers = NO_HEADERS) -> Step:
        """Return the step for one page. `planned` is the last page that has a step already."""
        query = f"{self.request.query}&page={number}"
        return Step(
            part=self.part,
            name=f"{self.part}/{number}",
            request=replace(self.request, query=query, headers=headers),
            read=self.read,
            then=partial(self._after, number, planned, headers),
            statements=self.statements,
            has_none=self.has_none,
            is_no_older=self.moves_on and number > 1,
        )

    def _after(
        self, number: int, planned: int, sent: Headers, value: Value, headers: Headers, /
    ) -> tuple[Step, ...]:
        # Only the last page that is planned may plan more, as in `portfolio/plan.py`.
        if number != planned:
            return ()
        last = min(last_known_page(number, headers), planned + PAGES_AHEAD)
        if self.most is not None:
            last = min(last, self.most)
        behind = self.headers_behind(value, headers) if number == 1 else sent
        further: Iterable[int] = range(planned + 1, last + 1)
        return tuple(self.step(page, planned=last, headers=behind) for page in further)
