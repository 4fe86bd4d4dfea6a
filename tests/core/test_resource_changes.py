"""What a write may have changed, and the two names of one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.resource import MISSING, TOUCHED, aliases, classify, touched_by_write

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


def link(path: str) -> str:
    """Return a `Link` field to a second page."""
    return f'<https://api.github.com{path}?page=2>; rel="next"'


META = (
    b'{"id":7,"node_id":"R_7","name":"Hello","full_name":"Octo/Hello","private":false,'
    b'"owner":{"login":"Octo","id":1,"url":"https://api.github.com/users/Octo",'
    b'"repos_url":"https://api.github.com/users/Octo/repos"},'
    b'"url":"https://api.github.com/repos/Octo/Hello"}'
)
ISSUES = b'[{"url":"https://api.github.com/repos/Octo/Hello/issues/5","body":"x"}]'
FORKS = b'[{"id":8,"owner":{"login":"bob"},"url":"https://api.github.com/repos/bob/Hello"}]'
USER = b'{"login":"Octo","id":1,"url":"https://api.github.com/users/Octo"}'


@pytest.mark.parametrize(
    ("path", "link_value", "body", "names"),
    [
        (REPO, None, META, ("repo:octo/hello", "repo:#7")),
        ("/repos/Octo/Hello", None, META, ("repo:octo/hello", "repo:#7")),
        (REPO, None, b' {\n  "id": 7,\n', ("repo:octo/hello", "repo:#7")),
        (f"{REPO}/issues", link("/repositories/7/issues"), b"[]", ("repo:octo/hello", "repo:#7")),
        (f"{REPO}/forks", link("/repositories/7/forks"), FORKS, ("repo:octo/hello", "repo:#7")),
        ("/repositories/7", None, META, ("repo:octo/hello", "repo:#7")),
        ("/repositories/7/issues", None, ISSUES, ("repo:octo/hello", "repo:#7")),
        ("/users/Octo/repos", link("/user/1/repos"), b"[]", ("owner:octo", "owner:#1")),
        (
            "/orgs/nordlys/members",
            link("/organizations/9/members"),
            b"[]",
            ("owner:nordlys", "owner:#9"),
        ),
        ("/user/1", None, USER, ("owner:octo", "owner:#1")),
        ("/organizations/9", None, b'{"login":"Nordlys","id":9}', ("owner:nordlys", "owner:#9")),
        # Nothing is told.
        (f"{REPO}/issues", None, ISSUES, None),
        (f"{REPO}/labels/bug", None, b'{"id":5,"name":"bug"}', None),
        (REPO, None, b'{"message":"Not Found"}', None),
        ("/repositories/7", None, b'{"message":"Not Found"}', None),
        ("/user/1", None, b'{"message":"Not Found"}', None),
        ("/users/octo/repos", None, META, None),
        ("/search/issues", link("/repositories/7/issues"), META, None),
        ("/user/repos", link("/user/1/repos"), META, None),
        (REPO, link("/other/7/issues"), b"", None),
        (REPO, link("/repositories/7-old/issues"), b"", None),
        ("/user/1", None, b'{"by":{"login":"bob"}}', None),
        # What stands first is somebody else: a wrong name would misdirect every later change.
        ("/repositories/7/forks", None, FORKS, None),
        ("/repositories/7/issues/5/timeline", None, FORKS, None),
        ("/repositories/7/subscribers", None, b"[" + USER + b"]", None),
        ("/user/1/followers", None, b'[{"login":"bob","id":2}]', None),
        ("/user/1/starred", None, FORKS, None),
        ("/organizations/9/members", None, b'[{"login":"bob","id":2}]', None),
    ],
)
def test_two_names_of_one_thing(
    path: str, link_value: str | None, body: bytes, names: tuple[str, str] | None
) -> None:
    """By name and by id, where the answer tells the other of the two beyond doubt."""
    assert aliases(path, link_value, body) == names


@given(st.sampled_from([REPO, "/repositories/7", "/user/1", "/orgs/x"]), st.text(), st.binary())
def test_any_answer_can_be_looked_at(path: str, link_value: str, body: bytes) -> None:
    """Whatever an answer holds, looking for names does not fail."""
    aliases(path, link_value, body)


def test_a_name_that_is_no_text_tells_nothing() -> None:
    """A body that is not UTF-8 names nobody."""
    assert aliases("/user/1", None, b'{"login":"\xff"') is None
