"""Kept documents over a real socket: what the route would answer, and only where that is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from portico.sandbox import tokens
from tests.support.raw_client import Reply, ask
from tests.support.running import Running, running
from tests.web.test_portfolio import StandingClock

PORTFOLIO = "/v1/users/solveig/portfolio"
# Of each answer its own.
PASSING = ("X-Request-Id", "date")


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico of the test's own."""
    with running(clock=StandingClock()) as started:
        yield started


def thrice(portico: Running, target: str = PORTFOLIO, **fields: str) -> list[Reply]:
    """Ask three times: the first fetches, the second makes of hits what the third is sent."""
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return [ask(portico.url + target, headers=headers) for _ in range(3)]


def lasting(reply: Reply) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return an answer without what is of this one answer alone."""
    fields = [(name.lower(), value) for name, value in reply.headers.items()]
    unlike = {name.lower() for name in PASSING}
    return reply.status, [field for field in fields if field[0] not in unlike], reply.body


@pytest.mark.parametrize(
    "target",
    [
        PORTFOLIO,
        "/v1/users/solveig",
        "/v1/users/solveig/repos?sort=stars&limit=5",
        "/v1/users/nordlys/languages",
        "/v1/repos/solveig/old-harbor",
    ],
)
@pytest.mark.parametrize(
    "fields", [{}, {"Accept_Encoding": "gzip"}, {"If_None_Match": "*"}, {"If_None_Match": '"x"'}]
)
def test_what_is_kept_is_answered_as_the_route_does(
    portico: Running, target: str, fields: Mapping[str, str]
) -> None:
    """Status, fields and body are those of an answer made of hits part by part."""
    _, made, kept = thrice(portico, target, **fields)

    assert lasting(kept) == lasting(made)


def test_the_ages_are_those_of_the_answer(portico: Running) -> None:
    """A document that is sent again is as old as its parts are then."""
    thrice(portico)
    portico.clock.advance(100)

    reply = ask(portico.url + PORTFOLIO)

    assert [part["age_s"] for part in reply.json["parts"]] == [100, 100, 100]
    assert reply.headers["Age"] == "100"
    assert reply.headers["Cache-Status"] == "Portico; hit; ttl=200; detail=hit"


@pytest.mark.parametrize(
    "wish", [{"Cache-Control": "no-cache"}, {"Cache-Control": "max-age=50"}, {"Pragma": "no-cache"}]
)
def test_who_wants_it_fresher_gets_it_fresher(portico: Running, wish: dict[str, str]) -> None:
    """A caller's directives hold for each part, however good the kept document is for others."""
    thrice(portico)
    portico.clock.advance(100)
    portico.sandbox.reset_counters()

    reply = ask(portico.url + PORTFOLIO, headers=wish)

    assert portico.sandbox.calls() == reply.json["parts"][2]["asked"] + 3
    assert {part["age_s"] for part in reply.json["parts"]} == {0}


def test_what_was_asked_for_strictly_is_kept_for_nobody(portico: Running) -> None:
    """A directive that lets stale answers count as good is its sender's own."""
    wish = {"Cache-Control": "only-if-cached, max-stale"}
    ask(portico.url + PORTFOLIO)
    for _ in range(2):
        ask(portico.url + PORTFOLIO, headers=wish)
    portico.clock.advance(301)
    portico.sandbox.reset_counters()

    reply = ask(portico.url + PORTFOLIO)

    assert "stale" in reply.headers["Cache-Status"]


def test_a_write_is_seen_at_once(portico: Running) -> None:
    """What was changed through Portico is in the next document, whoever asks for it."""
    thrice(portico)
    own = f"{portico.url}/api/v3/repos/solveig/harbor"
    ask(own, "PATCH", token=tokens.SOLVEIG, body=b'{"description":"Ebb"}')

    found = ask(portico.url + PORTFOLIO).json["repositories"]

    assert {each["description"] for each in found if each["name"] == "harbor"} == {"Ebb"}


def test_each_caller_has_documents_of_their_own(portico: Running) -> None:
    """What is kept for everybody is sent to nobody who brings a credential."""
    thrice(portico)
    portico.sandbox.reset_counters()

    own = ask(portico.url + PORTFOLIO, token=tokens.SOLVEIG)

    assert portico.sandbox.calls() > 100
    assert own.headers["Cache-Control"].startswith("private")


def test_a_credential_that_cannot_be_read_is_refused(portico: Running) -> None:
    """A kept document excuses nobody from being understood."""
    thrice(portico)

    reply = ask(portico.url + PORTFOLIO, headers={"Authorization": "Bearer a b"})

    assert reply.status == 401


def test_head_is_answered_without_a_body(portico: Running) -> None:
    """HEAD has the fields of GET."""
    _, _, kept = thrice(portico)

    head = ask(portico.url + PORTFOLIO, "HEAD")

    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == kept.headers["Content-Length"]
