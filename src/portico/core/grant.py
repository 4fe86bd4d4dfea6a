"""What the holder of one of Portico's keys may do: nothing that is not named.

A grant names owners, methods and classes of route, and for GraphQL the root fields. Default deny
covers every path: `/user` is of the class `own`, `/search` of `search`, a path by numeric id is
nobody's until its owner is known, and a path that no rule knows is denied to all but a grant for
every owner. GraphQL is read as parsed; what cannot be read is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl

from portico.core.graphql import GRAPHQL_PATH, RootField, root_fields
from portico.core.lane import Lane
from portico.core.message import Request
from portico.core.resource import Resource, RouteClass, classify

# Where GraphQL's root fields name the account that they are about.
_OWNER_ARGUMENTS: Final = {
    "repository": "owner",
    "user": "login",
    "organization": "login",
    "repositoryOwner": "login",
}
# About nobody in particular.
_OWNERLESS_FIELDS: Final = frozenset({"rateLimit", "__schema", "__type", "__typename", "meta"})
# A qualifier that keeps a search within an account.
_SCOPE: Final = re.compile(
    r"(?<!\S)(?:user|org|repo):([A-Za-z0-9_.-]+)(?:/[A-Za-z0-9_.-]+)?(?!\S)", re.IGNORECASE
)
# Whatever keeps a search within an account, or adds one to it: several count as any of them.
_ANY_SCOPE: Final = re.compile(r"\b(?:user|org|repo|owner|enterprise):", re.IGNORECASE)
# What may widen a search beyond its qualifiers, or turn one round.
_WIDENING: Final = re.compile(r"\bOR\b|\bNOT\b|[()\"]|(?:^|\s)-")


class CredentialKind(StrEnum):
    """What GitHub is asked with on behalf of a key's holder, who has no credential of their own."""

    NONE = "none"
    """Nothing: as an anonymous caller, from the 60 points of this address."""
    PUBLIC = "public"
    """The operator's token for public data."""
    APP = "app"
    """The GitHub App's installation at the owner that is asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The rights of one key's name.

    `owners` are lower-case logins, None for every owner. `routes` are classes of route, and
    `graphql`, whose root fields are listed apart. `points_per_hour` bounds what is spent of
    GitHub's limits on behalf of this name; None: no bound of its own. Whoever holds a key that
    `is_operators` may see what everybody spends.
    """

    name: str
    credential: CredentialKind = CredentialKind.PUBLIC
    owners: frozenset[str] | None = frozenset()
    methods: frozenset[str] = frozenset({"GET", "HEAD"})
    routes: frozenset[str] = frozenset({"immutable", "slow", "moving", "deciding"})
    root_fields: frozenset[str] = field(default=frozenset())
    points_per_hour: int | None = None
    is_operators: bool = False
    lane: Lane = Lane.INTERACTIVE

    def allows_owner(self, owner: str | None) -> bool:
        """Return whether the account `owner` (lower case), or what is nobody's, may be asked of."""
        return self.owners is None or (owner is not None and owner in self.owners)


def refusal(grant: Grant, request: Request, *, owner: str | None = None) -> str | None:
    """Return why the holder of a grant may not make a request, or None if they may.

    `owner` is the account's login where the path names it only by number and it is known.
    The reason names what is missing in the grant, never what exists at GitHub.
    """
    if request.path == GRAPHQL_PATH:
        return _graphql_refusal(grant, request)
    if request.method not in grant.methods:
        return f"The key {grant.name!r} is not for {request.method}"
    resource = classify(request.path)
    if resource.route_class not in grant.routes:
        return f"The key {grant.name!r} is not for paths of the class '{resource.route_class}'"
    if resource.route_class is RouteClass.SEARCH:
        return _search_refusal(grant, request)
    if resource.route_class is RouteClass.OWN:
        # Of the credential's own, so of no owner's; naming the class is what allows it.
        return None
    asked = owner or _owner_named(resource)
    if grant.allows_owner(asked):
        return None
    if asked is None:
        return f"The key {grant.name!r} is for certain owners, and this path names none of them"
    return f"The key {grant.name!r} is not for the owner {asked!r}"


def owner_asked(grant: Grant, request: Request, *, owner: str | None = None) -> str | None:
    """Return the one account (lower case) that a permitted request is about, None if there is none.

    `owner` is as in `refusal`. What names nobody is about the one account that a grant is for.
    """
    if request.path == GRAPHQL_PATH:
        asked = _owners_in_graphql(request)
    elif classify(request.path).route_class is RouteClass.SEARCH:
        asked = {found.lower() for found in _SCOPE.findall(_search_query(request))}
    else:
        named = owner or _owner_named(classify(request.path))
        asked = {named} if named else set()
    if not asked and grant.owners is not None:
        asked = set(grant.owners)
    return asked.pop() if len(asked) == 1 else None


def _owners_in_graphql(request: Request) -> set[str]:
    arguments = [
        one.arguments.get(_OWNER_ARGUMENTS[one.name])
        for one in root_fields(request.body) or ()
        if one.name in _OWNER_ARGUMENTS
    ]
    return {value.lower() for value in arguments if isinstance(value, str)}


def _search_query(request: Request) -> str:
    queries = [value for name, value in parse_qsl(request.query) if name == "q"]
    # Of several, GitHub takes one: nobody here knows which.
    return queries[0] if len(queries) == 1 else ""


def _owner_named(resource: Resource) -> str | None:
    owner = resource.owner
    return None if owner is None or owner.startswith("#") else owner


def _search_refusal(grant: Grant, request: Request) -> str | None:
    if grant.owners is None:
        return None
    query = _search_query(request)
    if _WIDENING.search(query):
        return f'The key {grant.name!r} is for certain owners: search without OR, NOT, (), " or -'
    scopes = [found.lower() for found in _SCOPE.findall(query)]
    is_read_whole = len(scopes) == len(_ANY_SCOPE.findall(query))
    if not scopes or not is_read_whole or not grant.owners.issuperset(scopes):
        return f"The key {grant.name!r} is for certain owners: name them by user:, org: or repo:"
    return None


def _graphql_refusal(grant: Grant, request: Request) -> str | None:
    if request.method != "POST" or "graphql" not in grant.routes:
        return f"The key {grant.name!r} is not for GraphQL"
    if request.query:
        # A variable there might count in place of the one in the body, which is what is checked.
        return "A GraphQL request with a key may have no parameters in its URL"
    fields = root_fields(request.body)
    if fields is None:
        return "The GraphQL request cannot be read, so it cannot be checked against the key"
    for one in fields:
        if one.name not in grant.root_fields:
            return f"The key {grant.name!r} is not for GraphQL's field {one.name!r}"
        if one.is_mutation and "POST" not in grant.methods:
            return f"The key {grant.name!r} is not for GraphQL's mutations"
        if not _is_within(grant, one):
            return f"The key {grant.name!r} is not for the owner that {one.name!r} names"
    return None


def _is_within(grant: Grant, one: RootField) -> bool:
    if grant.owners is None or one.name in _OWNERLESS_FIELDS:
        return True
    argument = _OWNER_ARGUMENTS.get(one.name)
    if argument is None:
        # `viewer` is the credential's own; `search`, `node` and mutations may be about anybody.
        return one.name == "viewer"
    value = one.arguments.get(argument)
    return isinstance(value, str) and value.lower() in grant.owners
