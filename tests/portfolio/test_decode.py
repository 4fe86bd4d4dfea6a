"""Decoding: unknown fields are skipped, null is taken, another shape is noticed."""

import json
from collections.abc import Callable

import pytest

from portico.portfolio.decode import read_languages, read_repositories, read_repository, read_user
from tests.portfolio.canned import repository, user


def test_a_user_is_read() -> None:
    """The fields that are named are read, non-ASCII text as it is."""
    body = read_user(json.dumps(user(name="Søren 東京")).encode())

    assert (body.login, body.name, body.company, body.followers) == (
        "solveig",
        "Søren 東京",
        None,
        30,
    )


def test_a_repository_without_what_only_a_single_one_has_is_read() -> None:
    """A repository in a list lacks the watchers."""
    (body,) = read_repositories(json.dumps([repository(1)]).encode())

    assert (body.name, body.subscribers_count, body.parent) == ("repo-0001", None, None)


def test_null_is_taken_where_github_sends_it() -> None:
    """Whatever GitHub may leave open may be null."""
    open_ = ["description", "homepage", "language", "license", "pushed_at", "created_at"]

    body = read_repository(json.dumps(repository(1, **dict.fromkeys(open_))).encode())

    assert (body.language, body.license, body.pushed_at) == (None, None, None)


@pytest.mark.parametrize("read", [read_user, read_repository, read_repositories, read_languages])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[1]",
        b'{"login":1.5}',
        b"<html></html>",
        b'{"message":"Not Found"}',
        b'{"login":"\xff"}',
        b'{"name":"\\ud800"}',
        b'{"deep":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_another_shape_is_noticed(read: Callable[[bytes], object], body: bytes) -> None:
    """Whatever is not what was asked for is refused in one way."""
    with pytest.raises(ValueError, match="unexpected shape"):
        read(body)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "1"},
        {"size": None},
        {"fork": 1},
        {"owner": None},
        {"pushed_at": "2020-01-01T00:00:00"},
    ],
    ids=str,
)
def test_a_field_of_another_type_is_noticed(changes: dict[str, object]) -> None:
    """A field that is not what GitHub documents is not taken for something else."""
    with pytest.raises(ValueError, match="unexpected shape"):
        read_repository(json.dumps(repository(1, **changes)).encode())


def test_the_message_does_not_repeat_the_body() -> None:
    """A message says where the shape is wrong, not what stands there."""
    with pytest.raises(ValueError, match=r"\$\.id") as raised:
        read_user(json.dumps(user(id="s3cret")).encode())

    assert "s3cret" not in str(raised.value)
