"""Portico's own keys over a real socket: what their holders get, and what GitHub sees of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from portico.core.portico_key import key_of_bytes
from portico.keyring.editing import add_key, revoke_key
from portico.keyring.keyring import LOOK_EVERY_S
from portico.sandbox import tokens
from tests.support.raw_client import Reply, ask
from tests.support.running import Running, running

KEY: Final = key_of_bytes(b"k" * 32)
SECOND: Final = key_of_bytes(b"s" * 32)
REPO: Final = "/api/v3/repos/solveig/harbor"
READER: Final = {"owners": ("solveig",)}


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    """Return where the keys are."""
    return tmp_path / "keys.toml"


@pytest.fixture
def portico(keys_file: Path) -> Iterator[Running]:
    """A Portico that proxies for nobody without a key or a token."""
    with running(keys_file=keys_file, proxy_anonymous=False) as started:
        yield started


@pytest.fixture
def grant(keys_file: Path, portico: Running) -> Callable[..., None]:
    """Return what gives `KEY` its rights."""

    def give(key: str = KEY, **rights: object) -> None:
        now = portico.clock.now()
        add_key(keys_file, "site", key, now=now, lifetime_s=86_400, rights=rights)
        portico.clock.advance(LOOK_EVERY_S)

    return give


def asked(
    portico: Running, target: str, *, key: str = KEY, method: str = "GET", body: bytes = b""
) -> Reply:
    """Ask with a key."""
    return ask(f"{portico.url}{target}", method, body=body, token=key)


def said(reply: Reply) -> str:
    """Return the message of an error in GitHub's shape, or the detail of a problem."""
    members: dict[str, Any] = json.loads(reply.body)
    return str(members.get("message") or members["detail"])


def test_a_key_opens_what_it_is_for(portico: Running, grant: Callable[..., None]) -> None:
    """The holder reads both faces; GitHub is asked with the operator's token, never the key."""
    grant(**READER)

    replies = [asked(portico, REPO), asked(portico, "/v1/repos/solveig/harbor")]

    assert [reply.status for reply in replies] == [200, 200]
    used = {each.authorization for each in portico.sandbox.log}
    assert used == {f"Bearer {tokens.PUBLIC}"}


@pytest.mark.parametrize(
    ("target", "method", "reason"),
    [
        ("/api/v3/repos/nordlys/fjord", "GET", "not for the owner 'nordlys'"),
        ("/v1/users/nordlys", "GET", "not for the owner 'nordlys'"),
        ("/api/v3/user", "GET", "class 'own'"),
        ("/api/v3/search/issues?q=user:solveig", "GET", "class 'search'"),
        ("/api/v3/orgs/nordlys", "GET", "not for the owner 'nordlys'"),
        ("/api/v3/repos/solveig/harbor/issues", "POST", "not for POST"),
        ("/api/graphql", "POST", "not for GraphQL"),
    ],
)
def test_everything_else_is_denied(
    portico: Running, grant: Callable[..., None], target: str, method: str, reason: str
) -> None:
    """What the grant does not name is refused with what it lacks, and GitHub is not asked."""
    grant(**READER)

    reply = asked(portico, target, method=method, body=b"{}" if method == "POST" else b"")

    assert reply.status == 403
    assert reason in said(reply)
    assert portico.sandbox.calls() == 0


def test_a_path_by_number_opens_once_its_owner_is_known(
    portico: Running, grant: Callable[..., None]
) -> None:
    """A link by id, as GitHub gives them, is good after the repository has been seen by name."""
    grant(**READER)
    number = portico.sandbox.world["solveig/harbor"].id
    before = asked(portico, f"/api/v3/repositories/{number}/issues")
    asked(portico, REPO)

    after = asked(portico, f"/api/v3/repositories/{number}/issues")

    assert (before.status, after.status) == (403, 200)


@pytest.mark.parametrize(
    ("key", "reason"),
    [(KEY[:-1], "incomplete or mistyped"), (SECOND, "not known here")],
)
def test_a_key_that_is_no_good_is_told_why(
    portico: Running, grant: Callable[..., None], key: str, reason: str
) -> None:
    """Both faces answer 401, and neither repeats the key."""
    grant(**READER)

    for target in (REPO, "/v1/users/solveig"):
        reply = asked(portico, target, key=key)

        assert reply.status == 401
        assert reason in said(reply)
        assert key[4:] not in reply.body.decode()
    assert portico.sandbox.calls() == 0


def test_an_expired_and_a_revoked_key_are_refused(
    portico: Running, grant: Callable[..., None], keys_file: Path
) -> None:
    """The end of its time, and the operator's word, end a key without a restart."""
    grant(**READER)
    grant(SECOND)
    portico.clock.advance(86_400)
    expired = asked(portico, REPO)
    revoke_key(keys_file, "site")
    portico.clock.advance(LOOK_EVERY_S)
    revoked = asked(portico, REPO, key=SECOND)

    assert "expired on" in said(expired)
    assert "may have been revoked" in said(revoked)


def test_a_cap_ends_spending_and_not_what_is_stored(
    portico: Running, grant: Callable[..., None]
) -> None:
    """With the cap used up stored answers go on; what GitHub must be asked for meets a limit."""
    grant(points_per_hour=2, **READER)
    asked(portico, REPO)
    asked(portico, f"{REPO}/languages")
    portico.clock.advance(3_000)

    stored = asked(portico, REPO)
    limited = asked(portico, f"{REPO}/topics")
    clean = asked(portico, "/v1/users/solveig")
    calls = portico.sandbox.calls()
    portico.clock.advance(601)

    assert stored.status == 200
    assert int(stored.headers["Age"]) >= 3_000
    assert limited.status == 403
    assert said(limited).startswith("API rate limit exceeded for the key 'site'")
    assert limited.headers["X-RateLimit-Remaining"] == "0"
    assert limited.headers["X-RateLimit-Limit"] == "2"
    assert clean.status == 429
    assert 0 < int(clean.headers["Retry-After"]) <= 600
    assert calls == 2
    assert asked(portico, f"{REPO}/topics").status == 200


def test_what_a_cap_keeps_from_a_batch_is_named_with_its_end(
    portico: Running, grant: Callable[..., None]
) -> None:
    """What is stored is sent; of the rest each part says that the cap is used up, and how long."""
    grant(points_per_hour=1, **READER)
    asked(portico, REPO)
    portico.clock.advance(3_000)

    batch = asked(portico, "/v1/batch?user=solveig&repo=solveig/harbor")

    limited, stored = batch.json["parts"]
    assert (batch.status, stored["state"], limited["state"]) == (200, "stale", "missing")
    assert [failure["code"] for failure in limited["failures"]] == ["budget-exhausted"]
    assert "points of this hour" in limited["reason"]
    assert 0 < limited["retry_after_s"] <= 600


def test_a_holders_view_of_the_limit_is_the_tighter_one(
    portico: Running, grant: Callable[..., None]
) -> None:
    """Clients throttle themselves by these fields: they show the cap where that ends first."""
    grant(points_per_hour=7, **READER)

    reply = asked(portico, REPO)

    assert reply.headers["X-RateLimit-Limit"] == "7"
    assert reply.headers["X-RateLimit-Remaining"] == "6"


def test_graphql_is_read_before_it_is_sent(portico: Running, grant: Callable[..., None]) -> None:
    """A granted root field is passed on; another one in the same query stops all of it."""
    grant(routes=("graphql",), graphql=("rateLimit",), **READER)
    allowed = json.dumps({"query": "{ rateLimit { cost } }"}).encode()
    denied = json.dumps({"query": "{ rateLimit { cost } viewer { login } }"}).encode()

    replies = [
        asked(portico, "/api/graphql", method="POST", body=body) for body in (allowed, denied)
    ]

    assert [reply.status for reply in replies] == [200, 403]
    assert "field 'viewer'" in said(replies[1])
    assert portico.sandbox.calls("/graphql") == 1


def test_a_key_in_basic_form_is_a_key(portico: Running, grant: Callable[..., None]) -> None:
    """Clients that know only user and password can hold a key as well."""
    grant(**READER)

    basic = base64.b64encode(f"site:{KEY}".encode()).decode()

    reply = ask(f"{portico.url}{REPO}", headers={"Authorization": f"Basic {basic}"})

    assert reply.status == 200
