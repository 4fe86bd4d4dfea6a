"""gidgethub's own ways: redirects may be errors, links are followed as they stand, its cache."""

from __future__ import annotations

import gidgethub
import httpx2
import pytest
from gidgethub import abc
from gidgethub.httpx import GitHubAPI

from portico.sandbox.tokens import SOLVEIG
from tests.clients.clients import Clients
from tests.clients.with_gidgethub import Gidgethub
from tests.support.running import Running


async def test_a_renamed_repository_is_an_exception_on_httpx(clients: Clients) -> None:
    """Where the HTTP library below follows no redirect, the users see that something has moved."""
    async with httpx2.AsyncClient() as client:
        api = GitHubAPI(client, "me", oauth_token=SOLVEIG, base_url=clients.url)
        with pytest.raises(gidgethub.RedirectionException) as raised:
            await api.getitem("/repos/solveig/old-harbor")

    assert raised.value.status_code == 301


def test_a_cursor_is_followed(portico: Running, clients: Clients) -> None:
    """A list that GitHub pages by cursor is read to its end through Portico's links."""

    async def titles(api: abc.GitHubAPI) -> set[str]:
        return {issue["title"] async for issue in api.getiter("/repos/solveig/harbor/issues")}

    found = clients.gidgethub().run(titles)

    harbor = portico.sandbox.world["solveig/harbor"]
    assert found == {issue.title for issue in harbor.issues.values() if issue.state == "open"}
    assert "after=" in portico.sandbox.log[-1].query


def test_its_own_cache_is_confirmed_without_asking_github(
    portico: Running, clients: Clients
) -> None:
    """It sends Portico's validator back and takes the 304 for what it has."""
    cached = Gidgethub(clients.url, SOLVEIG, cache={})
    first = cached.get("/repos/solveig/harbor")
    again = cached.get("/repos/solveig/harbor")

    assert again == first
    assert portico.sandbox.calls() == 1
