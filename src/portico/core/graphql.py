"""A GraphQL request's body -> what it does and about what it costs. Nothing is run or validated.

GitHub's price of a query: the calls that it would take to fill every connection, each `first` or
`last` taken as fully used, divided by 100 and rounded, at least 1 point
(https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api).
What cannot be read counts as a mutation, which is the more careful guess.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    parse,
)

GRAPHQL_PATH: Final = "/graphql"
# Far above any query that people write; parsing is linear in it.
MOST_TOKENS: Final = 20_000
# GitHub's own bound of a connection's page.
MOST_PER_PAGE: Final = 100
Kind: TypeAlias = Literal["query", "mutation", "subscription"]


@dataclass(frozen=True, slots=True)
class Operation:
    """The operation that a request names, and its estimated price in points."""

    kind: Kind
    points: int


UNREADABLE: Final = Operation("mutation", 1)


@dataclass(frozen=True, slots=True)
class RootField:
    """A field at the root of an operation. An argument whose value is not known is left out."""

    name: str
    arguments: Mapping[str, object]
    is_mutation: bool


def read_operation(body: bytes) -> Operation:
    """Return the operation of a request's body; `UNREADABLE` where there is no telling."""
    sent = _read(body)
    if sent is None:
        return UNREADABLE
    try:
        calls = _Costing(sent).calls_below(sent.operation.selection_set)
    except RecursionError:
        return UNREADABLE
    # Rounded half up, as the documentation's example of 5,101 calls (51 points) leaves open.
    return Operation(sent.kind, max(1, (calls + 50) // 100))


def root_fields(body: bytes) -> tuple[RootField, ...] | None:
    """Return all fields at the root of a request's operation; None where there is no telling.

    Fragments are followed. Directives are not heeded: a field that may be left out counts.
    """
    sent = _read(body)
    if sent is None:
        return None
    found: list[RootField] = []
    selections: list[object] = [*sent.operation.selection_set.selections]
    is_mutation = sent.kind == "mutation"
    followed: set[str] = set()
    while selections:
        match selections.pop():
            case FieldNode() as one:
                found.append(RootField(one.name.value, sent.arguments(one), is_mutation))
            case InlineFragmentNode() as one:
                selections += one.selection_set.selections
            case FragmentSpreadNode() as one:
                fragment = sent.fragments.get(one.name.value)
                if fragment is None:
                    return None
                if one.name.value not in followed:
                    followed.add(one.name.value)
                    selections += fragment.selection_set.selections
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A request's operation, with what it refers to."""

    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, object]

    @property
    def kind(self) -> Kind:
        kind: Kind = self.operation.operation.value
        return kind

    def value_of(self, node: ValueNode) -> object:
        """Return a number or text that stands there or in the variables; None for all else."""
        match node:
            case VariableNode():
                return self.variables.get(node.name.value)
            case IntValueNode() | StringValueNode():
                return node.value
        return None

    def arguments(self, one: FieldNode) -> dict[str, object]:
        return {each.name.value: self.value_of(each.value) for each in one.arguments or ()}


def _read(body: bytes) -> _Sent | None:
    try:
        sent = json.loads(body)
        text, name, variables = sent["query"], sent.get("operationName"), sent.get("variables")
        document = _parsed(text)
    except (ValueError, TypeError, KeyError, AttributeError, GraphQLError, RecursionError):
        return None
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    named = [one for one in operations if name is None or (one.name and one.name.value == name)]
    if len(named) != 1:
        return None
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    defaults = {
        one.variable.name.value: one.default_value.value
        for one in named[0].variable_definitions or ()
        if isinstance(one.default_value, IntValueNode | StringValueNode)
    }
    given = variables if isinstance(variables, dict) else {}
    return _Sent(named[0], fragments, {**defaults, **given})


@lru_cache(maxsize=256)
def _parsed(text: str) -> DocumentNode:
    return parse(text, no_location=True, max_tokens=MOST_TOKENS)


class _Costing:
    """The number of calls below a selection, for one parent. Linear, so it need be known once."""

    def __init__(self, sent: _Sent) -> None:
        self._sent = sent
        # A name that stands here with 0 is being looked at: fragments in a circle end there.
        self._of_fragment: dict[str, int] = {}

    def calls_below(self, selections: SelectionSetNode | None) -> int:
        return sum(map(self._calls_of, selections.selections)) if selections else 0

    def _calls_of(self, selection: object) -> int:
        match selection:
            case FieldNode():
                size = self._page_size(selection)
                below = self.calls_below(selection.selection_set)
                return below if size is None else 1 + size * below
            case FragmentSpreadNode():
                return self._calls_of_fragment(selection.name.value)
            case InlineFragmentNode():
                return self.calls_below(selection.selection_set)
        return 0

    def _calls_of_fragment(self, name: str) -> int:
        if name not in self._of_fragment:
            self._of_fragment[name] = 0
            found = self._sent.fragments.get(name)
            self._of_fragment[name] = self.calls_below(found.selection_set) if found else 0
        return self._of_fragment[name]

    def _page_size(self, field: FieldNode) -> int | None:
        """Return how many a connection asks for; None for a field that is none."""
        for argument in field.arguments or ():
            if argument.name.value in ("first", "last"):
                return min(_size(self._sent.value_of(argument.value)), MOST_PER_PAGE)
        return None


def _size(value: object) -> int:
    try:
        return max(0, int(str(value)))
    except ValueError:
        # What GitHub will refuse; dear until it has.
        return MOST_PER_PAGE
