"""Conditional requests: what matches, what it costs, what a 304 carries."""

from __future__ import annotations

import gzip

from portico.sandbox import tokens
from tests.sandbox.asking import Asker, value

LIST = "/users/solveig/repos?per_page=100"


def test_a_304_with_a_token_is_free(github: Asker) -> None:
    """A revalidated answer takes no point of a caller with a valid credential."""
    first = github.get(LIST, tokens.PUBLIC)
    again = github.get(LIST, tokens.PUBLIC, {"if-none-match": first.header("etag") or ""})

    assert (again.status, again.body, again.points) == (304, b"", 0)
    assert again.header("x-ratelimit-used") == first.header("x-ratelimit-used") == "1"


def test_a_304_without_a_token_costs_a_point(github: Asker) -> None:
    """An anonymous revalidation is charged like any other request."""
    first = github.get(LIST)
    again = github.get(LIST, headers={"if-none-match": first.header("etag") or ""})

    assert (again.status, again.points) == (304, 1)
    assert again.header("x-ratelimit-used") == "2"


def test_a_304_carries_no_description_of_a_body(github: Asker) -> None:
    """A 304 has validators, lifetime and rates, but no type, Link, scopes or media type."""
    first = github.get(LIST, tokens.PUBLIC)
    again = github.get(LIST, tokens.PUBLIC, {"if-none-match": first.header("etag") or ""})

    names = {name.lower() for name, _ in again.headers}
    absent = {"content-type", "link", "x-oauth-scopes", "x-github-media-type", "deprecation"}
    assert not names & absent
    assert {"etag", "cache-control", "vary", "date", "x-ratelimit-remaining"} <= names
    assert {"x-github-api-version-selected", "x-github-request-id"} <= names


def test_gzip_makes_the_tag_weak_and_a_304_strong(github: Asker) -> None:
    """The same value is weak on a compressed 200, strong on an identity 200 and on a 304."""
    plain = github.get(LIST, tokens.PUBLIC)
    packed = github.get(LIST, tokens.PUBLIC, {"accept-encoding": "gzip, br"})
    tag = packed.header("etag") or ""
    again = github.get(LIST, tokens.PUBLIC, {"accept-encoding": "gzip", "if-none-match": tag})

    assert tag == f"W/{plain.header('etag')}"
    assert gzip.decompress(packed.body) == plain.body
    assert again.status == 304
    assert again.header("etag") == plain.header("etag")


def test_a_tag_is_worth_nothing_to_another_credential(github: Asker) -> None:
    """The same body has another tag for another token, so a foreign tag gets a full answer."""
    mine = github.get("/users/tomas", tokens.INGRID)
    theirs = github.get("/users/tomas", tokens.EIRIK, {"if-none-match": mine.header("etag") or ""})

    assert theirs.status == 200
    assert theirs.body == mine.body
    assert theirs.header("etag") != mine.header("etag")


def test_the_tag_of_contents_is_the_object_id(github: Asker) -> None:
    """Files and directories are tagged with git's id, the same for every credential."""
    for path in ("README.md", "src"):
        target = f"/repos/solveig/harbor/contents/{path}"
        one, other = github.get(target, tokens.INGRID), github.get(target)

        assert one.header("etag") == other.header("etag")
        assert len((one.header("etag") or "").strip('"')) == 40
    readme = value(github.get("/repos/solveig/harbor/contents/README.md"))
    assert (
        github.get("/repos/solveig/harbor/contents/README.md").header("etag")
        == f'"{readme["sha"]}"'
    )


def test_search_rates_and_refusals_have_no_tag(github: Asker) -> None:
    """What is never to be stored carries no validator."""
    for target in ("/search/users?q=a", "/rate_limit", "/nowhere", "/repos/solveig/old-harbor"):
        assert github.get(target, tokens.PUBLIC).header("etag") is None


def test_every_change_of_the_world_changes_the_tag(github: Asker) -> None:
    """After a push, a star or an edit, the stored tag no longer matches."""
    target = "/repos/solveig/harbor"
    for change in (github.world.push, github.world.star):
        tag = github.get(target).header("etag") or ""
        assert github.get(target, headers={"if-none-match": tag}).status == 304
        github.now += 5
        change("solveig/harbor")

        assert github.get(target, headers={"if-none-match": tag}).status == 200
