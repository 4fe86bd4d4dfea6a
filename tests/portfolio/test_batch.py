"""Many users and repositories in one document: each has a state of its own."""

from __future__ import annotations

import pytest

from portico.portfolio.batch import (
    MOST_SUBJECTS,
    Batch,
    batch_plan,
    fold_batch,
    subjects_of,
)
from tests.portfolio.canned import LATE, GitHub, repositories, repository, run


def batch(github: GitHub, *users: str, repos: tuple[str, ...] = (), served: bool = True) -> Batch:
    """Ask for these."""
    subjects = subjects_of(users, repos)
    parts = run(batch_plan(subjects), github)
    return fold_batch(parts, subjects=subjects, is_served=lambda _: served)


def test_in_the_order_asked() -> None:
    """Users, then repositories, each as it was named, with what it is."""
    github = GitHub(repositories(3))

    found = batch(github, "tor", "solveig", repos=("solveig/repo-0002", "solveig/repo-0001"))

    assert found.complete
    assert [item.asked for item in found.items] == [
        "tor",
        "solveig",
        "solveig/repo-0002",
        "solveig/repo-0001",
    ]
    assert [item.user is None for item in found.items] == [False, False, True, True]
    assert [item.repository.id for item in found.items if item.repository] == [2, 1]
    assert len(github.asked) == 4
    # A plan's subject is what all else is about.
    assert not any(step.is_subject for step in batch_plan(subjects_of(["tor"], ())))


def test_each_fails_alone() -> None:
    """A late, a broken, a blocked and an absent one leave the others alone."""
    github = GitHub()
    github.instead.update({"/users/a": LATE, "/users/b": 500, "/users/c": 451})
    github.instead.update({"/users/d": 404, "/users/f": b"["})

    found = batch(github, "a", "b", "c", "d", "e", "f")

    assert [item.state for item in found.items] == [
        "pending",
        "missing",
        "blocked",
        "absent",
        "fresh",
        "missing",
    ]
    assert [item.user is None for item in found.items] == [True, True, True, True, False, True]
    assert not found.complete
    assert [part.name for part in found.parts] == [f"users/{name}" for name in "abcdef"]


def test_absent_is_an_answer() -> None:
    """That GitHub knows none is all that there is to tell."""
    assert batch(GitHub(instead={"/users/a": 404}), "a").complete


def test_all_failed_is_a_document_too() -> None:
    """Each says why."""
    found = batch(GitHub(instead={"/users/a": 500, "/users/b": LATE}), "a", "b")

    assert [part.reason is None for part in found.parts] == [False, False]


def test_named_twice_is_asked_once() -> None:
    """Case does not matter to GitHub."""
    github = GitHub([repository(1)])

    found = batch(github, "tor", "Tor", repos=("solveig/repo-0001", "Solveig/Repo-0001"))

    assert [item.asked for item in found.items] == ["tor", "solveig/repo-0001"]
    assert len(github.asked) == 2


def test_a_repository_that_moved_out_of_reach() -> None:
    """What belongs to somebody else today is not shown by its former name."""
    (item,) = batch(GitHub([repository(1)]), repos=("tor/repo-0001",), served=False).items

    assert (item.state, item.repository) == ("refused", None)


@pytest.mark.parametrize(
    ("users", "repos", "words"),
    [
        ((), (), "Nothing is asked for"),
        (("a b",), (), "login"),
        ((), ("harbor",), "owner/repo"),
        ((), ("solveig/..",), "name"),
        (tuple(f"u{number}" for number in range(MOST_SUBJECTS + 1)), (), "101 are too many"),
    ],
)
def test_what_cannot_be_asked_for(
    users: tuple[str, ...], repos: tuple[str, ...], words: str
) -> None:
    """The error says which, and what to do."""
    with pytest.raises(ValueError, match=words):
        subjects_of(users, repos)
