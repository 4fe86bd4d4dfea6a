"""`Portico-Points` over a real socket: what each answer cost, and what it saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portico.sandbox import tokens
from tests.support.raw_client import ask
from tests.support.running import Running, running

PORTFOLIO = "/v1/users/solveig/portfolio"
HARBOR = "/api/v3/repos/solveig/harbor"


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico with a store of its own."""
    with running() as started:
        yield started


def points(portico: Running, path: str, method: str = "GET", body: bytes | None = None) -> str:
    """Ask as Solveig and return what the answer tells of its cost."""
    reply = ask(f"{portico.url}{path}", method, token=tokens.SOLVEIG, body=body)
    return reply.headers["Portico-Points"]


def test_a_read_costs_a_point_once(portico: Running) -> None:
    """Asked anew it costs; from the store, and by a 304, it saves."""
    asked = [points(portico, HARBOR), points(portico, HARBOR)]
    portico.clock.advance(400_000)
    asked.append(points(portico, HARBOR))

    assert asked == ["spent=1, saved=0", "spent=0, saved=1", "spent=0, saved=1"]
    log = [each for each in portico.sandbox.log if each.path == "/repos/solveig/harbor"]
    assert sum(each.points for each in log) == 1


def test_a_portfolio_tells_what_all_its_parts_cost(portico: Running) -> None:
    """What GitHub counted is what was told; the same again, kept whole or not, saves it all."""
    first = points(portico, PORTFOLIO)
    counted = portico.sandbox.points()
    second, third = points(portico, PORTFOLIO), points(portico, PORTFOLIO)

    assert first == f"spent={counted}, saved=0"
    assert second == third == f"spent=0, saved={counted}"


def test_a_write_costs_and_saves_nothing(portico: Running) -> None:
    """Writes are passed on, each for its point."""
    assert points(portico, f"{HARBOR}/issues", "POST", b'{"title":"x"}') == "spent=1, saved=0"
