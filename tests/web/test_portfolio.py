"""The clean endpoints as callers see them: a whole Portico over a socket, a sandbox behind it."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from portico.sandbox import Fault, FaultKind, tokens
from tests.support.clock import ManualClock
from tests.support.running import Running, running


class StandingClock(ManualClock):
    """A clock that the hourly examination of the operator's token does not move on."""

    async def sleep(self, seconds: float) -> None:
        """Sleep for ever where it is for long."""
        if seconds >= 60:
            await asyncio.get_running_loop().create_future()
        await super().sleep(seconds)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 (whatever JSON there is)
        """The body, decoded."""
        return json.loads(self.body)


def get(portico: Running, path: str, **headers: str) -> Reply:
    """Ask once."""
    connection = http.client.HTTPConnection(urlsplit(portico.url).netloc, timeout=20)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=named)
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico of the test's own, with a token that sees public things only."""
    with running(clock=StandingClock()) as started:
        yield started


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    """A Portico that no test changes anything of."""
    with running(clock=StandingClock()) as started:
        yield started


def test_a_portfolio_is_whole(portico: Running) -> None:
    """All 120 public repositories, no private one, every part told, in one call."""
    found = get(portico, "/v1/users/solveig/portfolio").json

    assert found["complete"]
    assert found["user"]["name"] == "Solveig Åsen"
    assert found["totals"]["repositories"] == len(found["repositories"]) == 120
    assert not any(repository["private"] for repository in found["repositories"])
    assert [(part["name"], part["state"]) for part in found["parts"]] == [
        ("user", "fresh"),
        ("repos", "fresh"),
        ("languages", "fresh"),
    ]


def test_a_second_portfolio_asks_github_nothing(portico: Running) -> None:
    """What is fresh is not asked for again, and the answer says so."""
    get(portico, "/v1/users/solveig/portfolio")
    portico.sandbox.reset_counters()
    portico.clock.advance(100)

    reply = get(portico, "/v1/users/solveig/portfolio")

    assert portico.sandbox.calls() == 0
    assert reply.headers["Cache-Status"] == "Portico; hit; ttl=200; detail=hit"
    assert reply.headers["Age"] == "100"
    assert reply.headers["Cache-Control"] == "public, max-age=300"


def test_an_unchanged_portfolio_costs_a_client_a_304(portico: Running) -> None:
    """The validator holds while the ages change, for gzip as for identity."""
    plain = get(portico, "/v1/users/solveig/portfolio")
    packed = get(portico, "/v1/users/solveig/portfolio", Accept_Encoding="gzip")
    portico.clock.advance(60)

    for first in (plain, packed):
        again = get(portico, "/v1/users/solveig/portfolio", If_None_Match=first.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["Age"] == "60"
    unpacked = json.loads(gzip.decompress(packed.body))
    assert unpacked["repositories"] == plain.json["repositories"]
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_all_pages_together_are_all_repositories(shared: Running) -> None:
    """Following `next` leads through every repository once."""
    path = "/v1/users/solveig/repos?sort=stars&limit=50"
    pages = [get(shared, path).json]
    while pages[-1]["next"] and len(pages) < 5:
        pages.append(get(shared, f"{path}&cursor={pages[-1]['next']}").json)

    names = {repository["name"] for page in pages for repository in page["items"]}
    assert [len(page["items"]) for page in pages] == [50, 50, 20]
    assert (len(names), pages[0]["total"]) == (120, 120)


def test_languages_are_those_of_the_owner(shared: Running) -> None:
    """Bytes are summed over the repositories that are not forks."""
    found = get(shared, "/v1/users/solveig/languages").json

    assert (found["counted"], found["complete"], found["reduced"]) == ("bytes", True, [])
    assert found["repositories"] == 111
    assert found["total_bytes"] == sum(item["bytes"] for item in found["items"])


def test_an_organisation_has_a_portfolio_too(shared: Running) -> None:
    """Users and organisations are asked for in one way."""
    found = get(shared, "/v1/users/nordlys/portfolio").json

    assert (found["user"]["kind"], found["complete"]) == ("organization", True)


def test_a_user_without_repositories_is_complete(shared: Running) -> None:
    """Nothing is missing where there is nothing."""
    found = get(shared, "/v1/users/tomas/portfolio").json

    assert (found["complete"], found["repositories"], found["languages"]["items"]) == (True, [], [])


def test_hostile_text_is_data(shared: Running) -> None:
    """Text that breaks out of pages comes through as JSON, and never as a link."""
    found = get(shared, "/v1/users/bobby-tables/portfolio").json

    assert found["user"]["blog"] == "javascript:alert(1)"
    assert found["user"]["blog_url"] is None
    assert found["user"]["name"] == '"><script>alert(1)</script>'


def test_a_renamed_repository_is_found_by_its_old_name(portico: Running) -> None:
    """GitHub redirects, and the caller need not know."""
    portico.sandbox.world.rename("solveig/harbor", "haven")

    found = get(portico, "/v1/repos/solveig/harbor")

    assert (found.status, found.json["full_name"]) == (200, "solveig/haven")


def test_a_single_repository_tells_its_watchers(shared: Running) -> None:
    """The single form has what lists lack."""
    found = get(shared, "/v1/repos/solveig/harbor").json

    assert isinstance(found["watchers"], int)
    assert found["license"] is not None


@pytest.mark.parametrize(
    "path", ["/v1/users/nobody", "/v1/users/nobody/portfolio", "/v1/repos/solveig/secret-cove"]
)
def test_what_github_does_not_show_is_a_404(shared: Running, path: str) -> None:
    """Absent and private are the same to who may not see it."""
    reply = get(shared, path)

    assert (reply.status, reply.json["type"]) == (404, "urn:portico:problem:not-found")
    assert reply.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/users/a.b",
        "/v1/users/%2e%2e/repos",
        "/v1/users/sol%0d%0aveig",
        "/v1/users/s%C3%B8lveig",
        "/v1/repos/solveig/%2e%2e",
        "/v1/repos/solveig/a%20b",
        "/v1/users/solveig/repos?limit=0",
        "/v1/users/solveig/repos?limit=101",
        "/v1/users/solveig/repos?limit=many",
        "/v1/users/solveig/repos?sort=size",
        "/v1/users/solveig/repos?direction=up",
        "/v1/users/solveig/repos?cursor=",
        "/v1/users/solveig/repos?cursor=%F0%9F%A6%86",
    ],
)
def test_nonsense_is_refused_before_github_is_asked(shared: Running, path: str) -> None:
    """A request that cannot be meant is a problem that says what is wrong with it."""
    before = shared.sandbox.calls()

    reply = get(shared, path)

    assert (reply.status, shared.sandbox.calls() - before) == (400, 0)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json["detail"]


def test_a_cursor_of_another_list_is_refused(shared: Running) -> None:
    """A cursor is good for the list and the order it was made for."""
    cursor = get(shared, "/v1/users/solveig/repos?limit=1").json["next"]

    reply = get(shared, f"/v1/users/solveig/repos?sort=name&cursor={cursor}")

    assert reply.status == 400
    assert "sort=pushed" in reply.json["detail"]


def test_a_part_that_fails_is_named_and_the_rest_is_served(portico: Running) -> None:
    """One failed call for languages leaves 110 others, and the answer is not kept."""
    portico.sandbox.faults.add(
        Fault(FaultKind.BAD_GATEWAY_HTML, path="/repos/solveig/harbor/languages", times=None)
    )

    reply = get(portico, "/v1/users/solveig/portfolio")

    part = reply.json["parts"][2]
    assert (reply.status, reply.json["complete"]) == (200, False)
    assert (part["state"], part["asked"], part["failed"]) == ("partial", 111, 1)
    assert part["failures"][0]["name"] == "languages/solveig/harbor"
    assert reply.headers["Cache-Control"] == "public, max-age=0"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (FaultKind.RESET, 502, "github-unreachable"),
        (FaultKind.UNICORN, 502, "github-broken"),
        (FaultKind.INVALID_JSON, 502, "github-broken"),
        (FaultKind.HTML_OK, 502, "github-broken"),
    ],
)
def test_where_github_fails_there_is_a_problem(
    portico: Running, kind: FaultKind, status: int, code: str
) -> None:
    """Nothing is made up where GitHub does not answer."""
    portico.sandbox.faults.add(Fault(kind, times=None))

    reply = get(portico, "/v1/users/solveig/portfolio")

    assert (reply.status, reply.json["type"]) == (status, f"urn:portico:problem:{code}")


def test_a_limit_tells_when_to_come_back(portico: Running) -> None:
    """An empty bucket is a 429 with the time at which it is full again."""
    portico.sandbox.faults.add(Fault(FaultKind.PRIMARY, times=None))

    reply = get(portico, "/v1/users/solveig")

    assert (reply.status, reply.json["type"]) == (429, "urn:portico:problem:budget-exhausted")
    assert 0 < int(reply.headers["Retry-After"]) <= 3_600


def test_without_a_token_the_plan_shrinks_and_says_so() -> None:
    """120 repositories cost three of the sixty calls that there are."""
    with running(clock=StandingClock(), github_token=None) as portico:
        found = get(portico, "/v1/users/solveig/portfolio").json

        assert portico.sandbox.calls() == 3
    assert found["complete"]
    assert found["languages"]["counted"] == "repositories"
    assert [reduction["part"] for reduction in found["reduced"]] == ["languages"]


def test_a_caller_with_a_token_has_an_audience_of_its_own(portico: Running) -> None:
    """What a token obtains is private, and leaves nothing for others."""
    token = {"Authorization": f"Bearer {tokens.SOLVEIG}"}

    own = get(portico, "/v1/repos/solveig/secret-cove", **token)
    others = get(portico, "/v1/repos/solveig/secret-cove")

    assert (own.status, own.json["private"], others.status) == (200, True, 404)
    assert own.headers["Cache-Control"] == "private, max-age=300"
    assert "Authorization" in own.headers["Vary"]


def test_only_the_configured_owners_are_served_to_everybody() -> None:
    """A site owner's Portico does not spend its points on others."""
    with running(clock=StandingClock(), owners=("solveig",)) as portico:
        statuses = [
            get(portico, path).status
            for path in ("/v1/users/Solveig", "/v1/users/nordlys", "/v1/repos/nordlys/x")
        ]

        assert statuses == [200, 403, 403]


def test_openapi_tells_of_every_endpoint_and_of_its_problems(shared: Running) -> None:
    """A generated client knows the models and that errors are problems, not FastAPI's own."""
    paths = get(shared, "/openapi.json").json["paths"]

    for path in (
        "/v1/users/{login}",
        "/v1/users/{login}/repos",
        "/v1/users/{login}/languages",
        "/v1/users/{login}/portfolio",
        "/v1/repos/{owner}/{repo}",
    ):
        responses = paths[path]["get"]["responses"]
        assert "$ref" in responses["200"]["content"]["application/json"]["schema"]
        assert "application/problem+json" in responses["404"]["content"]
        assert "422" not in responses
