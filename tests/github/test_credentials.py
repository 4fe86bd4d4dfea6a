"""What is found out about a configured token, against the sandbox and against odd answers."""

import json
from collections.abc import Iterator

import pytest

from portico.core.audience import Credential
from portico.core.errors import GitHubBroken
from portico.github.client import GitHubClient
from portico.github.credentials import Kind, Reach, examine, refusal
from portico.sandbox import tokens
from portico.sandbox.sandbox import Sandbox
from portico.sandbox.server import run_in_thread
from tests.support.raw_server import Script, answering
from tests.support.talking import talking

NOW = 1_800_000_000.0
ANY = Credential("Bearer", "ghu_" + "a" * 36)
APP = Credential("Bearer", "ghs_" + "a" * 36)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """Serve the seeded world."""
    with run_in_thread(Sandbox()) as url:
        yield url


async def reach_of(url: str, token: str) -> Reach:
    """Return what is found out about a token of the sandbox's."""
    async with GitHubClient(url, timeout_s=5, version="1") as client:
        return await examine(client, Credential("Bearer", token), NOW)


def told(status: int, body: object, *fields: str) -> bytes:
    """Return an answer with this JSON body."""
    content = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", *fields, "", ""]
    return "\r\n".join(lines).encode() + content


async def examined(script: Script, credential: Credential = ANY) -> tuple[Reach, list[str]]:
    """Return what is found out from these answers, and the request lines."""
    async with talking(script) as (server, client):
        reach = await examine(client, credential, NOW)
        return reach, [head.split("\r\n")[0] for head in server.heads]


async def test_a_classic_token_without_scopes_may_serve_everybody(sandbox: str) -> None:
    """A token that sees public data only is recognised, with whose it is and its bucket."""
    reach = await reach_of(sandbox, tokens.PUBLIC)

    assert (reach.kind, reach.login, reach.scopes) == (Kind.CLASSIC, "portico-demo", ())
    assert (reach.is_valid, reach.private, reach.problem) == (True, None, None)
    assert reach.core is not None
    assert reach.core.limit == 5000
    assert refusal(reach) is None


async def test_a_scope_beyond_public_is_refused_by_name(sandbox: str) -> None:
    """The operator is told which scopes are too much, and what to make instead."""
    reach = await reach_of(sandbox, tokens.SOLVEIG)
    why = refusal(reach) or ""

    assert reach.scopes == ("read:org", "repo")
    assert "read:org, repo" in why
    assert "PORTICO_GITHUB_TOKEN" in why
    assert "'Public repositories'" in why
    assert "classic token without any scope" in why
    assert tokens.SOLVEIG not in why


async def test_a_fine_grained_token_tells_its_end(sandbox: str) -> None:
    """The end of a fine-grained token is read with its offset from UTC."""
    reach = await reach_of(sandbox, tokens.FINE_GRAINED)

    assert (reach.kind, reach.login) == (Kind.FINE_GRAINED, "solveig")
    assert reach.expires_at == 1_814_349_600.0


async def test_an_installation_is_asked_for_its_repositories(sandbox: str) -> None:
    """An installation's token has no user; it is known by what it is installed on."""
    reach = await reach_of(sandbox, tokens.INSTALLATION)

    assert (reach.kind, reach.is_valid, reach.login) == (Kind.INSTALLATION, True, None)


async def test_a_token_that_github_does_not_know_is_not_valid(sandbox: str) -> None:
    """A mistyped token is a fact, not an exception."""
    reach = await reach_of(sandbox, "ghp_" + "9" * 36)

    assert not reach.is_valid
    assert "mistyped, expired or revoked" in (refusal(reach) or "")


async def test_a_visible_private_repository_is_reach_enough() -> None:
    """Whatever kind a token is, one private repository that it sees rules it out."""
    script = answering(told(200, {"login": "me", "id": 7}), told(200, [{"private": True}]))
    reach, asked = await examined(script)

    assert asked[1] == "GET /user/repos?visibility=private&per_page=1 HTTP/1.1"
    assert (reach.kind, reach.login) == (Kind.UNKNOWN, "me")
    assert "private repository" in (refusal(reach) or "")


async def test_public_repo_is_no_private_reach() -> None:
    """A classic token that may write to public repositories sees nothing private."""
    user = told(200, {"login": "me", "id": 7}, "X-OAuth-Scopes: public_repo")
    reach, _ = await examined(answering(user, told(200, [])))

    assert (reach.kind, reach.scopes) == (Kind.CLASSIC, ("public_repo",))
    assert refusal(reach) is None


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ((told(503, {}),), "GitHub answered 503"),
        ((told(403, {}, "X-RateLimit-Remaining: 0"),), "rate limit is used up"),
        ((told(200, {"login": "me", "id": 7}), told(403, {})), "GitHub answered 403"),
    ],
)
async def test_a_reach_that_is_not_known_is_refused(answers: tuple[bytes, ...], words: str) -> None:
    """Where GitHub does not tell, the token is not used, and not called bad either."""
    reach, _ = await examined(answering(*answers))

    assert reach.is_valid
    assert words in (refusal(reach) or "")


async def test_every_page_of_an_installation_is_looked_at() -> None:
    """A private repository on the last page counts as much as one on the first."""
    public = {"total_count": 201, "repositories": [{"private": False}] * 100}
    last = {"total_count": 201, "repositories": [{"private": True}]}
    script = answering(told(200, public), told(200, public), told(200, last))
    reach, asked = await examined(script, APP)

    assert len(asked) == 3
    assert reach.private == "it is installed on at least one private repository"


async def test_an_installation_on_public_repositories_only_may_serve_everybody() -> None:
    """An installation that sees nothing private needs one call to be recognised."""
    few = {"total_count": 1, "repositories": [{"private": False}]}
    reach, asked = await examined(answering(told(200, few)), APP)

    assert len(asked) == 1
    assert refusal(reach) is None


async def test_an_installation_too_large_to_look_through_is_refused() -> None:
    """In doubt a token reaches too far."""
    many = {"total_count": 5_000, "repositories": [{"private": False}] * 100}
    reach, asked = await examined(answering(told(200, many)), APP)

    assert len(asked) == 10
    assert refusal(reach) is not None


@pytest.mark.parametrize("said", ["2026-02-06 06:42:23 UTC", "2026-02-06 07:42:23 +0100"])
async def test_the_end_of_a_token_comes_in_two_forms(said: str) -> None:
    """Both forms that GitHub uses name the same instant."""
    user = told(200, {"login": "me", "id": 7}, f"github-authentication-token-expiration: {said}")
    reach, _ = await examined(answering(user, told(200, [])))

    assert reach.expires_at == 1_770_360_143.0


@pytest.mark.parametrize("body", [[], {"login": 1}, {}])
async def test_an_answer_that_makes_no_sense_is_an_error(body: object) -> None:
    """What is not the body of a user is not taken for one."""
    with pytest.raises(GitHubBroken):
        await examined(answering(told(200, body)))
