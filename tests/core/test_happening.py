"""A delivery, read."""

import json
import tracemalloc
from contextlib import suppress
from itertools import chain
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.happening import AccountRef, Hook, read_happening
from portico.core.payload import Payload
from portico.core.places import DETAILS, INSTANTS, NEEDED

SHA = "0791cc7b1a706ab5d7c607ddff35de4d486ba3e9"

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


def test_a_hooks_id_may_stand_beside_it() -> None:
    """As in a `meta`, which tells of a hook that is gone."""
    gone = {"action": "deleted", "hook_id": 3, "hook": {"type": "Repository", "events": ["*"]}}

    found = read_happening("meta", json.dumps(gone).encode()).hook

    assert found == Hook(id=3, kind="repository", events=frozenset({"*"}))


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


def test_an_event_of_tomorrow_is_read_as_far_as_it_can_be() -> None:
    """Whatever shape it has, it is an object and nothing follows."""
    usual = read_happening("painting", json.dumps({"repository": REPOSITORY}).encode())
    odd = read_happening("painting", b'{"repository":"octo/hello","issue":7,"ref":[]}')

    assert (usual.owner, usual.details) == ("Octo", {})
    assert (odd.event, odd.repository, odd.owner) == ("painting", None, None)


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'"x"', b"{", b"", b"\xff"])
def test_an_unknown_event_is_at_least_an_object(body: bytes) -> None:
    """Else it is no delivery; the message does not repeat the event's name either."""
    with pytest.raises(ValueError, match="a delivery: ") as caught:
        read_happening("secret", body)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("event", "payload", "at"),
    [
        ("push", {"repository": REPOSITORY, "after": SHA, "ref": "refs/heads/x"}, 1557933657),
        (
            "push",
            {"repository": REPOSITORY | {"pushed_at": "2019-05-15T15:20:57Z"}, "ref": "x"},
            1557933657,
        ),
        # When a ref goes, `pushed_at` stays what it was.
        ("push", {"repository": REPOSITORY, "ref": "x", "deleted": True}, None),
        ("push", {"repository": REPOSITORY | {"pushed_at": None}, "ref": "x"}, None),
        (
            "issues",
            {"action": "closed", "issue": {"updated_at": "2019-05-15T15:20:18Z"}},
            1557933618,
        ),
        ("issues", {"action": "closed", "issue": {"updated_at": "yesterday"}}, None),
        ("issues", {"action": "closed", "issue": {"updated_at": "2019-05-15T15:20:18"}}, None),
        ("issues", {"action": "closed", "issue": {}}, None),
        # Neither moves `updated_at` for certain.
        ("issues", {"action": "pinned", "issue": {"updated_at": "2019-05-15T15:20:18Z"}}, None),
        (
            "issue_comment",
            {"action": "deleted", "comment": {"updated_at": "2019-05-15T15:20:18Z"}},
            None,
        ),
        (
            "status",
            {"sha": SHA, "state": "x", "updated_at": "2019-05-15T15:20:55+00:00"},
            1557933655,
        ),
        ("star", {"action": "created", "starred_at": "2019-05-15T15:20:40.5Z"}, 1557933640),
        ("star", {"action": "deleted", "starred_at": None}, None),
        # A check run's times are its App's.
        (
            "check_run",
            {"check_run": {"head_sha": SHA, "completed_at": "2019-05-15T15:20:40Z"}},
            None,
        ),
        ("watch", {"action": "started"}, None),
    ],
)
def test_the_instant_is_githubs_own_or_none(
    event: str, payload: dict[str, Any], at: float | None
) -> None:
    """Only a time that the change itself sets: one that is too early would hide the change."""
    numbered = {
        name: {"number": 5, "id": 5, **value} if isinstance(value, dict) else value
        for name, value in payload.items()
    }
    base = {"action": "x", "repository": REPOSITORY, "after": SHA, "issue": {"number": 5}}

    assert read_happening(event, json.dumps(base | numbered).encode()).at == at


def test_a_large_body_is_not_made_into_objects() -> None:
    """What is not needed is skipped: memory stays a fraction of the body's."""
    commits = [{"id": SHA, "message": "x" * 5_000, "added": ["a" * 50] * 50}] * 1_000
    push = {"repository": REPOSITORY, "ref": "refs/heads/x", "after": SHA, "commits": commits}
    body = json.dumps(push).encode()
    tracemalloc.start()

    read_happening("push", body)

    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(body) > 5_000_000
    assert peak_bytes < len(body) / 100


def test_who_an_installation_no_longer_reaches_is_told() -> None:
    """All repositories that it lists, and the private ones among them."""
    listed = [{"id": 1, "full_name": "o/a"}, {"id": 2, "full_name": "o/b", "private": True}]
    gone = {"action": "removed", "installation": {"id": 3}, "repositories_removed": listed}

    found = read_happening("installation_repositories", json.dumps(gone).encode())

    assert [each.full_name for each in found.repositories["listed"]] == ["o/a", "o/b"]
    assert [each.full_name for each in found.repositories["lost"]] == ["o/b"]


def test_a_moved_repository_is_told_under_its_former_name() -> None:
    """The same id; whose it was is told beside it."""
    bob = {"login": "bob", "id": 2}
    changes = {"owner": {"from": {"user": bob}}, "repository": {"name": {"from": "Howdy"}}}
    moved = {"action": "transferred", "repository": REPOSITORY, "changes": changes}

    found = read_happening("repository", json.dumps(moved).encode())

    (former,) = found.repositories["former"]
    assert (former.full_name, former.id, former.owner_id) == ("bob/Howdy", 7, None)
    assert found.accounts["former_owner"] == (AccountRef(login="bob", id=2),)


def test_a_tag_may_have_the_name_of_the_default_branch() -> None:
    """`create` and `delete` tell the kind of a ref beside its short name."""
    made = {"ref": "main", "ref_type": "tag", "repository": REPOSITORY}

    details = read_happening("create", json.dumps(made).encode()).details

    assert (details["is_tag"], details["is_default_branch"]) == (True, False)


def test_an_enterprise_has_no_login() -> None:
    """An App may be installed on one; it owns no repository itself."""
    installed = {"id": 3, "account": {"id": 1, "slug": "acme", "name": "Acme"}}
    body = json.dumps({"action": "deleted", "installation": installed}).encode()

    found = read_happening("installation", body)

    assert (found.owner, found.owner_id) == (None, None)


@pytest.mark.parametrize(
    "place", [place for places in DETAILS.values() for place in places.values()]
)
def test_every_place_is_a_member_that_is_read(place: str) -> None:
    """A slip of the pen in a dotted place would never find anything."""
    assert _is_read(Payload, place.split("."))


@pytest.mark.parametrize("place", [*INSTANTS.values(), *chain(*NEEDED.values())])
def test_every_needed_place_is_a_member_that_is_read(place: str) -> None:
    """A slip of the pen would refuse every delivery of that event."""
    assert _is_read(Payload, place.split("."))


def _is_read(struct: type[object], way: list[str]) -> bool:
    """Return whether these nested structs have members of these names."""
    if not way:
        return True
    kind = get_type_hints(struct).get(way[0])
    inner = get_args(kind) or (kind,)
    return kind is not None and any(
        not way[1:] or (isinstance(each, type) and _is_read(each, way[1:])) for each in inner
    )
