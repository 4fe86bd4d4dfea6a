"""Files, commits, releases, statistics, search: the endpoints with rules of their own."""

from __future__ import annotations

import base64
import hashlib

import pytest

from portico.sandbox import Request, respond, tokens
from tests.sandbox.asking import NOON_AT, Asker, links, value

HARBOR = "/repos/solveig/harbor"
DOWNLOADS = "https://codeload.github.com"


def test_object_ids_are_gits_own(github: Asker) -> None:
    """A file's id is the one that `git hash-object` prints, in every place that names it."""
    data = b"# Docs\n"
    expected = hashlib.sha1(b"blob 7\0" + data).hexdigest()

    shown = value(github.get(f"{HARBOR}/contents/docs/index.md"))
    tree = value(github.get(f"{HARBOR}/git/trees/main?recursive=1"))["tree"]
    blob = github.get(f"{HARBOR}/git/blobs/{expected}")

    assert shown["sha"] == expected
    assert expected in {item["sha"] for item in tree if item["path"] == "docs/index.md"}
    assert base64.b64decode(value(blob)["content"]) == data
    assert blob.header("cache-control") == "public, max-age=86400, s-maxage=86400"


def test_odd_file_names_are_found_encoded(github: Asker) -> None:
    """Spaces, umlauts, `#`, `?` and `%` in a path are percent-encoded, in links as well."""
    listed = value(github.get(f"{HARBOR}/contents/docs"))
    kart = next(item for item in listed if item["name"] == "fjord kart ø.md")

    assert github.get(kart["url"]).status == 200
    odd = value(github.get("/repos/bobby-tables/drop.tables_/contents"))
    assert {github.get(item["url"]).status for item in odd} == {200}


@pytest.mark.parametrize("param", ["raw", "raw+json"])
def test_raw_is_the_file_itself(github: Asker, param: str) -> None:
    """The raw media type gives bytes, whatever they are."""
    accept = {"accept": f"application/vnd.github.{param}"}
    response = github.get(f"{HARBOR}/contents/assets/logo.bin", headers=accept)

    assert response.body == bytes(range(256)) * 4
    assert (response.header("x-github-media-type") or "").startswith("github.v3; param=raw")


def test_html_is_not_cleaned(github: Asker) -> None:
    """The html media type gives a page: text is text in it, and a file's own markup is markup."""
    accept = {"accept": "application/vnd.github.html"}
    github.world.push("solveig/harbor", path="README.md", content=b"a < b\n\n<b>c</b>\n")

    page = github.get(f"{HARBOR}/readme", headers=accept).body

    assert b"<p>a &lt; b</p>\n<b>c</b>" in page


def test_a_blocked_repository_shows_nothing(github: Asker) -> None:
    """451 for all of it, with the reason and where the notice is."""
    github.world.find("solveig/harbor").is_blocked = True

    response = github.get(f"{HARBOR}/languages")

    assert response.status == 451
    assert value(response)["block"]["reason"] == "dmca"


def test_a_vast_repository_is_not_counted(github: Asker) -> None:
    """GitHub lists neither who contributed nor lines per week where there are too many."""
    github.world.find("solveig/harbor").is_vast = True

    statuses = [
        github.get(f"{HARBOR}/{below}").status for below in ("contributors", "stats/code_frequency")
    ]

    assert statuses == [403, 422]


def test_an_empty_repository_says_so(github: Asker) -> None:
    """409 for commits, 204 for contributors and statistics, 404 for files, [] for branches."""
    empty = "/repos/solveig/empty-dock"

    assert github.get(f"{empty}/commits").status == 409
    assert value(github.get(f"{empty}/commits"))["message"] == "Git Repository is empty."
    assert github.get(f"{empty}/contributors").status == 204
    assert github.get(f"{empty}/stats/participation").status == 204
    assert github.get(f"{empty}/readme").status == 404
    assert value(github.get(f"{empty}/branches")) == []


def test_commits_are_filtered_and_found(github: Asker) -> None:
    """By branch, author and path; one by tag, branch, long or short id; unknown is 422."""
    newest = value(github.get(f"{HARBOR}/commits"))[0]["sha"]

    for ref in ("main", newest, newest[:10], "heads/main"):
        assert value(github.get(f"{HARBOR}/commits/{ref}"))["sha"] == newest
    rows = value(github.get(f"{HARBOR}/commits?author=eirik&per_page=100"))
    assert {row["author"]["login"] for row in rows} == {"eirik"}
    assert value(github.get(f"{HARBOR}/commits?sha=feature/tides"))[0]["sha"] != newest
    assert github.get(f"{HARBOR}/commits/0000000").status == 422


@pytest.mark.parametrize(("path", "param"), [("commits/main", "diff"), ("pulls/5", "diff")])
def test_a_change_can_be_had_as_a_diff(github: Asker, path: str, param: str) -> None:
    """The diff media type gives text."""
    accept = {"accept": f"application/vnd.github.{param}"}
    response = github.get(f"{HARBOR}/{path}", headers=accept)

    assert response.body.startswith(b"diff --git a/")
    assert response.header("content-type") == "application/vnd.github.diff; charset=utf-8"


def test_statistics_are_202_until_they_are_ready(github: Asker) -> None:
    """The first call after a push is 202 with {}, without validators; the next is the answer."""
    target = f"{HARBOR}/stats/commit_activity"
    first, second = github.get(target), github.get(target)
    github.world.push("solveig/harbor")
    third = github.get(target)

    assert (first.status, first.body) == (202, b"{}")
    assert first.header("etag") is first.header("cache-control") is None
    assert len(value(second)) == 52
    assert third.status == 202


def test_statistics_agree_with_each_other(github: Asker) -> None:
    """Weekly sums are the same seen as activity and as participation."""
    found = {}
    for name in ("commit_activity", "participation", "punch_card", "contributors"):
        github.get(f"{HARBOR}/stats/{name}")
        found[name] = value(github.get(f"{HARBOR}/stats/{name}"))

    weekly = [week["total"] for week in found["commit_activity"]]
    assert weekly == found["participation"]["all"]
    assert sum(weekly) == sum(n for _, _, n in found["punch_card"]) == 140
    assert sum(person["total"] for person in found["contributors"]) == 105  # 35 are a stranger's


def test_an_asset_is_fetched_from_another_host(github: Asker) -> None:
    """octet-stream gets a 302 to the download host, JSON the description; downloads are counted."""
    release = value(github.get(f"{HARBOR}/releases/latest"))
    url = release["assets"][0]["url"]
    response = github.get(url, headers={"accept": "application/octet-stream"})
    location = response.header("location") or ""

    assert (response.status, response.body) == (302, b"")
    assert location.startswith(DOWNLOADS)
    path = location.removeprefix(DOWNLOADS)
    got = respond(github.world, Request("GET", path), github.now)
    assert got.body == b"\x1f\x8b not really" * 20
    assert value(github.get(url))["download_count"] == release["assets"][0]["download_count"] + 1


@pytest.mark.parametrize("kind", ["tarball", "zipball"])
def test_an_archive_of_a_private_repository_needs_its_link(github: Asker, kind: str) -> None:
    """The redirect carries the right to read; the same path without it is 404."""
    target = f"/repos/solveig/secret-cove/{kind}/main"
    location = github.get(target, tokens.SOLVEIG).header("location") or ""
    path, _, query = location.removeprefix(DOWNLOADS).partition("?")

    assert respond(github.world, Request("GET", path, query), NOON_AT).status == 200
    assert respond(github.world, Request("GET", path), NOON_AT).status == 404


def test_releases_are_found_by_tag_and_latest(github: Asker) -> None:
    """Latest is neither draft nor prerelease; a draft has no tag yet."""
    latest = value(github.get(f"{HARBOR}/releases/latest"))

    assert latest["tag_name"] == "v1.1.0"
    assert value(github.get(f"{HARBOR}/releases/tags/v1.1.0"))["id"] == latest["id"]
    assert github.get(f"{HARBOR}/releases/tags/v2.0.0", tokens.SOLVEIG).status == 404


def test_languages_are_sorted_by_bytes(github: Asker) -> None:
    """Most first."""
    counts = list(value(github.get(f"{HARBOR}/languages")).values())

    assert counts == sorted(counts, reverse=True)
    assert value(github.get("/repos/solveig/empty-dock/languages")) == {}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("user:solveig", 120),
        ("org:nordlys language:rust", 4),
        ("harbor in:name user:solveig", None),
        ("user:solveig archived:true", 7),
        ("repo:solveig/harbor", 1),
        ("user:solveig stars:>500", 1),
        ("nothinglikethis", 0),
    ],
)
def test_search_understands_qualifiers(github: Asker, query: str, count: int | None) -> None:
    """Owner, language, archived, repo and stars narrow; unknown qualifiers are ignored."""
    body = value(github.get(f"/search/repositories?q={query.replace(' ', '+')}"))

    assert body["total_count"] == (count if count is not None else body["total_count"])
    assert body["incomplete_results"] is False


def test_search_ends_at_a_thousand(github: Asker) -> None:
    """A page beyond the first thousand results is 422, as are empty and overlong queries."""
    target = "/search/repositories?q=user:solveig&per_page=100"

    assert "q=user%3Asolveig&per_page=100&page=2" in links(github.get(target))["last"]
    assert github.get(f"{target}&page=10").status == 200
    assert github.get(f"{target}&page=11").status == 422
    assert github.get("/search/users?q=").status == 422
    assert github.get(f"/search/users?q={'a' * 257}").status == 422


def test_issues_are_searched_across_repositories(github: Asker) -> None:
    """is:, author: and repo: narrow, and private issues are found by insiders only."""
    pulls = value(github.get("/search/issues?q=repo:solveig/harbor+is:pr+is:open"))
    secret = "/search/issues?q=nobody+knows"

    assert pulls["items"]
    assert all("pull_request" in item for item in pulls["items"])
    assert value(github.get(secret))["total_count"] == 0
    assert value(github.get(secret, tokens.EIRIK))["total_count"] == 1


def test_stars_tell_their_time_when_asked(github: Asker) -> None:
    """The star media type wraps each repository with its starred_at."""
    accept = {"accept": "application/vnd.github.star+json"}
    plain = value(github.get("/users/eirik/starred"))
    dated = value(github.get("/users/eirik/starred", headers=accept))

    assert dated == [{"starred_at": "2026-10-29T00:00:00Z", "repo": plain[0]}]


def test_events_may_be_polled_each_minute(github: Asker) -> None:
    """X-Poll-Interval is 60; anonymous answers live five minutes."""
    response = github.get("/users/solveig/events/public?per_page=5")

    assert response.header("x-poll-interval") == "60"
    assert response.header("cache-control") == "public, max-age=300, s-maxage=300"
    times = [event["created_at"] for event in value(response)]
    assert times == sorted(times, reverse=True)


def test_text_with_urls_is_left_as_text(github: Asker) -> None:
    """A description holds an API URL, plain and as escaped JSON, for those who rewrite bodies."""
    body = github.get("/repos/solveig/tidal-map").body

    assert rb"says \"url\":\"https://api.github.com/x\" in" in body


def test_graphql_wants_a_token_and_speaks_its_own_form(github: Asker) -> None:
    """401 without a token; viewer works; what it does not know is an error with status 200."""

    def ask(query: str, token: str | None) -> tuple[int, object]:
        response = github.ask("POST", "/graphql", token=token, body={"query": query})
        return response.status, value(response)

    assert ask("{ viewer { login } }", None)[0] == 401
    assert ask("query { viewer { login } }", tokens.EIRIK) == (
        200,
        {"data": {"viewer": {"login": "eirik"}}},
    )
    status, body = ask("{ viewer { shoe } }", tokens.EIRIK)
    assert status == 200
    assert isinstance(body, dict)
    assert body["errors"][0]["extensions"]["code"] == "undefinedField"


def test_an_empty_graphql_bucket_is_an_error_with_status_200(github: Asker) -> None:
    """GraphQL refuses in its own form, with remaining 0 in the headers."""
    github.world.buckets.exhaust("user:1002", "graphql", github.now)
    query = {"query": "{ viewer { login } }"}
    response = github.ask("POST", "/graphql", token=tokens.EIRIK, body=query)

    assert response.status == 200
    assert value(response)["errors"][0]["type"] == "RATE_LIMIT"
    assert response.header("x-ratelimit-remaining") == "0"


def test_a_browser_may_ask(github: Asker) -> None:
    """A CORS preflight is 204 and names what may be sent."""
    response = github.ask("OPTIONS", HARBOR)

    assert response.status == 204
    assert "Authorization" in (response.header("access-control-allow-headers") or "")
