"""Buckets: whose they are, when their windows open, what they count."""

from __future__ import annotations

from portico.sandbox import tokens
from portico.sandbox.limits import Buckets
from tests.sandbox.asking import NOON_AT, Asker, value


def used(github: Asker, token: str | None, resource: str = "core") -> int:
    """Return what /rate_limit says was used."""
    return int(value(github.get("/rate_limit", token))["resources"][resource]["used"])


def test_two_tokens_of_a_user_share_their_buckets(github: Asker) -> None:
    """What one token spends is missing to the other, and to nobody else."""
    github.get("/users/tomas", tokens.SOLVEIG)
    github.get("/users/tomas", tokens.FINE_GRAINED)

    assert used(github, tokens.SOLVEIG_SECOND) == 2
    assert used(github, tokens.EIRIK) == 0
    assert used(github, None) == 0


def test_an_installation_has_a_bucket_of_its_own(github: Asker) -> None:
    """An app's token draws on its installation, not on a user."""
    github.get("/orgs/nordlys", tokens.INSTALLATION)

    assert used(github, tokens.INSTALLATION) == 1


def test_search_has_its_own_short_window(github: Asker) -> None:
    """A search takes nothing of core; its window ends after sixty seconds."""
    response = github.get("/search/users?q=a", tokens.PUBLIC)

    assert response.header("x-ratelimit-resource") == "search"
    assert response.header("x-ratelimit-limit") == "30"
    assert int(response.header("x-ratelimit-reset") or 0) == int(github.now) + 60
    assert used(github, tokens.PUBLIC, "core") == 0


def test_everything_counts_but_the_free_requests(github: Asker) -> None:
    """200, 301, 404 and 401 cost one each; /rate_limit and bad credentials nothing."""
    for target in ("/", "/repos/solveig/old-harbor", "/nowhere", "/user"):
        assert github.get(target).points == 1
    assert github.get("/rate_limit").points == 0
    assert github.get("/", "ghp_unknown").points == 0

    assert used(github, None) == 4


def test_a_window_opens_at_first_use_and_does_not_slide() -> None:
    """The reset stays where the first request put it, and a new window starts empty."""
    buckets = Buckets()
    first = buckets.charge("user:1", "core", NOON_AT)
    later = buckets.charge("user:1", "core", NOON_AT + 1000)
    after = buckets.charge("user:1", "core", NOON_AT + 3600)

    assert first.reset_at == later.reset_at == int(NOON_AT) + 3600
    assert later.used == 2
    assert (after.used, after.reset_at) == (1, int(NOON_AT) + 7200)


def test_a_limit_can_be_set_for_one_or_for_all() -> None:
    """An override of one subject counts more than one for everybody."""
    buckets = Buckets(limits={("*", "core"): 3, ("user:1", "core"): 2})

    assert buckets.read("user:1", "core", NOON_AT).limit == 2
    assert buckets.read("ip:203.0.113.9", "core", NOON_AT).limit == 3


def test_the_newer_version_shows_no_rate(github: Asker) -> None:
    """`rate` repeats core under the older version only, after `resources`."""
    assert list(value(github.get("/rate_limit"))) == ["resources", "rate"]
    new = github.get("/rate_limit", headers={"x-github-api-version": "2026-03-10"})
    assert list(value(new)) == ["resources"]
