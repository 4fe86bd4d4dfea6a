"""The sandbox's deliveries beside the payloads that GitHub publishes: no member is wanting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from tests.github_webhooks.published import OCTOKIT, examples
from tests.sandbox.asking import Asker
from tests.sandbox.changes.happenings import HAPPENINGS, Happening
from tests.sandbox.changes.test_every_change import deliveries

# Of whom the examples happen to be: an App's, an organisation's, an issue that is a pull request.
ELSEWHERE = frozenset({"installation", "organization", "issue.draft"})


@pytest.fixture(scope="module", autouse=True)
def _npm(require_tool: Callable[[str], str]) -> None:
    require_tool("npm")
    if not OCTOKIT.is_dir():
        pytest.fail("GitHub's examples are not installed: make npm")


@pytest.fixture(name="github")
def _github() -> Asker:
    return Asker()


@cache
def wanted() -> dict[str, set[str]]:
    """Return, by event and action, the members that all of its examples have, two levels deep."""
    found: dict[str, set[str]] = {}
    for example in examples():
        members = set(_members(example.payload, depth=2))
        found[example.name] = found.get(example.name, members) & members
    return found


def _members(value: object, *, depth: int, place: str = "") -> Iterator[str]:
    if isinstance(value, dict) and depth:
        for name, inner in value.items():
            yield f"{place}{name}"
            yield from _members(inner, depth=depth - 1, place=f"{place}{name}.")


@pytest.mark.parametrize("happening", HAPPENINGS, ids=str)
def test_a_payload_has_what_githubs_examples_have(github: Asker, happening: Happening) -> None:
    """Whatever all examples of an event and action hold, ours hold too."""
    for delivery in deliveries(github, happening):
        body: dict[str, Any] = json.loads(delivery.body)
        name = f"{delivery.event}.{delivery.action}" if delivery.action else delivery.event

        missing = wanted().get(name, set()) - set(_members(body, depth=2)) - ELSEWHERE

        assert {each for each in missing if each.partition(".")[0] not in ELSEWHERE} == set()
