"""The table of events against GitHub's own list of them, and its own examples.

Both come by npm (`make npm`), are used in these tests alone, and are not in the wheel.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portico.core.effects_on_access import IRRELEVANT
from portico.core.happening import read_happening
from portico.core.places import DETAILS, INSTANTS, NEEDED
from portico.core.webhook import EFFECTS, changes_of
from tests.github_webhooks.published import (
    CHANGES,
    OCTOKIT,
    Example,
    examples,
    published_events,
    summary,
)


@pytest.fixture(scope="module", autouse=True)
def _npm(require_tool: Callable[[str], str]) -> None:
    require_tool("npm")
    if not OCTOKIT.is_dir():
        pytest.fail("GitHub's list of webhooks is not installed: make npm")


@pytest.fixture(scope="module")
def published() -> dict[str, set[str]]:
    """GitHub's events, each with its actions."""
    return published_events()


@pytest.fixture(scope="module")
def payloads() -> list[Example]:
    """Every payload that GitHub documents."""
    return list(examples())


def test_githubs_list_is_read_whole(published: dict[str, set[str]]) -> None:
    """So many events and actions as the package of this version holds."""
    assert len(published) == 76
    assert sum(len(actions) or 1 for actions in published.values()) == 274


def test_every_event_is_mapped_or_has_a_reason(published: dict[str, set[str]]) -> None:
    """And none is mapped that GitHub does not have."""
    assert {effect.event for effect in EFFECTS} | set(IRRELEVANT) == set(published)


def test_every_event_is_read(published: dict[str, set[str]]) -> None:
    """What it needs, what it tells and when it was are said of events that there are."""
    assert set(NEEDED) == set(published)
    for key in (*DETAILS, *INSTANTS):
        event, _, action = key.partition(".")
        assert event in published
        assert not action or action in published[event]


def test_every_action_has_a_row(published: dict[str, set[str]]) -> None:
    """Each makes something stale, but for those of the irrelevant events."""
    for event, actions in published.items():
        rows = [effect for effect in EFFECTS if effect.event == event]
        covered = {action for effect in rows for action in effect.actions}
        if event not in IRRELEVANT and all(effect.actions for effect in rows):
            assert actions <= covered, event


def test_no_row_is_about_an_action_that_there_is_not(published: dict[str, set[str]]) -> None:
    """A slip of the pen would be a row that never applies."""
    for effect in EFFECTS:
        assert set(effect.actions) <= published[effect.event], effect


def test_every_published_payload_is_read(payloads: list[Example]) -> None:
    """All 329 of them, whatever they hold."""
    events = {read_happening(example.event, example.body).event for example in payloads}

    assert len(payloads) == 329
    assert len(events) == 58


def test_what_published_payloads_name_is_found(payloads: list[Example]) -> None:
    """The repository that a payload is about is named by its changes, unless nothing changes."""
    for example in payloads:
        repository = example.payload.get("repository")
        changes = changes_of(read_happening(example.event, example.body))
        tags = changes.mark | changes.drop
        if repository and tags and not all(tag.startswith("owner:") for tag in tags):
            name = f"repo:{repository['full_name'].lower()}"
            found = {tag.removeprefix(name) for tag in tags if tag.startswith(name)}
            by_id = f"repo:#{repository['id']}"
            assert found
            assert {by_id + tail for tail in found} <= tags


def test_published_payloads_are_mapped_as_written_down() -> None:
    """A change of the table shows in changes.txt, where a reviewer sees what it means."""
    assert summary() == CHANGES.read_text(), (
        "python -m tests.github_webhooks.published > tests/github_webhooks/changes.txt"
    )
