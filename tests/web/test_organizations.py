"""Organisations, filters and `fields`, over a real socket, against the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portico.sandbox import tokens
from tests.support.raw_client import Reply, ask
from tests.support.running import Running, running

PATHS = ("", "/repos", "/languages", "/portfolio")


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico with a store of its own."""
    with running() as started:
        yield started


def get(portico: Running, path: str, token: str | None = None) -> Reply:
    """Ask for a path."""
    return ask(f"{portico.url}/v1{path}", token=token)


@pytest.mark.parametrize("path", PATHS)
def test_the_second_answer_costs_nothing(portico: Running, path: str) -> None:
    """Each endpoint of an organisation is answered from the store the next time."""
    first = get(portico, f"/orgs/nordlys{path}")
    calls = portico.sandbox.calls()
    second = get(portico, f"/orgs/Nordlys{path}")

    assert (first.status, second.status) == (200, 200)
    # The parts tell how old they are, and that they were stored.
    documents = [reply.json | {"parts": None} for reply in (first, second)]
    assert documents[0] == documents[1]
    assert portico.sandbox.calls() == calls


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("login", ["solveig", "nobody-at-all"])
def test_what_is_no_organisation_is_not_found(portico: Running, login: str, path: str) -> None:
    """A user's login is no organisation's."""
    assert get(portico, f"/orgs/{login}{path}").status == 404


@pytest.mark.parametrize("path", ["/repos", "/portfolio"])
def test_private_repositories_are_shown_to_nobody(portico: Running, path: str) -> None:
    """Not even to a member whose token sees them: this is the public picture."""
    secret = portico.sandbox.world["nordlys/aurora-internal"]
    for token in (None, *(each.value for each in portico.sandbox.world.tokens.values())):
        reply = get(portico, f"/orgs/nordlys{path}", token)

        assert secret.name.encode() not in reply.body
        assert secret.secret.encode() not in reply.body


def test_a_portfolio_is_the_organisation_and_what_it_has(portico: Running) -> None:
    """The whole picture holds what the single endpoints hold."""
    whole = get(portico, "/orgs/nordlys/portfolio").json

    assert whole["organization"] == get(portico, "/orgs/nordlys").json
    assert whole["totals"]["repositories"] == get(portico, "/orgs/nordlys/repos").json["total"]
    assert whole["complete"] is True


@pytest.mark.parametrize(
    ("query", "is_wanted"),
    [
        ("forks=only", lambda one: one["fork"]),
        ("forks=exclude", lambda one: not one["fork"]),
        ("archived=only", lambda one: one["archived"]),
        ("archived=exclude&forks=exclude", lambda one: not one["archived"] and not one["fork"]),
        ("language=rust", lambda one: one["language"] == "Rust"),
        ("topic=sea", lambda one: "sea" in one["topics"]),
    ],
)
def test_a_filter_shows_just_those(
    portico: Running, query: str, is_wanted: Callable[[dict[str, Any]], bool]
) -> None:
    """All pages together are what the filter lets through of all, and the total says how many."""
    everything = pages(portico, "")
    expected = sorted(one["id"] for one in everything if is_wanted(one))

    found = pages(portico, query)

    assert sorted(one["id"] for one in found) == expected
    assert get(portico, f"/users/solveig/repos?{query}").json["total"] == len(expected)


def pages(portico: Running, query: str) -> list[dict[str, Any]]:
    """Return the repositories of all pages of a list."""
    found, cursor = [], ""
    while True:
        page = get(portico, f"/users/solveig/repos?limit=50&{query}{cursor}").json
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("forks=maybe", "'include', 'exclude' or 'only'"),
        ("topic=x&" * 30, "topic"),
        ("language=" + "x" * 200, "language"),
        ("fields=itms", "did you mean items?"),
        ("fields=items.nmae", "there is no items.nmae"),
        ("fields=items&fields=total", "in one parameter"),
    ],
)
def test_a_wrong_parameter_is_named_and_costs_nothing(
    portico: Running, query: str, said: str
) -> None:
    """400 with what would do, before GitHub is asked."""
    reply = get(portico, f"/users/solveig/repos?{query}")

    assert reply.status == 400
    assert said in reply.json["detail"]
    assert portico.sandbox.calls() == 0


def test_a_cursor_belongs_to_its_filters(portico: Running) -> None:
    """With other filters it would skip or repeat."""
    cursor = get(portico, "/users/solveig/repos?limit=1&forks=exclude").json["next"]

    reply = get(portico, f"/users/solveig/repos?limit=1&cursor={cursor}")

    assert reply.status == 400
    assert "other filters" in reply.json["detail"]


def test_fields_are_all_that_is_sent(portico: Running) -> None:
    """A document cut to what is wanted, kept or not, with what it says of itself."""
    path = "/users/solveig/portfolio?fields=user.login,repositories.full_name"
    replies = [get(portico, path) for _ in range(3)]

    document = replies[0].json
    assert list(document) == ["complete", "reduced", "parts", "user", "repositories"]
    assert document["user"] == {"login": "solveig"}
    assert set(document["repositories"][0]) == {"full_name"}
    assert [reply.json["repositories"] for reply in replies[1:]] == [document["repositories"]] * 2


def test_a_selection_has_a_validator_of_its_own(portico: Running) -> None:
    """Whoever asks for other fields is not told that theirs have not changed."""
    one = get(portico, "/users/solveig?fields=login").headers["ETag"]
    url = f"{portico.url}/v1/users/solveig?fields=name"

    reply = ask(url, headers={"If-None-Match": one})

    assert (reply.status, list(reply.json)) == (200, ["name"])


def test_an_owner_who_is_not_served_is_not_served_as_an_organisation() -> None:
    """PORTICO_OWNERS holds for organisations as for users."""
    with running(owners="solveig") as started:
        refused = get(started, "/orgs/nordlys")
        own = get(started, "/orgs/nordlys", tokens.SOLVEIG)

    assert (refused.status, own.status) == (403, 200)
