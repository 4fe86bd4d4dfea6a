"""Object ids and refs, against what the git program prints."""

from __future__ import annotations

import pytest

from portico.sandbox.git import History, object_id

# From git itself: `git hash-object --stdin </dev/null`, and the id of the empty tree.
EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
WHO = (None, "A", "a@example")


def test_ids_are_those_of_git() -> None:
    """The empty blob and the empty tree have the ids that everybody knows."""
    assert object_id("blob", b"") == EMPTY_BLOB
    assert History().tree_id() == EMPTY_TREE


def test_a_directory_sorts_as_if_it_ended_with_a_slash() -> None:
    """`a.b` comes before the directory `a`, and after it comes `a0`."""
    history = History(files={"a/x": b"", "a.b": b"", "a0": b""})

    assert [item.name for item in history.listing("")] == ["a.b", "a", "a0"]


@pytest.mark.parametrize("ref", ["main", "heads/main", "refs/heads/main", "v1", "refs/tags/v1"])
def test_refs_resolve_in_every_spelling(ref: str) -> None:
    """Short and full names of branches and tags name the same commit."""
    history = History()
    made = history.commit(message="m", who=WHO, at=0.0, path="a")
    history.branches["main"] = history.tags["v1"] = made.sha

    assert history.resolve(ref) == made.sha
    assert history.resolve(made.sha[:7]) == made.sha
    assert history.resolve(made.sha[:6]) is None


def test_branches_go_their_own_ways() -> None:
    """A commit on one branch is not on another that began before it."""
    history = History()
    root = _commit(history)
    left = _commit(history, onto=root)
    right = _commit(history, onto=root)

    assert [commit.sha for commit in history.since(left)] == [left, root]
    assert [commit.sha for commit in history.since(right)] == [right, root]
    assert [commit.sha for commit in history.between(left, right)] == [right]


def test_a_commit_keeps_its_tree() -> None:
    """What a full id names never changes, whatever is pushed later."""
    history = History(files={"a": b"1"})
    first = _commit(history)
    before = history.since(first)[0]
    history.files["a"] = b"2"
    _commit(history)

    assert history.since(first)[0] == before
    assert history.commits[0].tree != before.tree


def _commit(history: History, *, onto: str | None = None) -> str:
    who = ("eirik", "Eirik", "eirik@users.example")
    return history.commit(message="m", who=who, at=1.0, path="a", onto=onto).sha
