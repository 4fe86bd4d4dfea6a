"""What a write may have changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.resource import MISSING, TOUCHED, classify, touched_by_write

REPO = "/repos/octo/hello"
WHOLE = {"repo:octo/hello", "lists", "search", MISSING}


def facets(*names: str) -> set[str]:
    """Return the tags of these facets of the repository."""
    return {f"repo:octo/hello/{name}" for name in names}


@pytest.mark.parametrize(
    ("method", "path", "tags"),
    [
        ("PATCH", REPO, WHOLE | {"owner:octo"}),
        ("DELETE", REPO, WHOLE | {"owner:octo"}),
        ("PUT", f"{REPO}/contents/README.md", WHOLE),
        ("POST", f"{REPO}/git/refs", WHOLE),
        ("POST", f"{REPO}/merges", WHOLE),
        ("POST", f"{REPO}/forks", WHOLE),
        ("POST", f"{REPO}/transfer", WHOLE),
        ("POST", f"{REPO}/new-thing", WHOLE),
        # A merge is a push to the base branch, an update one to the head branch.
        ("PUT", f"{REPO}/pulls/5/merge", WHOLE),
        ("PUT", f"{REPO}/pulls/5/update-branch", WHOLE),
        (
            "POST",
            f"{REPO}/issues",
            facets("issues", "pulls", "meta", "events", "labels", "milestones", "assignees")
            | {"search", "lists"},
        ),
        (
            "PATCH",
            "/repos/Octo/Hello/issues/5",
            facets("issues", "pulls", "meta", "events", "labels", "milestones", "assignees")
            | {"search", "lists"},
        ),
        ("PUT", f"{REPO}/topics", facets("topics", "meta") | {"search", "lists"}),
        ("PATCH", f"{REPO}/labels/bug", facets("labels", "issues", "pulls") | {"search"}),
        ("POST", f"{REPO}/releases", facets("releases", "tags", "git", "events") | {"search"}),
        ("POST", f"{REPO}/hooks", facets("hooks") | {"search"}),
        (
            "POST",
            f"{REPO}/statuses/abc",
            facets("statuses", "commits", "pulls", "branches") | {"search"},
        ),
        (
            "POST",
            "/repositories/7/hooks",
            {"repo:#7/hooks", "search"},
        ),
        ("DELETE", "/repositories/7", {"repo:#7", "lists", "search", MISSING}),
        ("PUT", "/user/starred/Octo/Hello", facets("meta", "stargazers") | {"lists"}),
        ("DELETE", "/user/starred/octo/hello", facets("meta", "stargazers") | {"lists"}),
        ("PUT", "/%75ser/starred/octo/hello", facets("meta", "stargazers") | {"lists"}),
        ("POST", "/orgs/nordlys/repos", {"owner:nordlys", "owner:nordlys/repos", "lists", MISSING}),
        ("PATCH", "/orgs/nordlys", {"owner:nordlys", "owner:nordlys/meta", MISSING}),
        # Nothing is named: the caller marks all that the principal has.
        ("POST", "/user/repos", set()),
        ("PATCH", "/user", set()),
        ("POST", "/gists", set()),
        ("PUT", "/user/following/octocat", set()),
    ],
)
def test_a_write_touches(method: str, path: str, tags: set[str]) -> None:
    """The facets that show it; all of the repository where it may show anywhere."""
    assert touched_by_write(method, path) == tags


@pytest.mark.parametrize("facet", TOUCHED)
def test_a_write_touches_its_own_facet(facet: str) -> None:
    """Who writes below a facet sees it in the next read of that facet."""
    path = f"{REPO}/{facet}/5"

    assert touched_by_write("PATCH", path) & classify(path).tags


@given(
    st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]),
    st.sampled_from([REPO, "/repositories/7", "/users/octo", "/orgs/octo"]),
    st.lists(st.sampled_from([*TOUCHED, "contents", "new", "5", "merge"]), max_size=3),
)
def test_a_write_always_touches_what_is_read_at_its_path(
    method: str, subject: str, below: list[str]
) -> None:
    """Reading what was just written is never answered from before."""
    path = "/".join([subject, *below])

    assert touched_by_write(method, path) & classify(path).tags


@given(st.text(), st.text())
def test_any_write_can_be_judged(method: str, path: str) -> None:
    """Whatever is written to."""
    touched_by_write(method, path)
