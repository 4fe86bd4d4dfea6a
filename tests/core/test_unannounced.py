"""What changes in an answer although no webhook tells."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.shapes import SHAPES
from portico.core.unannounced import UNANNOUNCED_MEMBERS, are_told_alike

REPOSITORY = {"id": 7, "stargazers_count": 3, "subscribers_count": 1, "owner": {"login": "octo"}}
PULL = {"number": 5, "title": "x", "base": {"ref": "main", "repo": REPOSITORY}}


@pytest.mark.parametrize(
    ("facet", "one", "other", "expected"),
    [
        ("meta", REPOSITORY, REPOSITORY | {"subscribers_count": 2}, True),
        ("meta", REPOSITORY, REPOSITORY | {"subscribers_count": 2, "stargazers_count": 4}, False),
        ("meta", REPOSITORY, REPOSITORY | {"size": 9}, True),
        ("repos", [REPOSITORY], [REPOSITORY | {"subscribers_count": 2}], True),
        ("repos", [REPOSITORY], [], False),
        ("issues", {"size": 1}, {"size": 2}, False),
        ("pulls", PULL, PULL | {"base": {"ref": "main", "repo": None}}, True),
        ("pulls", PULL, PULL | {"base": {"ref": "next", "repo": REPOSITORY}}, False),
        ("issues", {"milestone": {"open_issues": 1}}, {"milestone": {"open_issues": 2}}, True),
        ("issues", {"milestone": {"title": "1"}}, {"milestone": {"title": "2"}}, False),
        ("labels", {"user": {"avatar_url": "a"}}, {"user": {"avatar_url": "b"}}, True),
        ("unheard-of", {"a": 1}, {"a": 2}, False),
        ("meta", {"a": 1}, {}, False),
    ],
)
def test_what_counts_as_a_change(facet: str, one: object, other: object, *, expected: bool) -> None:
    """Anything but the members that no event tells of, wherever in the body they stand."""
    bodies = (json.dumps(each).encode() for each in (one, other))

    assert are_told_alike(facet, *bodies) is expected


def test_bodies_that_are_no_json_are_compared_whole() -> None:
    """A readme as text, a diff."""
    assert are_told_alike("readme", b"# a", b"# a")
    assert not are_told_alike("readme", b"# a", b"# b")
    assert not are_told_alike("readme", b"{}", b"\xff")


def test_each_table_is_about_a_facet_that_there_is() -> None:
    """Those of `core/shapes.py`, and the lists of repositories."""
    facets = {shape.path.partition("/")[0] for shape in SHAPES}

    assert set(UNANNOUNCED_MEMBERS) <= facets | {"repos"}


@given(st.sampled_from([*UNANNOUNCED_MEMBERS, "x"]), st.binary(), st.binary())
def test_any_two_bodies_can_be_compared(facet: str, one: bytes, other: bytes) -> None:
    """Whatever they hold; what is the same is alike."""
    assert are_told_alike(facet, one, one)
    assert are_told_alike(facet, one, other) == are_told_alike(facet, other, one)
