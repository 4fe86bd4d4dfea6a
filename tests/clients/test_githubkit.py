"""githubkit's own ways: typed models, its API version, and `no-cache` with every request."""

from __future__ import annotations

import asyncio

from githubkit import GitHub

from portico.sandbox.tokens import SOLVEIG
from tests.clients.clients import Clients
from tests.support.running import Running


def test_models_are_filled(clients: Clients) -> None:
    """A body becomes the library's model, URLs and dates included."""
    github = clients.githubkit().github
    repository = github.rest.repos.get("solveig", "harbor").parsed_data

    assert (repository.id, repository.owner.login) == (5000, "solveig")
    assert repository.license_ is not None
    assert repository.license_.spdx_id == "MIT"
    assert repository.url == f"{clients.url}/repos/solveig/harbor"
    assert repository.html_url == "https://github.com/solveig/harbor"


def test_its_version_of_the_api_is_asked_for(portico: Running, clients: Clients) -> None:
    """The newer version that it speaks reaches GitHub, and is kept apart from the older one."""
    clients.gidgethub().repository("solveig/harbor")
    clients.githubkit().repository("solveig/harbor")

    assert [e.api_version for e in portico.sandbox.log] == ["2022-11-28", "2026-03-10"]


def test_no_cache_is_a_free_confirmation(portico: Running, clients: Clients) -> None:
    """Its `no-cache` makes GitHub confirm what is stored, which costs no point."""
    github = clients.githubkit().github
    first = github.rest.repos.get("solveig", "harbor")
    again = github.rest.repos.get("solveig", "harbor")

    assert again.parsed_data == first.parsed_data
    assert [(e.status, e.points) for e in portico.sandbox.log] == [(200, 1), (304, 0)]


def test_its_own_cache_is_corrected_at_once(portico: Running, clients: Clients) -> None:
    """What has changed at GitHub is seen by its next read, fresh as Portico's answer may be."""
    github = clients.githubkit().github
    github.rest.repos.get("nordlys", "kelp")
    portico.sandbox.world["nordlys/kelp"].description = "Seaweed"

    assert github.rest.repos.get("nordlys", "kelp").parsed_data.description == "Seaweed"


def test_it_reads_many_at_once(portico: Running, clients: Clients) -> None:
    """Its asynchronous face sends a hundred requests together, for one call to GitHub."""

    async def read() -> set[int]:
        async with GitHub(SOLVEIG, base_url=clients.url) as github:
            calls = (github.rest.repos.async_get("solveig", "harbor") for _ in range(100))
            return {answer.parsed_data.id for answer in await asyncio.gather(*calls)}

    assert asyncio.run(read()) == {5000}
    assert portico.sandbox.points() == 1
