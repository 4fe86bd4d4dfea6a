"""A user's activity over a real socket, the sandbox behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portico.sandbox import Fault, FaultKind, tokens
from tests.support.running import Running, running
from tests.web.schema import faults
from tests.web.test_portfolio import StandingClock, get

PATH = "/v1/users/solveig/activity"
FEED = "/api/v3/users/solveig/events/public?per_page=100&page=1"


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico of the test's own."""
    with running(clock=StandingClock()) as started:
        yield started


def test_whole(portico: Running) -> None:
    """It is complete, as OpenAPI says it is, and its sums agree with one another."""
    reply = get(portico, PATH)
    found = reply.json

    assert (reply.status, found["complete"], found["login"]) == (200, True, "solveig")
    openapi = get(portico, "/openapi.json").json
    assert faults(found, openapi["components"]["schemas"]["UserActivity"], openapi) == []
    places = [place for day in found["items"] for place in day["repositories"]]
    assert found["total"] == sum(place["total"] for place in places) > 0
    assert found["kinds"] == {"push": found["total"]}
    days = [day["day"] for day in found["items"]]
    assert days == sorted(days, reverse=True)
    assert found["since"] == days[-1]


def test_the_second_answer_costs_nothing(portico: Running) -> None:
    """It is sent from the store."""
    get(portico, PATH)
    calls = portico.sandbox.calls()

    second = get(portico, PATH)

    assert portico.sandbox.calls() == calls
    assert second.headers["Portico-Points"].startswith("spent=0")


def test_no_event_falls_between_two_pages(portico: Running) -> None:
    """Where the first page was renewed alone, the second is asked for again too."""
    total = get(portico, PATH).json["total"]
    portico.clock.advance(30)
    for _ in range(3):
        portico.sandbox.world.push("solveig/harbor")
    get(portico, FEED, Cache_Control="no-cache")

    found = get(portico, PATH).json

    assert (found["total"], found["complete"]) == (total + 3, True)


def test_a_confirmation_costs_nothing(portico: Running) -> None:
    """What has not changed is confirmed page by page, and none of them is a point."""
    first = get(portico, PATH).json
    points = portico.sandbox.points()
    portico.clock.advance(61)

    later = get(portico, PATH, Cache_Control="no-cache").json

    assert later["items"] == first["items"]
    assert portico.sandbox.points() == points


def test_nothing_private_whoever_asks(portico: Running) -> None:
    """Also with the user's own token, to which GitHub would tell more elsewhere."""
    for token in (tokens.SOLVEIG, tokens.EIRIK, None):
        named = {"Authorization": f"Bearer {token}"} if token else {}
        body = get(portico, PATH, **named).body.decode()

        assert "secret-cove" not in body
        assert "night-ledger" not in body


def test_unknown_user(portico: Running) -> None:
    """A user who is not there is a problem with status 404."""
    assert get(portico, "/v1/users/nobody-at-all/activity").status == 404


def test_github_fails(portico: Running) -> None:
    """While GitHub tells no events, the document says so and is not taken for an empty one."""
    portico.sandbox.faults.add(Fault(FaultKind.UNICORN, "*/events/public", times=None))

    found = get(portico, PATH).json

    assert (found["items"], found["total"], found["complete"]) == (None, None, False)
