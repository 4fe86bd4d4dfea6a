"""Paths: each has a class, which decides freshness, and tags, by which changes find it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.resource import ROUTES, TOUCHED, RouteClass, all_of_owner, classify
from portico.core.shapes import SHAPES

SHA = "0791cc7b1a706ab5d7c607ddff35de4d486ba3e9"
REPO = "/repos/Octo/Hello"
IMMUTABLE, SLOW, MOVING, DECIDING, OWN, SEARCH = RouteClass


@pytest.mark.parametrize(
    ("path", "route_class"),
    [
        (f"{REPO}/commits/{SHA}", IMMUTABLE),
        (f"{REPO}/git/commits/{SHA}", IMMUTABLE),
        (f"{REPO}/git/trees/{SHA}", IMMUTABLE),
        (f"{REPO}/git/blobs/{SHA}", IMMUTABLE),
        (f"{REPO}/git/tags/{SHA}", IMMUTABLE),
        (f"{REPO}/compare/{SHA}...{SHA}", IMMUTABLE),
        (f"/repositories/1/commits/{SHA}", IMMUTABLE),
        # Not a full object id, so it may name something else tomorrow.
        (f"{REPO}/commits/{SHA[:39]}", MOVING),
        (f"{REPO}/commits/{SHA}0", MOVING),
        (f"{REPO}/commits/main", MOVING),
        (f"{REPO}/git/trees/main", MOVING),
        (f"{REPO}/compare/main...{SHA}", MOVING),
        (f"{REPO}/commits/{SHA}/comments", MOVING),
        (REPO, SLOW),
        ("/repositories/1296269", SLOW),
        (f"{REPO}/languages", SLOW),
        (f"{REPO}/topics", SLOW),
        (f"{REPO}/license", SLOW),
        (f"{REPO}/readme", SLOW),
        (f"{REPO}/readme/docs", SLOW),
        (f"{REPO}/contributors", SLOW),
        (f"{REPO}/releases", SLOW),
        (f"{REPO}/releases/latest", SLOW),
        (f"{REPO}/releases/tags/v1.0", SLOW),
        (f"{REPO}/stats/participation", SLOW),
        (f"{REPO}/stargazers/history", SLOW),
        (f"{REPO}/labels/bug", SLOW),
        ("/users/octocat", SLOW),
        ("/user/583231", SLOW),
        ("/users/octocat/repos", SLOW),
        ("/user/583231/repos", SLOW),
        ("/orgs/nordlys", SLOW),
        ("/organizations/9919/repos", SLOW),
        ("/orgs/nordlys/public_members", SLOW),
        ("/users", SLOW),
        ("/licenses/mit", SLOW),
        ("/emojis", SLOW),
        ("/meta", SLOW),
        (f"{REPO}/issues", MOVING),
        (f"{REPO}/issues/5", MOVING),
        (f"{REPO}/pulls", MOVING),
        (f"{REPO}/pulls/5/files", MOVING),
        (f"{REPO}/commits", MOVING),
        (f"{REPO}/branches", MOVING),
        (f"{REPO}/actions/runs", MOVING),
        (f"{REPO}/contents/README.md", MOVING),
        (f"{REPO}/stargazers", MOVING),
        (f"{REPO}/events", MOVING),
        ("/users/octocat/events", MOVING),
        ("/events", MOVING),
        ("/something/new", MOVING),
        (f"{REPO}/pulls/5", DECIDING),
        (f"{REPO}/pulls/5/merge", DECIDING),
        (f"{REPO}/pulls/5/reviews", DECIDING),
        (f"{REPO}/commits/{SHA}/status", DECIDING),
        (f"{REPO}/commits/{SHA}/check-runs", DECIDING),
        (f"{REPO}/commits/heads/main/check-suites", DECIDING),
        (f"{REPO}/commits/fix%2Fit/statuses", DECIDING),
        (f"{REPO}/check-runs/5/annotations", DECIDING),
        (f"{REPO}/actions/runs/7", DECIDING),
        (f"{REPO}/actions/runs/7/jobs", DECIDING),
        (f"{REPO}/git/ref/heads/main", DECIDING),
        (f"{REPO}/git/matching-refs/heads/fix", DECIDING),
        (f"{REPO}/branches/main", DECIDING),
        (f"{REPO}/branches/fix/it", DECIDING),
        ("/search/issues", SEARCH),
        ("/search/code", SEARCH),
        ("/", OWN),
        ("/user", OWN),
        ("/user/repos", OWN),
        ("/user/emails", OWN),
        ("/user/starred/octo/hello", OWN),
        ("/notifications/threads/1", OWN),
        ("/issues", OWN),
        ("/gists", OWN),
        ("/app", OWN),
        ("/installation/repositories", OWN),
        ("/repos/octo/hello/installation", OWN),
        ("/repositories/7/installation", OWN),
        ("/orgs/octo/installation", OWN),
        ("/users/octo/installation", OWN),
        ("/orgs/octo/installations", MOVING),
        ("/rate_limit", OWN),
        # Holds the addresses of the caller's private feeds.
        ("/feeds", OWN),
        # Named after a repository or owner, but about the caller.
        (f"{REPO}/notifications", OWN),
        (f"{REPO}/subscription", OWN),
        ("/repositories/1/subscription", OWN),
        (f"{REPO}/codespaces", OWN),
        ("/orgs/nordlys/issues", OWN),
        ("/users/octocat/events/orgs/nordlys", OWN),
    ],
)
def test_a_path_has_its_class(path: str, route_class: RouteClass) -> None:
    """What it names decides how long an answer may be used; the unknown lives shortest."""
    assert classify(path).route_class is route_class


def repo(*tails: str) -> set[str]:
    """Return the tags of octo/hello with these tails, and the two that all of its answers have."""
    return {"repo:octo/hello", "repos:octo", *(f"repo:octo/hello/{tail}" for tail in tails)}


@pytest.mark.parametrize(
    ("path", "tags"),
    [
        (REPO, repo("meta")),
        (f"{REPO}/", repo("meta")),
        (f"{REPO}/languages", repo("languages")),
        (f"{REPO}/issues", repo("issues", "issues/*", "labelled")),
        (f"{REPO}/issues/5", repo("issues", "issues/5", "labelled")),
        (f"{REPO}/issues/5/comments", repo("issues", "issues/5/comments")),
        (f"{REPO}/commits/{SHA}/status", repo("commits", f"statuses/{SHA}")),
        (f"{REPO}/something/new", repo("something")),
        (f"{REPO}/events", repo("events") | {"feeds"}),
        ("/repositories/7", {"repo:#7", "repo:#7/meta"}),
        (
            "/repositories/7/milestones/3",
            {f"repo:#7{x}" for x in ("", "/milestones", "/milestones/3")},
        ),
        ("/networks/octo/hello/events", repo("events") | {"feeds"}),
        ("/users/Octocat", {"owner:octocat", "owner:octocat/meta"}),
        ("/users/octocat/repos", {"owner:octocat", "owner:octocat/repos", "lists"}),
        ("/users/octocat/starred", {"owner:octocat", "owner:octocat/starred", "lists"}),
        ("/users/octocat/events/public", {"owner:octocat", "owner:octocat/events", "feeds"}),
        ("/orgs/nordlys/members", {"owner:nordlys", "owner:nordlys/members"}),
        ("/users/octocat/orgs", {"owner:octocat", "owner:octocat/orgs", "lists/orgs"}),
        ("/user/583231", {"owner:#583231", "owner:#583231/meta"}),
        ("/user/583231/repos", {"owner:#583231", "owner:#583231/repos", "lists"}),
        ("/organizations/9919/repos", {"owner:#9919", "owner:#9919/repos", "lists"}),
        ("/search/issues", {"search", "search/issues"}),
        ("/repositories", {"reference", "lists"}),
        ("/events", {"feeds"}),
        ("/advisories", {"advisories"}),
        ("/user/repos", set()),
        ("/repos/octo", set()),
        ("/users", {"reference"}),
        ("/", set()),
    ],
)
def test_a_path_has_its_tags(path: str, tags: set[str]) -> None:
    """Subject, facet and what is finer, lower case, by name or by id as the path has it."""
    assert classify(path).tags == tags


@pytest.mark.parametrize(
    ("tag", "wide"),
    [
        ("repo:octo/hello", "repos:octo"),
        ("repo:octo/hello/issues/5", "repos:octo"),
        ("repo:#7", None),
        ("repo:#7/issues", None),
        ("repo:nameless", None),
        ("owner:octo/repos", None),
        ("search/issues", None),
    ],
)
def test_a_repositorys_tag_tells_its_owner(tag: str, wide: str | None) -> None:
    """By name it does, by id it does not."""
    assert all_of_owner(tag) == wide


@pytest.mark.parametrize(
    ("path", "tags"),
    [
        (f"{REPO}/issues/5", {"missing", "repo:octo/hello/missing"}),
        ("/repositories/7", {"missing", "repo:#7/missing"}),
        ("/users/octocat", {"missing"}),
    ],
)
def test_what_is_not_there_is_found_when_something_comes(path: str, tags: set[str]) -> None:
    """Of one repository, or wherever."""
    assert classify(path).missing_tags == tags


def test_a_query_that_asks_for_a_ref_is_about_that_ref() -> None:
    """A push to another branch leaves it alone."""
    default, other = (classify(f"{REPO}/readme", query) for query in ("", "x=1&ref=heads/fix"))

    assert default.tags == repo("readme", "refs/HEAD")
    assert other.tags == repo("readme", "refs/fix")


def test_owner_and_repository_are_told() -> None:
    """Who is asked about is known by name, or by `#` and id."""
    by_name, by_id, owner = map(classify, (f"{REPO}/pulls", "/repositories/7", "/orgs/Nordlys"))

    assert (by_name.owner, by_name.repository, by_name.facet) == ("octo", "octo/hello", "pulls")
    assert (by_id.owner, by_id.repository, by_id.facet) == (None, "#7", "meta")
    assert (owner.owner, owner.repository, owner.facet) == ("nordlys", None, "meta")


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("/%75ser", "/user"),
        ("/%75%73%65%72/repos", "/user/repos"),
        ("/%66eeds", "/feeds"),
        ("/%72epos/%4Fcto/hello", "/repos/octo/hello"),
        ("/repos/%6fcto/hell%6F/issues", "/repos/octo/hello/issues"),
        ("/users/octo%2Dcat", "/users/octo-cat"),
        ("/%73earch/issues", "/search/issues"),
        ("/repositories/%37", "/repositories/7"),
    ],
)
def test_needless_escapes_do_not_disguise_a_path(escaped: str, plain: str) -> None:
    """An escaped letter is that letter (RFC 3986 §2.3): same class, same tags, same owner."""
    assert classify(escaped) == classify(plain)


@pytest.mark.parametrize(("path", "owner"), [("/repos/a%2Fb/c", "a%2fb"), ("/users/%2e%2E", "..")])
def test_escapes_that_mean_something_stay(path: str, owner: str) -> None:
    """An escaped slash is part of a name; a dot is a dot."""
    assert classify(path).owner == owner


SEGMENTS = st.sampled_from(
    ["repos", "user", "users", "orgs", "octo", "7", SHA, "commits", "pulls", "", "%2F", "%75", "\n"]
)


@given(st.lists(SEGMENTS, max_size=7).map("/".join).map("/{}".format) | st.text())
def test_any_path_can_be_classified(path: str) -> None:
    """Whatever is asked for has a class, and a subject has tags."""
    found = classify(path)

    assert found.route_class in RouteClass
    assert bool(found.tags) == bool(found.owner or found.repository or "search" in found.tags)


@given(st.sampled_from(["meta", "issues", *TOUCHED]), st.sampled_from(["Octo/Hello", "OCTO/hello"]))
def test_one_facet_of_one_repository_has_one_tag(facet: str, name: str) -> None:
    """However the name is written, and whatever lies below the facet."""
    path = f"/repos/{name}" if facet == "meta" else f"/repos/{name}/{facet}/x/y"

    assert classify(path).tags >= {"repo:octo/hello", f"repo:octo/hello/{facet}"}


@given(st.sampled_from([shape.path for shape in SHAPES]), st.integers(1, 99).map(str), st.data())
def test_an_answer_has_few_tags(shape: str, number: str, data: st.DataObject) -> None:
    """Each costs a row of the store's index."""
    path = re.sub(r"\{\w+\}", lambda _: data.draw(st.sampled_from([number, SHA])), shape)

    assert 3 <= len(classify(f"{REPO}/{path}").tags) <= 6


def test_every_class_has_a_route() -> None:
    """Each is named by some line of the table; `MOVING` is what no line names."""
    assert {route_class for _, route_class in ROUTES} == set(RouteClass) - {MOVING}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/repos/o/r", True),
        ("/repositories/1/issues", True),
        ("/users/u/repos", True),
        ("/orgs/o", True),
        ("/search/issues", True),
        ("/licenses", True),
        ("/users/u/events/public", True),
        ("/user/7/events/public", False),
        ("/users/u/received_events/public", False),
        ("/users/u/events/public/more", False),
        ("/users/u/events/orgs/public", False),
        ("/users/u/events", False),
        ("/users/u/received_events", False),
        ("/user", False),
        ("/%75ser/repos", False),
        ("/notifications", False),
        ("/rate_limit", False),
        ("/something/new", False),
        ("/", False),
    ],
)
def test_what_is_for_everybody(path: str, expected: bool) -> None:
    """Only paths that are known to show the same to all may be asked with a lent credential."""
    assert classify(path).is_for_everybody is expected
