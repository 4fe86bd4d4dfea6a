"""What may be stored, what is read whole, and which header fields go on the way."""

from collections.abc import Mapping

import pytest

from portico.core.message import Headers, Request, Response
from portico.core.policy import is_readable, is_storable, passed_on_headers, upstream_age_s
from tests.core.values import get, headers, judge, reply

HOP_BY_HOP: Mapping[str, str] = {
    "Connection": "close",
    "Keep-Alive": "5",
    "Transfer-Encoding": "chunked",
    "Content-Encoding": "gzip",
    "Content-Length": "9",
    "Set-Cookie": "a=1",
    "Server": "github.com",
    "Strict-Transport-Security": "max-age=1",
    "Alt-Svc": 'h3=":443"',
    "X-RateLimit-Limit": "5000",
    "X-RateLimit-Remaining": "4999",
    "X-RateLimit-Reset": "1",
    "X-RateLimit-Used": "1",
    "X-RateLimit-Resource": "core",
    "Age": "1",
}


@pytest.mark.parametrize("status", [200, 422])
def test_what_belongs_to_the_connection_or_the_bucket_goes(status: int) -> None:
    """Neither a stored nor a passed-on answer carries it; all else stays in its order."""
    fields = {"ETag": '"x"', **HOP_BY_HOP, "X-Poll-Interval": "60"}

    outcome = judge(reply(status, fields=fields)).outcome

    assert isinstance(outcome, Response)
    names = [name for name, _ in outcome.headers]
    assert names == ["Content-Type", "ETag", "X-Poll-Interval"]


def test_retry_after_is_passed_on_but_never_stored() -> None:
    """A stored one would be wrong a moment later."""
    fields = Headers([("Retry-After", "9"), ("X", "1")])
    kept = judge(reply(200, fields={"Retry-After": "9"})).keep

    assert "Retry-After" in passed_on_headers(fields)
    assert kept is not None
    assert "Retry-After" not in kept.response.headers


@pytest.mark.parametrize(
    ("request_", "fields", "expected"),
    [
        (get(), [], True),
        (get(Cache_Control="no-store"), [], False),
        (get(query="callback=f"), [], False),
        (get(query="a=1&callback=f"), [], False),
        (Request("POST", "/x"), [], False),
        (Request("HEAD", "/x"), [], True),
        (get(), [("Cache-Control", "No-Store")], False),
        (get(), [("Cache-Control", "private"), ("cache-control", "no-store")], False),
        (get(), [("Cache-Control", "no-cache")], True),
        (get(), [("Cache-Control", "private, max-age=60")], True),
        (get(), [("Vary", "*")], False),
        (get(), [("Vary", "Accept, *")], False),
        (get(), [("Vary", "Accept"), ("Vary", "*")], False),
        (get(), [("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP")], True),
    ],
)
def test_what_may_be_stored(
    request_: Request, fields: list[tuple[str, str]], *, expected: bool
) -> None:
    """Not against `no-store` of either side, not JSONP, not what varies by anything at all."""
    assert is_storable(request_, Response(200, Headers(fields))) is expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        (None, True),
        ("application/json; charset=utf-8", True),
        ("Application/JSON", True),
        ("application/vnd.github.v3.diff; charset=utf-8", True),
        ("application/vnd.github.raw+json", True),
        ("text/plain;charset=utf-8", True),
        ("application/atom+xml", True),
        ("application/scim+json", True),
        ("application/octet-stream", False),
        ("application/zip", False),
        ("application/x-gzip", False),
        ("image/png", False),
    ],
)
def test_text_and_json_are_read_whole(content_type: str | None, *, expected: bool) -> None:
    """Archives and pictures stream through; what people read as text is kept."""
    fields = Headers([("Content-Type", content_type)] if content_type else [])

    assert is_readable(fields) is expected


def test_an_age_is_read_from_the_answer() -> None:
    """Nothing said, or nonsense, is no age."""
    assert upstream_age_s(headers({"age": "61"})) == 61
    assert upstream_age_s(headers({"Age": "-5"})) == 0
    assert upstream_age_s(Headers()) == 0
