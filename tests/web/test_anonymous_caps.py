"""What callers without a credential may spend, over a real socket behind a proxy that is trusted.

The test is the proxy: it comes from this machine, which Portico was told to believe.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import pytest

from portico.core.portico_key import key_of_bytes
from portico.keyring.editing import add_key
from portico.sandbox import tokens
from tests.support.raw_client import Reply, ask
from tests.support.running import Running, running

REPO: Final = "/api/v3/repos/solveig/harbor"
FIRST, SECOND = "203.0.113.7", "198.51.100.1"


def opened(**settings: object) -> AbstractContextManager[Running]:
    """Run a Portico that the world reaches through one proxy, with no caps but those given."""
    chosen = {
        "public_url": "https://portico.example",
        "proxy_anonymous": True,
        "trusted_proxies": ("127.0.0.1",),
        "address_points_per_hour": 0,
        "owner_points_per_hour": 0,
    }
    return running(sandbox=None, clock=None, **(chosen | settings))


def come(portico: Running, target: str, *, through: str = FIRST, token: str | None = None) -> Reply:
    """Ask as the caller that a proxy names."""
    return ask(portico.url + target, token=token, headers={"X-Forwarded-For": through})


def test_an_address_that_has_spent_its_points_gets_what_is_stored() -> None:
    """Both faces, with the end of the hour; whoever comes from elsewhere goes on."""
    with opened(address_points_per_hour=2) as portico:
        first = come(portico, REPO)
        come(portico, f"{REPO}/languages")
        portico.clock.advance(3_000)

        stored = come(portico, REPO)
        limited = come(portico, f"{REPO}/topics")
        clean = come(portico, "/v1/users/solveig")
        other = come(portico, f"{REPO}/topics", through=SECOND)
        portico.clock.advance(601)
        later = come(portico, f"{REPO}/releases")

    assert (first.headers["X-RateLimit-Limit"], first.headers["X-RateLimit-Remaining"]) == (
        "2",
        "1",
    )
    assert (stored.status, int(stored.headers["Age"]) >= 3_000) == (200, True)
    assert limited.status == 403
    assert limited.json["message"].startswith(f"API rate limit exceeded for {FIRST}.")
    assert limited.headers["X-RateLimit-Remaining"] == "0"
    assert clean.status == 429
    assert "from your address" in clean.json["detail"]
    assert 0 < int(clean.headers["Retry-After"]) <= 600
    assert (other.status, later.status) == (200, 200)


def test_what_is_asked_without_the_operators_token_counts_too() -> None:
    """This machine's 60 points an hour are everybody's as well."""
    with opened(address_points_per_hour=1) as portico:
        first = come(portico, "/api/v3/users/solveig/events")
        limited = come(portico, "/api/v3/users/ingrid/events")

    assert first.headers["Portico-Points"] == "spent=1, saved=0"
    assert limited.status == 403


def test_a_caller_is_a_64_of_ipv6() -> None:
    """Another address of the same /64 makes no other caller, one of the next /64 does."""
    with opened(address_points_per_hour=1) as portico:
        come(portico, REPO, through="2001:db8:1:2::1")

        same = come(portico, f"{REPO}/topics", through="2001:db8:1:2:ffff::2")
        other = come(portico, f"{REPO}/topics", through="2001:db8:1:3::1")

    assert (same.status, other.status) == (403, 200)
    assert "2001:db8:1:2::/64" in same.json["message"]


def test_who_claims_another_address_is_counted_by_their_own() -> None:
    """What a caller wrote into the field stands before what the trusted proxy added."""
    with opened(address_points_per_hour=1) as portico:
        come(portico, REPO, through=f"192.0.2.1, {FIRST}")

        limited = come(portico, f"{REPO}/topics", through=f"192.0.2.2, {FIRST}")

    assert limited.status == 403


def test_an_owner_has_a_share_whoever_asks() -> None:
    """From wherever, by whatever spelling and on either face; the other owners' is untouched."""
    with opened(owner_points_per_hour=2) as portico:
        come(portico, REPO)
        come(portico, "/v1/repos/Solveig/tide-tables", through=SECOND)

        limited = come(portico, "/api/v3/users/SOLVEIG")
        clean = come(portico, "/v1/users/solveig/repos")
        other = come(portico, "/api/v3/users/ingrid")
        nobodys = [come(portico, f"/api/v3/{path}") for path in ("emojis", "meta", "events")]

    assert limited.status == 403
    assert "all who ask about 'solveig' without a credential" in limited.json["message"]
    assert (clean.status, other.status) == (429, 200)
    assert "asking about 'solveig'" in clean.json["detail"]
    assert [each.headers["X-RateLimit-Remaining"] for each in nobodys] == ["1", "0", "0"]
    assert "about no one account" in nobodys[2].json["message"]


def test_of_two_caps_that_are_used_up_the_longer_one_is_told() -> None:
    """Whoever waits as long as they are told is served then."""
    with opened(address_points_per_hour=1, owner_points_per_hour=1) as portico:
        come(portico, "/api/v3/users/ingrid", through=SECOND)
        portico.clock.advance(600)
        come(portico, REPO)

        limited = come(portico, f"{REPO}/topics", through=SECOND)
        reset_at = int(limited.headers["X-RateLimit-Reset"])
        portico.clock.advance(reset_at - portico.clock.now())
        later = come(portico, f"{REPO}/topics", through=SECOND)

    assert (limited.status, later.status) == (403, 200)


def test_a_batch_is_charged_to_each_owner() -> None:
    """It is no way round: what is asked about two is counted for both, and bounded by both."""
    with opened(owner_points_per_hour=1) as portico:
        come(portico, "/v1/batch?user=solveig&user=ingrid")

        replies = [come(portico, f"/api/v3/users/{login}/repos") for login in ("solveig", "ingrid")]
        batch = come(portico, "/v1/batch?user=nordlys&user=solveig&repo=solveig/harbor")

    assert [reply.status for reply in replies] == [403, 403]
    states = [part["state"] for part in batch.json["parts"]]
    assert states.count("missing") == 2


def test_who_brings_a_credential_is_not_bounded(tmp_path: Path) -> None:
    """A token's holder spends their own points, a key has a cap of its own."""
    key, file = key_of_bytes(b"k" * 32), tmp_path / "keys.toml"
    with opened(address_points_per_hour=1, owner_points_per_hour=1, keys_file=file) as portico:
        now = portico.clock.now()
        add_key(file, "site", key, now=now, lifetime_s=86_400, rights={"owners": ("solveig",)})
        portico.clock.advance(5)
        come(portico, REPO)
        for path in ("topics", "languages", "releases"):
            for token in (tokens.INGRID, key):
                assert come(portico, f"{REPO}/{path}", token=token).status == 200

        assert come(portico, f"{REPO}/contributors").status == 403


def test_listening_is_charged() -> None:
    """Whether somebody sees a repository is asked of GitHub, for a point of theirs."""
    with opened(owner_points_per_hour=1) as portico:
        heard = ask(f"{portico.url}/live?repo=solveig/harbor", "HEAD")
        limited = ask(f"{portico.url}/live?repo=solveig/tide-tables", "HEAD")

    assert (heard.status, limited.status) == (200, 429)


@pytest.mark.parametrize("trusted", [(), ("127.0.0.1",)])
def test_where_only_this_machine_comes_there_are_no_caps(trusted: tuple[str, ...]) -> None:
    """Whoever tries Portico out is not limited by what is meant for the whole world."""
    caps: dict[str, object] = {"address_points_per_hour": 1, "owner_points_per_hour": 1}
    with running(sandbox=None, clock=None, trusted_proxies=trusted, **caps) as portico:
        replies = [come(portico, f"{REPO}/{path}") for path in ("topics", "languages", "releases")]

    assert [reply.status for reply in replies] == [200, 200, 200]


def test_a_proxy_on_this_machine_that_is_not_named_is_not_counted() -> None:
    """All who come through it would be one caller; the owners' share bounds them still."""
    with opened(trusted_proxies=(), address_points_per_hour=1) as portico:
        replies = [come(portico, f"{REPO}/{path}") for path in ("topics", "languages")]

    assert [reply.status for reply in replies] == [200, 200]


def test_the_scheme_of_a_trusted_proxy_is_in_the_links() -> None:
    """Behind TLS links begin with https, as the proxy says; nobody else may say so."""
    headers = {"X-Forwarded-Proto": "https"}
    found = []
    for trusted in (("127.0.0.1",), ()):
        with running(trusted_proxies=trusted) as portico:
            link = ask(portico.url + REPO, headers=headers).json["url"]
            found.append(link.partition(":")[0])

    assert found == ["https", "http"]
