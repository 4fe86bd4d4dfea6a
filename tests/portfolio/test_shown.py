"""Single things as shown: links are safe, texts are kept, GitHub's misleading names are not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.portfolio.decode import read_repository, read_user
from portico.portfolio.shown import details_of, repository_of, user_of, web_url
from tests.portfolio.canned import repository, user


@pytest.mark.parametrize(
    "url",
    ["https://solveig.example", "http://a.b/c?d=e#f", "HTTPS://A.B", "https://søl.example/é"],
)
def test_a_web_address_may_become_a_link(url: str) -> None:
    """URLs of http and https are kept as entered."""
    assert web_url(url) == url


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "solveig.example",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https:///path",
        "http:a",
        "http://[",
        'https://a.b/"onmouseover="x',
        "https://a.b/<script>",
        "https://a.b/ c",
        "https://a.b/\u202emoc",
        "https://github.com@evil.example/",
        "https://a.b\\@c",
        "ftp://a.b",
    ],
)
def test_anything_else_may_not(text: str | None) -> None:
    """Scripts, other schemes, disguised hosts and characters that break out make no link."""
    assert web_url(text) is None


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_no_text_breaks_the_check(text: str) -> None:
    """Any text is a web address or none."""
    assert web_url(text) in (None, text)


def test_a_hostile_website_stays_a_text() -> None:
    """What was entered is data; it only never becomes a link."""
    shown = user_of(read_user(json.dumps(user(blog="javascript:alert(1)")).encode()))

    assert (shown.blog, shown.blog_url) == ("javascript:alert(1)", None)


def test_what_was_left_empty_is_null() -> None:
    """GitHub's empty texts say that nothing was entered."""
    shown = user_of(read_user(json.dumps(user(blog="", bio="", company="")).encode()))

    assert (shown.blog, shown.bio, shown.company) == (None, None, None)


def test_an_organisation_is_told_by_its_kind() -> None:
    """Users and organisations are one kind of document."""
    body = read_user(json.dumps(user(type="Organization", bio=None)).encode())

    assert user_of(body).kind == "organization"


def test_hostile_text_is_kept_as_it_is() -> None:
    """Text is not changed on the way: escaping belongs to whoever shows it."""
    text = "<script>alert('ø')</script>\u202e\u0000"

    shown = repository_of(read_repository(json.dumps(repository(1, description=text)).encode()))

    assert json.loads(shown.model_dump_json())["description"] == text


def test_watchers_are_not_the_stars() -> None:
    """GitHub's `watchers_count` holds the stars; the watchers are its `subscribers_count`."""
    body = repository(1, stargazers_count=9, watchers_count=9, subscribers_count=3, network_count=4)

    shown = details_of(read_repository(json.dumps(body).encode()))

    assert (shown.stars, shown.watchers, shown.network) == (9, 3, 4)


def test_a_fork_names_where_it_comes_from() -> None:
    """Parent and source of a fork are named in full."""
    body = repository(1, fork=True, parent={"full_name": "a/b"}, source={"full_name": "c/d"})

    shown = details_of(read_repository(json.dumps(body).encode()))

    assert (shown.fork, shown.parent, shown.source) == (True, "a/b", "c/d")


def test_a_repository_without_licence_or_language_is_shown() -> None:
    """What a repository lacks is null."""
    body = repository(1, license=None, language=None, pushed_at=None)

    shown = repository_of(read_repository(json.dumps(body).encode()))

    assert (shown.license, shown.language, shown.pushed_at) == (None, None, None)
