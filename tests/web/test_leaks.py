"""Nothing private of one credential reaches another or everybody, over real sockets.

The sandbox puts a marker into what only one credential may see, and knows every private text: each
answer that somebody else gets is searched for all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from portico.core.stored_fields import OF_THE_CREDENTIAL
from portico.sandbox import Fault, FaultKind, tokens
from tests.support.raw_client import Reply, ask
from tests.support.running import Running, running

SECRET = "/repos/solveig/secret-cove"
PRIVATE = (
    SECRET,
    f"{SECRET}/issues",
    f"{SECRET}/languages",
    f"{SECRET}/readme",
    f"{SECRET}/contents/README.md",
    f"{SECRET}/contents",
    "/repositories/5200",
    "/user",
    "/user/repos?per_page=100",
)
OUTSIDERS = (tokens.INGRID, tokens.PUBLIC, tokens.FINE_GRAINED, None)
DAY_S = 86_400


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico of the test's own."""
    with running() as started:
        yield started


def secrets_from(portico: Running, *, token: str | None) -> frozenset[str]:
    """Return what an answer to the holder of this token must not hold."""
    known = portico.sandbox.world.secrets()
    return known - {portico.sandbox.world.marker_of(token)} if token else known


def assert_clean(portico: Running, reply: Reply, *, token: str | None) -> None:
    """Assert that an answer tells nothing that its asker may not know."""
    found = [each for each in secrets_from(portico, token=token) if each in reply.everything]
    assert found == []


def warm(portico: Running) -> dict[str, Reply]:
    """Let the owner fetch everything private; each answer does hold something private."""
    replies = {path: ask(portico.github + path, token=tokens.SOLVEIG) for path in PRIVATE}
    assert {reply.status for reply in replies.values()} == {200}
    assert sum(is_private(portico, reply) for reply in replies.values()) >= 5
    return replies


def is_private(portico: Running, reply: Reply) -> bool:
    """Whether an answer holds something that not everybody may see."""
    return any(secret in reply.everything for secret in portico.sandbox.world.secrets())


def look_everywhere(portico: Running, *, cache_control: str = "") -> list[Reply]:
    """Let all outsiders ask for everything, and look at what they get."""
    replies = []
    for token in OUTSIDERS:
        for path in PRIVATE:
            headers = {"Cache-Control": cache_control}
            reply = ask(portico.github + path, token=token, headers=headers)
            assert_clean(portico, reply, token=token)
            replies.append(reply)
            if path.startswith(SECRET):
                assert reply.status in (404, 403, 502, 504)
    return replies


def test_fresh(portico: Running) -> None:
    """What the owner has just fetched is a 404 to all others."""
    warm(portico)

    look_everywhere(portico)


@pytest.mark.parametrize(
    "cache_control", ["max-stale", "only-if-cached", "only-if-cached, max-stale"]
)
def test_whatever_the_asker_would_take(portico: Running, cache_control: str) -> None:
    """Nobody gets at another's stored answers by being content with old ones."""
    warm(portico)

    look_everywhere(portico, cache_control=cache_control)


def test_stale(portico: Running) -> None:
    """What is stale, and could be served while it is renewed, is the owner's still."""
    warm(portico)
    portico.clock.advance(DAY_S / 2)

    look_everywhere(portico)


@pytest.mark.parametrize(
    "kind", [FaultKind.RESET, FaultKind.UNICORN, FaultKind.SECONDARY, FaultKind.PRIMARY]
)
def test_after_an_error(portico: Running, kind: FaultKind) -> None:
    """When GitHub fails or limits, nobody is rescued with another's answer."""
    warm(portico)
    portico.clock.advance(DAY_S / 2)
    portico.sandbox.faults.add(Fault(kind, times=None))

    for token in OUTSIDERS:
        for path in PRIVATE:
            reply = ask(portico.github + path, token=token)
            assert_clean(portico, reply, token=token)
            assert reply.status >= 400
    assert ask(portico.github + SECRET, token=tokens.SOLVEIG).json["private"] is True


def test_coalesced(portico: Running) -> None:
    """Asked at the same time, the owner's call is shared with nobody."""
    portico.sandbox.latency_s = 0.1
    askers = [tokens.SOLVEIG, tokens.INGRID, None] * 6
    start = threading.Barrier(len(askers))

    def ask_together(token: str | None) -> Reply:
        start.wait()
        return ask(portico.github + SECRET, token=token)

    with ThreadPoolExecutor(len(askers)) as pool:
        replies = list(pool.map(ask_together, askers))

    for token, reply in zip(askers, replies, strict=True):
        assert reply.status == (200 if token == tokens.SOLVEIG else 404)
        if token != tokens.SOLVEIG:
            assert_clean(portico, reply, token=token)
    assert portico.sandbox.calls(SECRET) == 3


def test_validator_of_another(portico: Running) -> None:
    """The owner's ETag confirms nothing to anybody else: not even that the thing is there."""
    replies = warm(portico)

    for token in OUTSIDERS:
        for path, owners in replies.items():
            if path.startswith(SECRET):
                headers = {"If-None-Match": f"{owners.headers['ETag']}, *"}
                reply = ask(portico.github + path, token=token, headers=headers)
                assert reply.status == 404


def test_revoked(portico: Running) -> None:
    """Once GitHub refuses a token, its holder is shown nothing that it had obtained."""
    warm(portico)
    portico.sandbox.world.revoke(tokens.SOLVEIG)
    still_fresh = ask(portico.github + SECRET, token=tokens.SOLVEIG)
    refused = ask(portico.github + "/user", token=tokens.SOLVEIG)

    after = ask(portico.github + SECRET, token=tokens.SOLVEIG)

    assert (still_fresh.status, refused.status, after.status) == (200, 401, 401)


def test_made_private(portico: Running) -> None:
    """What everybody could see is gone for everybody as soon as GitHub says so."""
    path = "/repos/solveig/tidal-map"
    assert ask(portico.github + path).status == 200
    portico.sandbox.world.make_private("solveig/tidal-map")
    portico.clock.advance(2 * DAY_S)
    missing = ask(portico.github + path)
    portico.sandbox.faults.add(Fault(FaultKind.RESET, times=None))
    portico.clock.advance(DAY_S)

    after = ask(portico.github + path)

    assert (missing.status, after.status) == (404, 502)


def test_everybody_sees_nothing_of_the_operator(portico: Running) -> None:
    """What the operator's token fetched tells nothing of that token: missed, hit and renewed."""
    paths = (
        "/users/solveig",
        "/repos/solveig/harbor",
        "/users/solveig/repos?per_page=100",
        "/orgs/nordlys/repos",
        "/repos/solveig/harbor/contents/README.md",
        "/search/repositories?q=harbor",
        "/rate_limit",
    )
    replies = [ask(portico.github + path) for path in paths * 2]
    portico.clock.advance(DAY_S / 2)
    replies += [ask(portico.github + path) for path in paths * 2]

    for reply in replies:
        assert reply.status == 200
        assert_clean(portico, reply, token=None)
        assert b'"permissions"' not in reply.body
        assert b'"temp_clone_token"' not in reply.body
        assert [name for name in OF_THE_CREDENTIAL if name in reply.headers] == []
    asked_with = {each.authorization for each in portico.sandbox.log}
    assert asked_with == {f"Bearer {tokens.PUBLIC}"}


def test_nobody_is_the_operator(portico: Running) -> None:
    """What is the credential's own is asked without one when nobody asks."""
    for path in ("/user", "/%75ser", "/user/repos", "/notifications", "/issues", "/gists", "/app"):
        assert ask(portico.github + path).status in (401, 403, 404)

    assert {each.authorization for each in portico.sandbox.log} == {""}


def test_operator_token_with_private_reach_is_not_used() -> None:
    """A token that reaches private things fetches nothing for everybody."""
    with running(github_token=tokens.SOLVEIG) as portico:
        replies = [ask(portico.github + path) for path in (SECRET, "/users/solveig/repos", "/user")]

        for reply in replies:
            assert_clean(portico, reply, token=None)
        assert {each.authorization for each in portico.sandbox.log} == {""}


@pytest.mark.parametrize("path", ["/v1/repos/solveig/secret-cove", "/v1/users/solveig/portfolio"])
def test_clean_endpoints(portico: Running, path: str) -> None:
    """The same holds for what is composed: the owner's private things are not everybody's."""
    warm(portico)
    own = ask(portico.url + path, token=tokens.SOLVEIG)

    for token in (tokens.INGRID, None):
        reply = ask(portico.url + path, token=token)
        assert_clean(portico, reply, token=token)
        assert b"secret-cove" not in reply.body.replace(path.encode(), b"").replace(
            b"/repos/solveig/secret-cove", b""
        )
    assert own.status == 200
    assert own.headers["Cache-Control"].startswith("private")


def test_what_is_too_large_to_be_cleaned_is_not_shown_to_everybody() -> None:
    """JSON over the limit streams to its principal, and is refused to who brings no credential."""
    with running(body_limit_bytes=65_536) as portico:
        url = f"{portico.github}/users/solveig/repos?per_page=100"
        everybodys = ask(url)
        own = ask(url, token=tokens.SOLVEIG)

    assert everybodys.status == 502
    assert b"permissions" not in everybodys.body
    assert own.status == 200
    assert b"permissions" in own.body
