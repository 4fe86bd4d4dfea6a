"""What may be asked for, and what is told to those who may see the repository."""

from __future__ import annotations

import pytest

from portico.core import effects_on_access, places
from portico.core.happening import AccountRef, Happening, RepositoryRef, Scalar
from portico.core.live import DETAILS, MOST_SUBJECTS, TOLD, Wanted, read_wanted, tell

HELLO = RepositoryRef(id=5, full_name="Octo/Hello", is_private=False, default_branch="main")


def test_what_is_asked_for() -> None:
    """Names compare without case, and are given back as they were asked for."""
    found = read_wanted(
        [("repo", "Octo/Hello"), ("user", "Nordlys"), ("event", "push"), ("last_event_id", "x")]
    )

    assert found == Wanted(
        {"octo/hello": "Octo/Hello"}, frozenset({"nordlys"}), frozenset({"push"})
    )


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([], "Say what to listen for"),
        ([("event", "push")], "Say what to listen for"),
        ([("repo", "hello")], "repo: "),
        ([("repo", "octo/hello/issues")], "repo: "),
        ([("repo", "octo/..")], "repo: "),
        ([("repo", "octo/h\n")], "repo: "),
        ([("repo", "")], "repo: "),
        ([("user", "octo/hello")], "user: "),
        ([("user", "octo"), ("event", "pushes")], "event: "),
        ([("user", "octo"), ("event", "")], "event: "),
        ([("user", "octo"), ("event", "member")], "event: "),
        ([("users", "octo")], "unknown parameter; known are repo, user, event, last_event_id"),
        ([("user", f"u{n}") for n in range(MOST_SUBJECTS + 1)], "at most 100"),
        ([("repo", f"o/r{n}") for n in range(60)] + [("user", "u")] * 41, "at most 100"),
    ],
)
def test_what_cannot_be_asked_for(pairs: list[tuple[str, str]], said: str) -> None:
    """Each mistake has its message, which never repeats a value."""
    with pytest.raises(ValueError, match=said) as caught:
        read_wanted(pairs)

    assert not any(value in str(caught.value) for _, value in pairs if len(value) > 6)


def test_as_much_as_may_be_asked_for() -> None:
    """The most is allowed."""
    found = read_wanted([("user", f"u{n}") for n in range(MOST_SUBJECTS)])

    assert len(found.owners) == MOST_SUBJECTS


def test_what_is_told() -> None:
    """The event, its repository and the scalars that are safe; never who did it."""
    happening = Happening(
        event="issues",
        action="transferred",
        repository=HELLO,
        owner="Octo",
        sender="mona",
        at=1_795_000_000.0,
        details={"number": 3, "state": "open", "moved_number": 77, "is_private": False},
        repositories={"moved": (RepositoryRef(id=9, full_name="octo/vault", is_private=True),)},
        accounts={"sender": (AccountRef(login="mona"),)},
    )

    found = tell(happening)

    assert found is not None
    assert found.document("a-1", "d-1", heard_at=0.0)["details"] == {"number": 3, "state": "open"}
    assert "mona" not in str(found)
    assert "vault" not in str(found)


@pytest.mark.parametrize(
    "happening",
    [
        Happening(event="member", action="added", repository=HELLO),
        Happening(event="dependabot_alert", action="created", repository=HELLO),
        Happening(event="event_of_tomorrow", repository=HELLO),
        Happening(event="organization", action="member_added", owner="octo"),
        Happening(event="push"),
        Happening(event="release", action="created", repository=HELLO, details={"is_draft": True}),
        Happening(event="release", action="created", repository=HELLO),
    ],
    ids=lambda each: f"{each.event} {each.action}",
)
def test_what_is_not_told(happening: Happening) -> None:
    """What readers of the repository may not see, or what is nobody's repository, stays untold."""
    assert tell(happening) is None


def test_a_published_release_is_told() -> None:
    """A release that is no draft is for every reader."""
    details: dict[str, Scalar] = {"is_draft": False, "tag": "v1"}
    found = tell(Happening(event="release", repository=HELLO, details=details))

    assert found is not None
    assert found.details == {"is_draft": False, "tag": "v1"}


def test_a_renamed_repository_is_known_under_both_names() -> None:
    """Who asked for it by either name, or for either owner, is told."""
    former = RepositoryRef(id=5, full_name="Mona/Hi", is_private=False)
    happening = Happening(
        event="repository",
        action="transferred",
        repository=HELLO,
        repositories={"former": (former,)},
    )

    found = tell(happening)

    assert found is not None
    assert found.names == {"octo/hello", "mona/hi"}
    assert found.owners == {"octo", "mona"}
    assert found.is_about_access


def test_only_what_github_sends_can_be_asked_for() -> None:
    """Every event that is told of is one that Portico can read."""
    assert set(places.NEEDED) >= TOLD
    assert TOLD.isdisjoint(effects_on_access.IRRELEVANT)


def test_every_detail_is_told_or_kept_back_on_purpose() -> None:
    """A scalar that a new line of the table reads is not told before somebody has decided so."""
    read = {name for table in places.DETAILS.values() for name in table}

    assert read - DETAILS == {
        # May be an issue's in a repository that the listener cannot see.
        "moved_number",
        "other_number",
        # Of no use to listeners.
        "former_default_branch",
        "former_label",
        "former_tag",
        # Of events that are not told.
        "member",
        "team",
    }
