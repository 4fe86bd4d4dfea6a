"""A GraphQL request: what it does, and GitHub's price of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.graphql import UNREADABLE, Operation, read_operation

# The example of GitHub's documentation: 5,101 calls, 51 points.
DOCUMENTED = """
query {
  viewer {
    repositories(first: 100) {
      edges { node { id issues(first: 50) {
        edges { node { id labels(first: 60) { edges { node { id name } } } } }
      } } }
    }
  }
}
"""


def sent(query: str, **members: object) -> bytes:
    """Return a request's body."""
    return json.dumps({"query": query, **members}).encode()


def test_the_documented_example_has_the_documented_price() -> None:
    """GitHub's own example costs what GitHub says."""
    assert read_operation(sent(DOCUMENTED)) == Operation("query", 51)


def user_with(selection: str) -> str:
    """Return a user's first hundred repositories, with a selection of each."""
    return f'user(login: "x") {{ repositories(first: 100) {{ nodes {{ {selection} }} }} }}'


TWO_LISTS = "languages(first: 10) { totalSize } repositoryTopics(first: 9) { totalCount }"
ONE_LIST = "forks(first: 1) { totalCount }"


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ viewer { login } }", 1),
        (f"{{ {user_with('id')} }}", 1),
        # 1 + 100 + 100
        (f"{{ {user_with(TWO_LISTS)} }}", 2),
        # Aliases are fields of their own: 2 * (1 + 100)
        (f"{{ a: {user_with(ONE_LIST)} b: {user_with(ONE_LIST)} }}", 2),
    ],
)
def test_a_price_counts_connections(query: str, points: int) -> None:
    """Each connection costs a call for each of its parents, in hundredths of a point."""
    assert read_operation(sent(query)) == Operation("query", points)


def test_variables_and_their_defaults_count() -> None:
    """A page's size may stand in the variables, or in their defaults."""
    query = """
    query($a: Int, $b: Int = 100) {
      user(login: "x") { repositories(first: $a) { nodes { issues(first: $b) { nodes {
        labels(first: 1) { totalCount } } } } } }
    }
    """

    assert read_operation(sent(query, variables={"a": 10})).points == 10  # 1 + 10 + 1,000


def test_a_size_that_cannot_be_known_counts_as_the_largest() -> None:
    """Where the size is nonsense, or not there, the call is taken for a dear one."""
    query = (
        'query($n: Int) { user(login: "x") { repositories(first: $n) { nodes {'
        " issues(first: 100) { nodes { labels(first: 9) { totalCount } } } } } } }"
    )

    assert read_operation(sent(query)).points == 101


def test_fragments_count_where_they_are_spread() -> None:
    """A named or inline fragment costs what it holds, below the connection it stands in."""
    query = """
    query { user(login: "x") { repositories(first: 100) { nodes { ...R } } } }
    fragment R on Repository { ... on Node { id } issues(first: 1) { totalCount } ...S }
    fragment S on Repository { pullRequests(first: 1) { totalCount } }
    """

    assert read_operation(sent(query)).points == 2  # 1 + 100 + 100


def test_fragments_in_a_circle_end() -> None:
    """What GitHub will refuse does not keep us for ever."""
    query = "{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...A }"

    assert read_operation(sent(query)) == Operation("query", 1)


def test_fragments_that_double_each_other_are_counted_once() -> None:
    """Forty fragments, each spreading the next one twice, are no work of two to the fortieth."""
    bombs = " ".join(
        f"fragment F{n} on User {{ a: id ...F{n + 1} ...F{n + 1} }}" for n in range(40)
    )

    operation = read_operation(
        sent(f"{{ viewer {{ ...F0 }} }} {bombs} fragment F40 on User {{ id }}")
    )

    assert operation == Operation("query", 1)


@pytest.mark.parametrize(
    ("query", "name", "kind"),
    [
        ("mutation { addStar(input: {}) { clientMutationId } }", None, "mutation"),
        ("subscription { x }", None, "subscription"),
        ("query A { x } mutation B { y }", "A", "query"),
        ("query A { x } mutation B { y }", "B", "mutation"),
    ],
)
def test_the_operation_that_is_named_counts(query: str, name: str | None, kind: str) -> None:
    """Of several operations the named one is run, so it alone says whether this is a write."""
    assert read_operation(sent(query, operationName=name)).kind == kind


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"query":1}',
        b'{"query":"{"}',
        b'{"query":"query A { x } query B { y }"}',
        b'{"query":"query A { x }","operationName":"B"}',
        b'{"query":"' + b"{a" * 3_000 + b'"}',
        b'{"query":"{ ' + b"a " * 30_000 + b'}"}',
        b"\xff\xfe",
    ],
    ids=range(11),
)
def test_what_cannot_be_read_counts_as_a_write(body: bytes) -> None:
    """In doubt a request is a write: the more careful of the two guesses."""
    assert read_operation(body) == UNREADABLE


@given(st.binary(max_size=200) | st.text(max_size=60).map(sent))
def test_reading_never_raises(body: bytes) -> None:
    """Whatever stands in the body."""
    assert read_operation(body).points >= 1
