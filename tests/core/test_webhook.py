"""What a delivery makes stale."""

import json

import pytest

from portico.core.happening import read_happening
from portico.core.webhook import Changes, announcing, changes_of

REPOSITORY = {
    "id": 7,
    "full_name": "Octo/Hello",
    "private": False,
    "owner": {"login": "Octo", "id": 1},
    "default_branch": "main",
}


def changes(event: str, **members: object) -> Changes:
    """Return what a delivery about the repository makes stale."""
    body = json.dumps({"repository": REPOSITORY} | members).encode()
    return changes_of(read_happening(event, body))


def test_a_star_is_marked_by_name_and_by_id() -> None:
    """Paths name a repository either way, so tags come in pairs."""
    found = changes("star", action="created", sender={"login": "Bob"})

    assert {"repo:octo/hello/stargazers", "repo:#7/stargazers", "owner:bob/starred"} <= found.mark
    assert not found.drop


def test_a_push_to_another_branch_leaves_the_readme() -> None:
    """Only the default branch is shown as the repository's own."""
    aside, default = (changes("push", ref=f"refs/heads/{name}") for name in ("fix", "main"))

    assert "repo:octo/hello/readme" in default.mark - aside.mark


def test_privatizing_drops() -> None:
    """Nothing of it may be shown again, not even where GitHub fails."""
    found = changes("repository", action="privatized")

    assert {"repo:octo/hello", "repo:#7", "owner:octo", "lists", "search"} <= found.drop


def test_a_new_action_changes_nothing() -> None:
    """GitHub adds actions and events; they are no error."""
    assert changes("repository", action="painted") == Changes(frozenset(), frozenset())
    assert changes("repository_painted", action="x") == Changes(frozenset(), frozenset())


@pytest.mark.parametrize("facet", ["events", "subscribers", "nothing-known"])
def test_what_no_webhook_tells_is_not_announced(facet: str) -> None:
    """Only its lifetime makes it fresh."""
    assert announcing(facet) is None


def test_a_facet_is_announced_by_what_marks_it() -> None:
    """Every event of the table that makes it stale must reach us."""
    assert announcing("issues") >= {"issues", "issue_comment", "repository"}  # type: ignore[operator]  # not None
