"""The arithmetic of entity tags, against a recorded exchange of the real service."""

from __future__ import annotations

import hashlib

import pytest

from portico.sandbox import Request
from portico.sandbox.validators import accepts_gzip, is_current, opaque_tag

RECORDED_BODY = (
    b'[{"name":"release-v2-0","commit":{"sha":"0791cc7b1a706ab5d7c607ddff35de4d486ba3e9","url":'
    b'"https://api.github.com/repos/PyGithub/PyGithub/commits/'
    b'0791cc7b1a706ab5d7c607ddff35de4d486ba3e9"},"protected":false}]'
)
RECORDED_TAG = "717c5c48f3e422fc79179d2410bef733347be76673684d8432ed5721f118ca40"


def test_a_recorded_tag_is_reproduced() -> None:
    """An anonymous answer's tag is the hash of the Accept value, a colon and the body."""
    request = Request("GET", "/", headers={"accept": "*/*"})

    assert opaque_tag(request, RECORDED_BODY, is_private=False) == RECORDED_TAG


def test_a_private_tag_names_the_credential_as_it_was_spelled() -> None:
    """`token X` and `Bearer X` get different tags for the same body, a cookie yet another."""
    spellings = ({"authorization": "token x"}, {"authorization": "Bearer x"}, {"cookie": "a=b"})
    tags = {
        opaque_tag(Request("GET", "/", headers={"accept": "*/*", **sent}), b"{}", is_private=True)
        for sent in spellings
    }

    assert len(tags) == 3
    assert hashlib.sha256(b"*/*:token x:{}").hexdigest() in tags


@pytest.mark.parametrize(
    ("sent", "is_match"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"zzz", W/"abc"', True),
        ("*", True),
        ("abc", False),
        ('"abcd"', False),
        ("", False),
    ],
)
def test_if_none_match_is_compared_weakly(sent: str, *, is_match: bool) -> None:
    """Lists, the asterisk and weak tags match; a tag without quotes does not."""
    assert is_current(sent, "abc") is is_match


@pytest.mark.parametrize(
    ("sent", "is_accepted"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("", False),
    ],
)
def test_gzip_is_sent_to_those_who_take_it(sent: str, *, is_accepted: bool) -> None:
    """Accept-Encoding decides, a weight of zero refuses."""
    assert accepts_gzip(sent) is is_accepted
