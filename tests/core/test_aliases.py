"""The two names of one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.aliases import aliases

REPO = "/repos/octo/hello"


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
