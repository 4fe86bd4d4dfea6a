"""gh's own ways, over the Unix socket: GitHub's own URLs, and header fields on show."""

from __future__ import annotations

import pytest

from tests.clients.clients import Clients
from tests.support.running import Running


@pytest.fixture
def links_to() -> str:
    """The base of the URLs in answers: on the socket nothing is rewritten, as gh expects."""
    return "https://api.github.com"


def test_urls_stay_githubs_own(clients: Clients) -> None:
    """What gh prints holds GitHub's URLs, which are what its users copy."""
    repository = clients.gh().get("repos/solveig/harbor")

    assert repository["url"] == "https://api.github.com/repos/solveig/harbor"


def test_links_are_followed_with_the_token(portico: Running, clients: Clients) -> None:
    """The later pages, too, are asked for with gh's token, on GitHub's own URLs."""
    clients.gh().repositories("solveig", per_page=100)

    assert len({e.authorization for e in portico.sandbox.log}) == 1
    assert [e.path for e in portico.sandbox.log] == ["/users/solveig/repos", "/user/1001/repos"]


def test_headers_tell_how_the_answer_was_made(clients: Clients) -> None:
    """`gh api --include` shows the age and the origin of an answer."""
    gh = clients.gh()
    gh.run("api", "repos/solveig/harbor")
    shown = gh.run("api", "--include", "repos/solveig/harbor")

    head = shown.partition("\n\n")[0].splitlines()
    assert "Cache-Status: Portico; hit; ttl=300; detail=hit" in head
    assert "Age: 0" in head


def test_a_token_is_told_its_own_scopes(clients: Clients) -> None:
    """The header from which gh learns what its token may do is passed on to its holder."""
    shown = clients.gh().run("api", "--include", "user")

    assert "X-Oauth-Scopes: read:org, repo" in shown.splitlines()
