"""Rewriting: what a client would follow leads back here, and nothing else changes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.rewrite import GITHUB_API_URL, Rewriter, without_viewer

OWN = "http://localhost:8000/api/v3"
REWRITER = Rewriter(GITHUB_API_URL)
PERMISSIONS = {"admin": False, "maintain": False, "push": False, "triage": False, "pull": True}
REPOSITORY = {
    "id": 1296269,
    "full_name": "octocat/Hello-World",
    "owner": {
        "login": "octocat",
        "avatar_url": "https://avatars.githubusercontent.com/u/583231?v=4",
        "url": "https://api.github.com/users/octocat",
        "html_url": "https://github.com/octocat",
        "gists_url": "https://api.github.com/users/octocat/gists{/gist_id}",
    },
    "html_url": "https://github.com/octocat/Hello-World",
    "description": 'Says "hello" to https://api.github.com/',
    "url": "https://api.github.com/repos/octocat/Hello-World",
    "commits_url": "https://api.github.com/repos/octocat/Hello-World/commits{/sha}",
    "clone_url": "https://github.com/octocat/Hello-World.git",
    "homepage": "https://api.github.com/",
    "_links": {
        "self": {"href": "https://api.github.com/repos/octocat/Hello-World"},
        "html": {"href": "https://github.com/octocat/Hello-World"},
    },
}


def compact(value: object) -> bytes:
    """Return JSON as GitHub writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def rewritten(value: object) -> Any:  # noqa: ANN401
    """Return what a client reads after its body was rewritten."""
    return json.loads(REWRITER.body(compact(value), OWN))


def test_a_repository_leads_back_here() -> None:
    """API URLs are Portico's; pictures, pages, clones, texts and homepages stay."""
    body = rewritten(REPOSITORY)

    assert body["url"] == f"{OWN}/repos/octocat/Hello-World"
    assert body["commits_url"] == f"{OWN}/repos/octocat/Hello-World/commits{{/sha}}"
    assert body["owner"]["url"] == f"{OWN}/users/octocat"
    assert body["owner"]["gists_url"] == f"{OWN}/users/octocat/gists{{/gist_id}}"
    assert body["_links"]["self"]["href"] == f"{OWN}/repos/octocat/Hello-World"
    for key in ("html_url", "description", "clone_url", "homepage", "id"):
        assert body[key] == REPOSITORY[key]
    assert body["owner"]["avatar_url"] == "https://avatars.githubusercontent.com/u/583231?v=4"
    assert body["_links"]["html"]["href"] == "https://github.com/octocat/Hello-World"


def test_a_content_file_leads_back_here() -> None:
    """In `_links` of a file the keys are `self`, `git` and `html`."""
    links = {
        "self": "https://api.github.com/repos/o/r/contents/a?ref=main",
        "git": "https://api.github.com/repos/o/r/git/blobs/1",
        "html": "https://github.com/o/r/blob/main/a",
    }

    assert rewritten({"_links": links})["_links"] == {
        "self": f"{OWN}/repos/o/r/contents/a?ref=main",
        "git": f"{OWN}/repos/o/r/git/blobs/1",
        "html": "https://github.com/o/r/blob/main/a",
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://api.github.com/x", f"{OWN}/x"),
        ("https://api.github.com", OWN),
        ("https://api.github.com?a=1", f"{OWN}?a=1"),
        ("https://api.github.com{/x}", f"{OWN}{{/x}}"),
        # Others that only begin alike.
        ("https://api.github.com.evil.example/x", None),
        ("https://api.github.com@evil.example/x", None),
        ("https://api.github.com:8443/x", None),
        ("https://api.github.community/x", None),
        ("https://apiXgithub.com/x", None),
        ("http://api.github.com/x", None),
        (" https://api.github.com/x", None),
        ("see https://api.github.com/x", None),
        ("https://uploads.github.com/x", None),
    ],
)
def test_only_urls_of_the_api_are_replaced(value: str, expected: str | None) -> None:
    """The base must be whole and at the start; a name that goes on is another host."""
    assert rewritten({"url": value})["url"] == (expected or value)


@pytest.mark.parametrize(
    "key", ["body", "homepage", "description", "URL", "my-url", "urls", "html", "2_url", "name"]
)
def test_other_keys_are_not_touched(key: str) -> None:
    """What people wrote is theirs, even where it is a URL of the API."""
    assert rewritten({key: "https://api.github.com/x"}) == {key: "https://api.github.com/x"}


@pytest.mark.parametrize(
    "text",
    [
        '"url":"https://api.github.com/x"',
        '{"url":"https://api.github.com/x"}',
        '\\"url\\":\\"https://api.github.com/x',
        '\\","url":"https://api.github.com/x',
        '"url": "https://api.github.com',
    ],
)
def test_hostile_texts_stay_what_they_are(text: str) -> None:
    """JSON inside a text has its quotes escaped, so nothing in it matches."""
    body = {"title": text, "body": text + "\\", "comments": [text]}

    assert rewritten(body) == body


TEXTS = st.lists(
    st.sampled_from(
        ["https://api.github.com/x", '"', "\\", ",", ":", "{", "}", "url", "permissions", "é", "\n"]
    ),
    max_size=6,
).map("".join)
KEYS = st.sampled_from(["url", "html_url", "href", "body", "permissions_url", "a"])
BODIES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def by_hand(value: object, key: str = "") -> object:
    """Return the value as rewriting should leave it, worked out on the parsed body."""
    if isinstance(value, dict):
        return {name: by_hand(member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [by_hand(item) for item in value]
    is_url = key in ("url", "href", "self", "git") or key.endswith("_url")
    if is_url and isinstance(value, str) and value.startswith(GITHUB_API_URL + "/"):
        return OWN + value.removeprefix(GITHUB_API_URL)
    return value


@given(BODIES)
def test_rewriting_bytes_is_rewriting_values(body: object) -> None:
    """Without parsing, exactly the values of these keys change, and JSON stays JSON."""
    spaced = json.dumps(body, indent=2).encode()

    assert rewritten(body) == by_hand(body)
    assert json.loads(REWRITER.body(spaced, OWN)) == by_hand(body)


@given(BODIES)
def test_rewriting_twice_changes_nothing_more(body: object) -> None:
    """What leads here already stays."""
    once = REWRITER.body(compact(body), OWN)

    assert REWRITER.body(once, OWN) == once


def test_every_base_counts_and_the_longest_wins() -> None:
    """The configured API, with port and path, and the one it is a prefix of."""
    rewriter = Rewriter("http://ghe:80", "http://ghe:80/api/v3", "http://ghe:80")

    body = compact(
        {
            "url": "http://ghe:80/api/v3/x",
            "a_url": "http://ghe:80/y",
            "b_url": "http://ghe:8080/z",
            "c_url": "http://ghe/z",
        }
    )

    assert json.loads(rewriter.body(body, "https://p")) == {
        "url": "https://p/x",
        "a_url": "https://p/y",
        "b_url": "http://ghe:8080/z",
        "c_url": "http://ghe/z",
    }
    assert rewriter.path("http://ghe:80/api/v3/x?y=1") == "/x?y=1"


@pytest.mark.parametrize("base", [r"http://h\1", r"http://h/\g<0>", "https://[::1]:8000"])
def test_ones_own_base_is_taken_literally(base: str) -> None:
    """A base is no pattern."""
    body = REWRITER.body(b'{"url":"https://api.github.com/x"}', base)

    assert body == b'{"url":"' + base.encode() + b'/x"}'
    assert REWRITER.field("<https://api.github.com/x>", base) == f"<{base}/x>"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            f'<{GITHUB_API_URL}/x?page=2>; rel="next", <{GITHUB_API_URL}/x?page=9>; rel="last"',
            f'<{OWN}/x?page=2>; rel="next", <{OWN}/x?page=9>; rel="last"',
        ),
        (
            '<https://api.github.com/organizations{?since}>; rel="first"',
            f'<{OWN}/organizations{{?since}}>; rel="first"',
        ),
        ("<https://api.github.com>; rel=self", f"<{OWN}>; rel=self"),
        ("https://api.github.com/repositories/7", f"{OWN}/repositories/7"),
        ("https://api.github.com", OWN),
        ('<https://docs.github.com/en/rest>; rel="deprecation"', None),
        ("https://codeload.github.com/o/r/legacy.tar.gz/main", None),
        ("https://api.github.com.evil.example/x", None),
        ("<https://api.github.com:8443/x>", None),
    ],
)
def test_links_and_locations_lead_back_here(value: str, expected: str | None) -> None:
    """All of the API's URLs in the field, and no other host's."""
    assert REWRITER.field(value, OWN) == (expected or value)


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("https://api.github.com/repositories/7/issues?page=2", "/repositories/7/issues?page=2"),
        ("https://api.github.com/a%2Fb#top", "/a%2Fb"),
        ("https://api.github.com", "/"),
        ("https://api.github.com?x=1", "/?x=1"),
        ("https://codeload.github.com/x", None),
        ("https://api.github.com.evil.example/x", None),
        ("https://evil.example/https://api.github.com/x", None),
        ("/repositories/7", None),
        ("", None),
    ],
)
def test_a_location_within_the_api_has_a_path(location: str, path: str | None) -> None:
    """Only a URL of the API may be followed; where else it leads is not told."""
    assert REWRITER.path(location) == path


MEMBERS = st.lists(
    st.one_of(
        st.tuples(
            st.just("permissions"), st.just(PERMISSIONS) | st.just({"pull": True}) | st.just({})
        ),
        st.tuples(st.just("temp_clone_token"), st.sampled_from(["AAB", "", None])),
        st.tuples(st.sampled_from(["a", "permissions_url", "my_temp_clone_token", "z"]), TEXTS),
        st.tuples(st.just("owner"), st.just({"login": "octocat"})),
    ),
    max_size=6,
).map(dict)


def of_viewer_removed(value: object) -> object:
    """Return a parsed body without the two members."""
    if isinstance(value, list):
        return [of_viewer_removed(item) for item in value]
    if isinstance(value, dict):
        of_viewer = ("permissions", "temp_clone_token")
        return {k: of_viewer_removed(v) for k, v in value.items() if k not in of_viewer}
    return value


@given(
    MEMBERS | st.lists(MEMBERS, max_size=3) | MEMBERS.map(lambda it: {"x": 1, "items": [it, it]})
)
def test_nothing_of_the_viewer_is_left(body: object) -> None:
    """Wherever the members stand, first, last or alone, they go and JSON stays JSON."""
    expected = of_viewer_removed(body)

    assert json.loads(without_viewer(compact(body))) == expected
    assert json.loads(without_viewer(json.dumps(body).encode())) == expected
    assert json.loads(without_viewer(json.dumps(body, indent=1).encode())) == expected


def test_the_bytes_around_are_kept() -> None:
    """A real body loses the two members and nothing else."""
    body = {**REPOSITORY, "permissions": PERMISSIONS, "temp_clone_token": "", "forks": 9}

    assert without_viewer(compact(body)) == compact({**REPOSITORY, "forks": 9})


@pytest.mark.parametrize(
    "body",
    [
        # An App's rights are about the App, not about who looks.
        b'{"slug":"bot","permissions":{"contents":"read","issues":"write"}}',
        b'{"name":"x","permissions":{"admin":{"deep":true}}}',
        b'{"text":"\\",\\"permissions\\":{\\"admin\\":true}"}',
        b'{"a":"{","b":",","c":"permissions"}',
        b'{"permissions":null,"permission":"admin"}',
    ],
)
def test_other_permissions_stay(body: bytes) -> None:
    """Only an object of yes and no is the viewer's rights."""
    assert without_viewer(body) == body
