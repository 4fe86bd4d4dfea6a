"""A canned repository on GitHub, for the plans and folds of what is below it.

What a path below it answers is given as bodies page by page, as a status, or as nothing in time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs

from portico.core.message import Headers, Request, Response
from portico.portfolio.part import Part, Step, answered, late
from tests.portfolio.canned import repository

ASKED: Final = "solveig/harbor"
BASE: Final = "/repos/solveig/harbor"
LATE: Final = "late"
# A Sunday at 00:00 UTC.
SUNDAY: Final = 1_793_491_200
WEEK_S: Final = 7 * 86_400
DATE: Final = "Thu, 05 Nov 2026 00:00:00 GMT"

Pages: TypeAlias = list[Any]
Answer: TypeAlias = object


@dataclass
class Harbor:
    """solveig/harbor. `below` says by the path's end what is answered.

    A list in a tuple is a list's pages; an int a status; bytes a body; all else JSON. With
    `tells_last` off, a page tells of the next one only.
    """

    below: Mapping[str, Answer] = field(default_factory=dict)
    body: Answer = field(default_factory=lambda: repository(1, name="harbor"))
    asked: list[Request] = field(default_factory=list)
    tells_last: bool = True

    def part(self, step: Step) -> Part:
        """Answer a step."""
        self.asked.append(step.request)
        answer = self._answer(step.request)
        if answer == LATE:
            return late(step)
        return answered(step, self._response(step.request, answer), age_s=1.0, ttl_s=60.0)

    def _answer(self, request: Request) -> Answer:
        if request.path == BASE:
            return self.body
        accepts_html = request.headers.get("Accept") is not None
        below = request.path.removeprefix(f"{BASE}/") + (".html" if accepts_html else "")
        return self.below.get(below, 404)

    def _response(self, request: Request, answer: Answer) -> Response:
        match answer:
            case int():
                return Response(answer, body=b'{"message":"no"}')
            case bytes():
                return Response(200, Headers([("Date", DATE)]), answer)
            case tuple():
                return self._page(request, answer)
            case _:
                return Response(200, Headers([("Date", DATE)]), json.dumps(answer).encode())

    def _page(self, request: Request, pages: tuple[Any, ...]) -> Response:
        number = int(parse_qs(request.query)["page"][0])
        page = pages[number - 1] if number <= len(pages) else []
        if isinstance(page, int):
            return Response(page, body=b"{}")
        base = "<https://api.github.com/repositories/1/x?page="
        link = f'{base}{number + 1}>; rel="next"'
        if self.tells_last:
            link += f', {base}{len(pages)}>; rel="last"'
        fields = [("Date", DATE), ("Link", link if number < len(pages) else "")]
        return Response(200, Headers(fields), json.dumps(page).encode())


def run(plan: Iterable[Step], harbor: Harbor) -> list[Part]:
    """Run a plan to its end, one step after the other."""
    waiting, parts = list(plan), []
    while waiting:
        part = harbor.part(waiting.pop(0))
        parts.append(part)
        waiting += part.steps
    return parts


def star_weeks(count: int, *, newest: int = SUNDAY, stars: int = 1) -> list[dict[str, Any]]:
    """Return so many weeks, the newest first, with so many stars on each Sunday."""
    return [
        {"week": newest - n * WEEK_S, "total": stars, "days": [stars, 0, 0, 0, 0, 0, 0]}
        for n in range(count)
    ]
