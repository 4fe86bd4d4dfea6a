"""A delivery, read."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.happening import read_happening
from portico.core.places import NEEDED

REPOSITORY = {
    "id": 7,
    "full_name": "Octo/Hello",
    "private": True,
    "owner": {"login": "Octo", "id": 1},
    "default_branch": "main",
    "pushed_at": 1557933657,
}


def test_a_push_is_read() -> None:
    """Its repository, its ref, and the instant that GitHub tells as a number."""
    body = json.dumps({"ref": "refs/heads/main", "after": "", "repository": REPOSITORY}).encode()

    found = read_happening("push", body)

    assert (found.owner, found.owner_id, found.at) == ("Octo", 1, 1557933657.0)
    assert found.repository is not None
    assert (found.repository.full_name, found.repository.is_private) == ("Octo/Hello", True)
    assert found.details["ref"] == "refs/heads/main"
    assert found.details["is_default_branch"] is True


def test_a_ping_tells_of_its_hook() -> None:
    """Which events it sends, and for what."""
    hook = {"type": "Organization", "id": 3, "events": ["push", "star"]}

    found = read_happening("ping", json.dumps({"hook": hook}).encode()).hook

    assert found is not None
    assert (found.id, found.kind, found.events) == (3, "organization", frozenset({"push", "star"}))


@pytest.mark.parametrize(
    ("event", "body", "place"),
    [
        ("push", b'{"ref":"refs/heads/main"}', "$.repository"),
        ("push", b'{"ref":7}', "$.ref"),
        ("star", b'{"action":"created","repository":{"id":"secret"}}', "$.repository.id"),
        ("star", b'{"action":"created","repository":{"id":1,"full_name":"x"}}', "full_name"),
        ("star", b"[]", "object"),
        ("star", b'{"action":', "truncated"),
        ("star", b"", "truncated"),
        ("star", b"\xff", "malformed"),
    ],
)
def test_a_wrong_shape_is_named_by_its_place(event: str, body: bytes, place: str) -> None:
    """The message says where, and never what stands there."""
    with pytest.raises(ValueError, match=event) as caught:
        read_happening(event, body)

    assert place in str(caught.value)
    assert "secret" not in str(caught.value)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "full_name", "repository", "issue", "number", "ref", "action"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from([*NEEDED, "new"]), ANYTHING.map(json.dumps).map(str.encode) | st.binary())
def test_any_body_is_read_or_refused(event: str, body: bytes) -> None:
    """Whatever is sent: a happening or a ValueError, nothing else."""
    with suppress(ValueError):
        read_happening(event, body)
