"""Grants: what a key's holder may ask for, and that everything else is denied."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.grant import Grant, owner_asked, refusal
from portico.core.message import Request

OWNERS = frozenset({"solveig"})
READER = Grant(name="site", owners=OWNERS)
ALL_ROUTES = frozenset({"immutable", "slow", "moving", "deciding", "own", "search", "graphql"})
WIDE = Grant(
    name="fleet",
    owners=OWNERS,
    methods=frozenset({"GET", "HEAD", "POST", "PATCH"}),
    routes=ALL_ROUTES,
    root_fields=frozenset(
        {"repository", "user", "rateLimit", "viewer", "search", "node", "addStar"}
    ),
)


def graphql(query: str, **variables: object) -> Request:
    """Return a GraphQL request."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    return Request("POST", "/graphql", body=body)


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/repos/solveig/harbor"),
        Request("HEAD", "/repos/Solveig/harbor/issues"),
        Request("GET", "/users/solveig/repos"),
        Request("GET", "/orgs/SOLVEIG"),
        Request("GET", "/repos/%73olveig/harbor"),
    ],
    ids=lambda request: request.path,
)
def test_what_is_granted_is_allowed(request_: Request) -> None:
    """The owners named, by the methods named, below the classes named; case does not matter."""
    assert refusal(READER, request_) is None


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Request("GET", "/repos/nordlys/fjord"), "not for the owner 'nordlys'"),
        (Request("POST", "/repos/solveig/harbor/issues"), "not for POST"),
        (Request("GET", "/user"), "class 'own'"),
        (Request("GET", "/user/repos"), "class 'own'"),
        (Request("GET", "/notifications"), "class 'own'"),
        (Request("GET", "/"), "class 'own'"),
        (Request("GET", "/search/issues", "q=user:solveig"), "class 'search'"),
        (Request("GET", "/orgs/nordlys"), "not for the owner 'nordlys'"),
        (Request("GET", "/organizations"), "names none of them"),
        (Request("GET", "/events"), "names none of them"),
        (Request("GET", "/repositories/17"), "names none of them"),
        (Request("GET", "/user/17/repos"), "names none of them"),
        (Request("GET", "/what/comes/tomorrow"), "names none of them"),
        (graphql("{ viewer { login } }"), "not for GraphQL"),
    ],
    ids=lambda value: f"{value.method} {value.path}" if isinstance(value, Request) else "",
)
def test_what_is_not_granted_is_denied(request_: Request, reason: str) -> None:
    """The reason names what the grant lacks."""
    found = refusal(READER, request_)

    assert found is not None
    assert reason in found


def test_a_path_by_number_is_its_owners_once_it_is_known() -> None:
    """A repository's id is allowed if its owner is known to be, and only then."""
    request = Request("GET", "/repositories/17/issues")

    assert refusal(READER, request, owner="solveig") is None
    assert refusal(READER, request, owner="nordlys") is not None


def test_a_grant_for_all_owners_still_has_classes_and_methods() -> None:
    """`*` opens the owners, nothing else."""
    grant = Grant(name="wide", owners=None)

    assert refusal(grant, Request("GET", "/repos/nordlys/fjord")) is None
    assert refusal(grant, Request("GET", "/events")) is None
    assert refusal(grant, Request("GET", "/user")) is not None
    assert refusal(grant, Request("DELETE", "/repos/nordlys/fjord")) is not None


def test_a_grant_for_nobody_allows_nothing() -> None:
    """A grant that names no owner is for no owner."""
    assert refusal(Grant(name="new"), Request("GET", "/repos/solveig/harbor")) is not None


@pytest.mark.parametrize(
    ("query", "is_allowed"),
    [
        ("q=user:solveig+bug", True),
        ("q=repo:solveig/harbor", True),
        ("q=org:Solveig+repo:solveig/harbor", True),
        ("q=bug", False),
        ("", False),
        ("q=user:nordlys", False),
        ("q=user:solveig+user:nordlys", False),
        ("q=user:solveig+USER:nordlys", False),
        ("q=user:solveig+OR+user:nordlys", False),
        ("q=user:solveig+OR+bug", False),
        ("q=-user:solveig", False),
        ("q=NOT+user:solveig", False),
        ("q=xuser:solveig", False),
        ("q=%22user:solveig%22", False),
        ("q=(user:solveig)", False),
        ("q=user:solveig&q=bug", False),
        ("q=bug&q=user:solveig", False),
        ("q=user:solveig+user:@me", False),
        ("q=user:solveig+owner:nordlys", False),
        ("q=user:solveig+enterprise:nordlys", False),
        ("q=user:solveig+repo:nordlys/fjord/x", False),
        ("q=user:solveig+bug,user:nordlys", False),
        ("q=user:solveig+author:nordlys", True),
    ],
)
def test_a_search_stays_within_the_owners(query: str, is_allowed: bool) -> None:
    """A search must name its owners in a way that nothing in it can widen."""
    found = refusal(WIDE, Request("GET", "/search/issues", query))

    assert (found is None) == is_allowed


@pytest.mark.parametrize(
    ("request_", "is_allowed"),
    [
        (graphql('{ repository(owner: "solveig", name: "harbor") { id } }'), True),
        (
            graphql(
                '{ a: repository(owner: "Solveig", name: "harbor") { id } rateLimit { cost } }'
            ),
            True,
        ),
        (graphql("query($o: String!) { user(login: $o) { id } }", o="solveig"), True),
        (graphql('query($o: String = "solveig") { user(login: $o) { id } }'), True),
        (graphql("{ viewer { login } }"), True),
        (graphql('{ repository(owner: "nordlys", name: "fjord") { id } }'), False),
        (graphql("query($o: String!) { user(login: $o) { id } }", o="nordlys"), False),
        (graphql("query($o: String!) { user(login: $o) { id } }"), False),
        (graphql('{ user(login: "solveig") { id } organization(login: "solveig") { id } }'), False),
        (graphql('{ search(query: "user:solveig", type: ISSUE, first: 1) { issueCount } }'), False),
        (graphql('{ node(id: "x") { id } }'), False),
        (graphql("mutation { addStar(input: {starrableId: 1}) { clientMutationId } }"), False),
        (graphql("{ ...F } fragment F on Query { viewer { login } }"), True),
        (graphql('{ ...F } fragment F on Query { user(login: "nordlys") { id } }'), False),
        (graphql('{ ... { user(login: "nordlys") { id } } }'), False),
        (graphql("{ ...Missing }"), False),
        (Request("POST", "/graphql", body=b"nonsense"), False),
        (Request("GET", "/graphql"), False),
    ],
)
def test_graphql_is_checked_at_its_root(request_: Request, is_allowed: bool) -> None:
    """Every root field must be granted and be about an owner who is; what is unclear is denied."""
    assert (refusal(WIDE, request_) is None) == is_allowed


def test_graphql_has_no_parameters_beside_its_body() -> None:
    """What stands in the URL as well would not be what was checked."""
    allowed = graphql('query($o: String = "solveig") { user(login: $o) { id } }')
    assert refusal(WIDE, allowed) is None

    found = refusal(WIDE, replace(allowed, query='variables={"o":"nordlys"}'))

    assert found is not None
    assert "URL" in found


def test_a_mutation_needs_the_method_too() -> None:
    """To read by POST is one thing, to write another."""
    grant = Grant(name="reader", owners=None, routes=ALL_ROUTES, root_fields=frozenset({"addStar"}))

    found = refusal(grant, graphql("mutation { addStar(input: {}) { clientMutationId } }"))

    assert found is not None
    assert "mutations" in found


PATHS = st.lists(
    st.sampled_from(["repos", "nordlys", "users", "orgs", "user", "search", "17", "x%2Fy", "a.b"]),
    max_size=5,
).map(lambda parts: "/" + "/".join(parts))


@given(st.sampled_from(["GET", "HEAD", "POST", "DELETE"]), PATHS)
def test_no_path_is_allowed_that_does_not_name_the_owner(method: str, path: str) -> None:
    """Whatever path is made up: without the owner's name in it a reader's key opens nothing."""
    assert refusal(READER, Request(method, path)) is not None


@pytest.mark.parametrize(
    ("asked", "owner"),
    [
        (Request("GET", "/repos/Octo/hello/issues"), "octo"),
        (Request("GET", "/orgs/octo"), "octo"),
        (Request("GET", "/search/issues", "q=user:Octo+bug"), "octo"),
        (Request("GET", "/search/issues", "q=user:octo+org:mona"), None),
        (Request("GET", "/emojis"), None),
        (Request("GET", "/repositories/17"), None),
        (graphql('{ repository(owner: "Octo", name: "x") { id } }'), "octo"),
        (graphql('{ a: user(login: "octo") { id } b: user(login: "mona") { id } }'), None),
        (graphql("{ viewer { login } }"), None),
        (graphql("{ broken"), None),
    ],
)
def test_the_one_owner_that_a_request_is_about(asked: Request, owner: str | None) -> None:
    """By path, by qualifier or by argument; of two it is neither."""
    several = Grant(name="bot", owners=frozenset({"octo", "mona"}))

    assert owner_asked(several, asked) == owner


def test_what_names_nobody_is_about_the_only_owner_granted() -> None:
    """A grant for one owner has no other; a path by number is known by who asks."""
    only = Grant(name="bot", owners=frozenset({"octo"}))
    everybody = Grant(name="bot", owners=None)

    assert owner_asked(only, Request("GET", "/installation/repositories")) == "octo"
    assert owner_asked(everybody, Request("GET", "/installation/repositories")) is None
    assert owner_asked(everybody, Request("GET", "/repositories/17"), owner="octo") == "octo"
