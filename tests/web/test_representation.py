"""What one caller gets of a stored response: bytes, validator, and nothing of anybody else's."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.entry import Entry
from portico.core.message import Headers, Response
from portico.core.resource import RouteClass
from portico.core.rewrite import GITHUB_API_URL, Rewriter
from portico.core.stored_fields import OF_THE_CREDENTIAL
from portico.web.representation import (
    MOST_VARIANTS,
    Representation,
    Representations,
    View,
    accepts_gzip,
    matches,
)

BASE = "http://portico.example/api/v3"
PLAIN = View(BASE, is_public=False, is_gzip=False)
BODY = b'{"id":1,"url":"https://api.github.com/users/octo","permissions":{"admin":true}}'
LONG = b'{"id":1,"bio":"' + b"x" * 2_000 + b'"}'


def entry(body: bytes = BODY, *, status: int = 200, **fields: str) -> Entry:
    """Return a stored response."""
    headers = Headers([("Content-Type", "application/json; charset=utf-8")])
    for name, value in fields.items():
        headers = headers.having(name.replace("_", "-"), value)
    return Entry(Response(status, headers, body), RouteClass.SLOW, frozenset(), "", 0.0, 0.0)


@pytest.fixture
def representations() -> Representations:
    """Representations in front of GitHub itself."""
    return Representations(Rewriter(GITHUB_API_URL))


def field(made: Representation, name: str) -> str | None:
    """Return a header field's value."""
    return Headers.from_asgi(made.headers).get(name)


def test_urls_lead_back(representations: Representations) -> None:
    """URLs of the API, in body, `Link` and `Location`, begin with the base that was asked."""
    link = '<https://api.github.com/user/1/repos?page=2>; rel="next"'
    stored = entry(Link=link, Location="https://api.github.com/repositories/7")

    made = representations.of_entry(stored, PLAIN)

    assert b'"url":"http://portico.example/api/v3/users/octo"' in made.body
    assert field(made, "Link") == f'<{BASE}/user/1/repos?page=2>; rel="next"'
    assert field(made, "Location") == f"{BASE}/repositories/7"


def test_nothing_is_rewritten_without_a_base(representations: Representations) -> None:
    """On the Unix socket the body is GitHub's, byte for byte."""
    made = representations.of_entry(entry(), replace(PLAIN, base=None))

    assert made.body == BODY


def test_text_is_not_rewritten(representations: Representations) -> None:
    """Only JSON holds links; a file's text is what it is."""
    text = b'"url":"https://api.github.com/x"'
    stored = entry(text, Content_Type="application/vnd.github.raw; charset=utf-8")

    assert representations.of_entry(stored, PLAIN).body == text


def test_validator_is_per_base(representations: Representations) -> None:
    """Two bases are two representations, each with a strong validator of its own."""
    stored = entry()

    one = representations.of_entry(stored, PLAIN)
    other = representations.of_entry(stored, replace(PLAIN, base="http://other.example"))

    assert one.etag != other.etag
    assert one.etag is not None
    assert one.etag.startswith('"')
    assert field(one, "ETag") == one.etag


def test_validator_is_of_the_body_alone(representations: Representations) -> None:
    """The same body fetched again has the same validator; another one has another."""
    etags = [
        representations.of_entry(stored, PLAIN).etag
        for stored in (entry(), entry(ETag='"of GitHub"'), entry(b"{}"))
    ]

    assert etags[0] == etags[1] != etags[2]


def test_githubs_validator_stays_behind(representations: Representations) -> None:
    """GitHub's ETag tells which credential it was made for; nobody is handed it."""
    made = representations.of_entry(entry(ETag='"of GitHub"'), PLAIN)

    assert "of GitHub" not in str(made.headers)


@pytest.mark.parametrize("status", [404, 301, 204])
def test_only_a_200_has_a_validator(representations: Representations, status: int) -> None:
    """An error confirms nothing."""
    made = representations.of_entry(entry(b"", status=status), PLAIN)

    assert (made.etag, field(made, "ETag")) == (None, None)


def test_gzip(representations: Representations) -> None:
    """A long body is compressed for who takes it, under a validator of its own."""
    stored = entry(LONG)
    plain = representations.of_entry(stored, PLAIN)
    small = representations.of_entry(stored, replace(PLAIN, is_gzip=True))

    assert gzip.decompress(small.body) == plain.body == LONG
    assert (field(small, "Content-Encoding"), field(plain, "Content-Encoding")) == ("gzip", None)
    assert small.etag != plain.etag
    assert "Accept-Encoding" in (field(plain, "Vary") or "")
    assert matches(small.etag, plain.etag)


def test_short_bodies_are_not_compressed(representations: Representations) -> None:
    """Below a kilobyte it is not worth it."""
    made = representations.of_entry(entry(), replace(PLAIN, is_gzip=True))

    assert field(made, "Content-Encoding") is None


def test_public_view_leaves_out_the_credential(representations: Representations) -> None:
    """Everybody gets nothing of whose credential fetched it; its holder gets it all."""
    stored = entry()
    leaks = Headers([*stored.response.headers, *((name, "leak") for name in OF_THE_CREDENTIAL)])
    stored = replace(stored, response=replace(stored.response, headers=leaks))

    public = representations.of_entry(stored, replace(PLAIN, is_public=True))
    own = representations.of_entry(stored, PLAIN)

    assert "leak" not in str(public.headers)
    assert b"permissions" not in public.body
    assert str(own.headers).count("leak") == len(OF_THE_CREDENTIAL)
    assert b'"permissions":{"admin":true}' in own.body


def test_own_answers_are_private(representations: Representations) -> None:
    """What GitHub calls public though it is one App's own is not so for a cache in front."""
    stored = entry(Cache_Control="public, max-age=60, s-maxage=60")

    own = representations.of_entry(stored, PLAIN)
    public = representations.of_entry(stored, replace(PLAIN, is_public=True))

    assert field(own, "Cache-Control") == "private, max-age=60, s-maxage=60"
    assert field(public, "Cache-Control") == "public, max-age=60, s-maxage=60"


def test_cross_origin_fields_are_not_passed_on(representations: Representations) -> None:
    """Which site may read answers from this host is not GitHub's to say."""
    made = representations.of_entry(entry(Access_Control_Allow_Origin="*"), PLAIN)

    assert field(made, "Access-Control-Allow-Origin") is None


def test_request_id_of_github_has_another_name(representations: Representations) -> None:
    """The id for GitHub's support is kept apart from Portico's own."""
    made = representations.of_entry(entry(X_GitHub_Request_Id="AB:12"), PLAIN)

    assert field(made, "X-GitHub-Request-Id") is None
    assert field(made, "X-Portico-GitHub-Request-Id") == "AB:12"


def test_made_once(representations: Representations) -> None:
    """A hit neither rewrites nor hashes nor compresses again."""
    stored = entry()

    assert representations.of_entry(stored, PLAIN) is representations.of_entry(stored, PLAIN)


def test_variants_are_bounded(representations: Representations) -> None:
    """A caller who makes host names up does not fill the memory."""
    stored = entry()
    for number in range(50):
        representations.of_entry(stored, replace(PLAIN, base=f"http://{number}.example"))

    assert len(representations._made[stored]) <= MOST_VARIANTS


def test_forgotten_with_the_entry(representations: Representations) -> None:
    """What was made of an entry goes with it."""
    stored = entry()
    representations.of_entry(stored, PLAIN)
    del stored

    assert len(representations._made) == 0


@pytest.mark.parametrize(
    ("if_none_match", "is_match"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"abc-gzip"', True),
        ('W/"abc-gzip"', True),
        ('"x", "abc"', True),
        ('"x",W/"abc" , "y"', True),
        ("*", True),
        (" * ", True),
        ('"abcd"', False),
        ('"ABC"', False),
        ('"x", "y"', False),
        ("", False),
        ('""', False),
        (None, False),
    ],
)
def test_matching(if_none_match: str | None, *, is_match: bool) -> None:
    """Validators are compared weakly, in lists, and whatever the coding (RFC 9110 §13.1.2)."""
    assert matches(if_none_match, '"abc"') is is_match


@given(st.text())
def test_nothing_matches_what_has_no_validator(if_none_match: str) -> None:
    """Where there is no validator, whatever is sent does not match."""
    assert not matches(if_none_match, None)


@pytest.mark.parametrize(
    ("accept_encoding", "is_taken"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=0.5, br", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("br", False),
        ("", False),
        (None, False),
        ("gzipped", False),
    ],
)
def test_accepting_gzip(accept_encoding: str | None, *, is_taken: bool) -> None:
    """Gzip goes to those alone who say that they take it (RFC 9110 §12.5.3)."""
    assert accepts_gzip(accept_encoding) is is_taken
