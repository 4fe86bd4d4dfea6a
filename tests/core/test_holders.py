"""Whose bucket a credential spends from, as GitHub's answers tell it."""

from __future__ import annotations

import json

import pytest

from portico.core.holders import MOST_HOLDERS, Holders
from portico.core.limits import Limit, limit_answer
from portico.core.message import Headers, Request, Response

USER = Request("GET", "/user")
REPO = Request("GET", "/repos/octo/hello")


def answer(status: int, body: object) -> Response:
    """Return an answer with this JSON body."""
    return Response(status, Headers(), json.dumps(body).encode())


def test_two_tokens_of_one_user_share_a_bucket() -> None:
    """`GET /user` tells whose a token is, by the user's number."""
    holders = Holders()
    before = holders.bucket_of("a")
    holders.learn("a", USER, answer(200, {"login": "octo", "id": 17}))
    told = holders.learn("b", USER, answer(200, {"login": "octo", "id": 17}))
    again = holders.learn("b", USER, answer(200, {"login": "octo", "id": 17}))

    assert before == "a"
    assert (told, again) == ("user:17", None)
    assert {holders.bucket_of("a"), holders.bucket_of("b")} == {"user:17"}


@pytest.mark.parametrize("bucket", ["user:17", "installation:5150"])
def test_a_used_up_limit_names_its_holder(bucket: str) -> None:
    """GitHub's own words say whose limit it is."""
    said = limit_answer(Limit.PRIMARY, bucket=bucket, resource="core", until=1.0, now=0.0)
    holders = Holders()
    holders.learn("a", REPO, said)

    assert holders.bucket_of("a") == bucket


@pytest.mark.parametrize(
    ("fingerprint", "request_", "response"),
    [
        ("", USER, answer(200, {"id": 17})),
        ("a", USER, answer(200, {"id": True})),
        ("a", USER, answer(200, {"id": "17"})),
        ("a", USER, answer(200, [17])),
        ("a", USER, Response(200, Headers(), b"<html>")),
        ("a", USER, answer(304, {})),
        ("a", REPO, answer(200, {"id": 17})),
        ("a", REPO, answer(200, {"body": "API rate limit exceeded for user ID 17"})),
        ("a", REPO, answer(403, {"message": "API rate limit exceeded for 203.0.113.9."})),
    ],
)
def test_what_tells_nothing_teaches_nothing(
    fingerprint: str, request_: Request, response: Response
) -> None:
    """Other answers, other paths, and callers without a credential leave things as they were."""
    holders = Holders()
    holders.learn(fingerprint, request_, response)

    assert holders.bucket_of(fingerprint) == fingerprint


def test_what_is_known_is_bounded() -> None:
    """The longest known is forgotten, and then has a bucket of its own again."""
    holders = Holders()
    for number in range(MOST_HOLDERS + 1):
        holders.learn(str(number), USER, answer(200, {"id": number + 1}))

    assert holders.bucket_of("0") == "0"
    assert holders.bucket_of("1") == "user:2"
