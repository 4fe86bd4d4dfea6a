"""What deliveries tell of the hooks that sent them, and what of it outlives a restart."""

from dataclasses import replace

import pytest

from portico.core import hooks
from portico.core.happening import Happening, Hook, RepositoryRef
from portico.core.hooks import APP, ORGANIZATION, REPOSITORY, SETTLING_S, Hooks, Source
from portico.core.message import Headers
from tests.core.values import NOW

HELLO = RepositoryRef(id=5, full_name="Octo/Hello", is_private=False, owner_id=9)
OTHER = RepositoryRef(id=6, full_name="octo/other", is_private=True, owner_id=9)
STAR = Happening(event="star", action="created", repository=HELLO, owner="Octo", owner_id=9)
OF_HELLO = Source(1, REPOSITORY, 5)
OF_OCTO = Source(2, ORGANIZATION, 9)
OF_APP = Source(3, APP, 77)


def ping(*events: str, of: Happening = STAR) -> Happening:
    """Return the ping of a hook that sends these events."""
    return replace(
        of, event="ping", action=None, hook=Hook(id=1, kind="", events=frozenset(events))
    )


def events_of(known: Hooks, subject: str) -> set[str]:
    """Return the events that reach us of a subject."""
    return {event for hook in known.watching(subject) for event in hook.events}


@pytest.mark.parametrize(
    ("hook", "target", "kind", "expected"),
    [
        ("1", "5", "repository", OF_HELLO),
        ("2", "9", "organization", OF_OCTO),
        ("3", "77", "integration", OF_APP),
        ("1", "5", "sponsors_listing", None),
        ("1", "", "repository", None),
        ("one", "5", "repository", None),
        ("1" * 40, "5", "repository", None),
    ],
)
def test_source(hook: str, target: str, kind: str, expected: Source | None) -> None:
    """The header fields of a delivery name its hook, or are of no use."""
    start = "X-GitHub-Hook-Installation-Target"
    fields = [("X-GitHub-Hook-ID", hook), (f"{start}-ID", target), (f"{start}-Type", kind)]

    assert hooks.read_source(Headers(fields)) == expected


def test_an_event_that_came_is_known_to_come() -> None:
    """A delivery teaches its own event, from a moment later on."""
    known = Hooks()
    known.heard(OF_HELLO, STAR, now=NOW)
    known.heard(OF_HELLO, replace(STAR, event="push"), now=NOW + 5)

    assert events_of(known, "octo/hello") == {"star", "push"}
    (hook,) = known.watching("octo/hello")
    assert hook.reaches_from("star") == NOW + SETTLING_S
    assert hook.reaches_from("push") == NOW + 5 + SETTLING_S
    assert hook.reaches_from("fork") is None


def test_a_ping_tells_all_events_and_only_these() -> None:
    """What a ping does not name is not sent any more; what was known stays known since then."""
    known = Hooks()
    known.heard(OF_HELLO, STAR, now=NOW)
    known.heard(OF_HELLO, replace(STAR, event="push"), now=NOW)
    known.heard(OF_HELLO, ping("star", "issues"), now=NOW + 100)

    (hook,) = known.watching("octo/hello")
    assert hook.events == {"star": NOW + SETTLING_S, "issues": NOW + 100 + SETTLING_S}


def test_who_asks_for_everything_is_sent_everything() -> None:
    """`*` stands for whichever event."""
    known = Hooks()
    known.heard(OF_HELLO, ping("*"), now=NOW)
    known.heard(OF_HELLO, STAR, now=NOW + 50)

    (hook,) = known.watching("octo/hello")
    assert hook.reaches_from("of tomorrow") == hook.reaches_from("star") == NOW + SETTLING_S


def test_whom_each_kind_of_hook_watches() -> None:
    """One repository; all of an organisation, by name and id; what an App told of."""
    known = Hooks()
    known.heard(OF_HELLO, replace(STAR, event="push"), now=NOW)
    known.heard(OF_OCTO, STAR, now=NOW)
    known.heard(OF_APP, replace(STAR, event="issues", repository=OTHER), now=NOW)

    assert events_of(known, "octo/hello") == {"push", "star"}
    assert events_of(known, "octo/other") == {"issues", "star"}
    assert events_of(known, "octo/never-heard-of") == {"star"}
    assert events_of(known, "octo") == events_of(known, "#9") == {"star"}
    assert events_of(known, "hubot/hello") == set()


def test_an_app_is_told_what_it_can_see() -> None:
    """Installing, adding, removing and uninstalling change what an App's hook watches."""
    known = Hooks()
    listed = Happening(
        event="installation", action="created", owner="octo", repositories={"listed": (HELLO,)}
    )
    known.heard(OF_APP, listed, now=NOW)
    added = replace(listed, event="installation_repositories", action="added")
    known.heard(OF_APP, replace(added, repositories={"listed": (OTHER,)}), now=NOW)
    both = [known.watching("octo/hello"), known.watching("octo/other")]
    known.heard(OF_APP, replace(added, action="removed"), now=NOW)
    left = [known.watching("octo/hello"), known.watching("octo/other")]
    known.heard(OF_APP, replace(listed, action="suspend", repositories={}), now=NOW)

    assert all(both)
    assert [bool(each) for each in left] == [False, True]
    assert not known.watching("octo/other")


def test_a_hook_that_is_gone_watches_nothing() -> None:
    """`meta.deleted` ends it, and its note."""
    known = Hooks()
    known.heard(OF_OCTO, STAR, now=NOW)
    notes = known.heard(OF_OCTO, replace(STAR, event="meta", action="deleted"), now=NOW)

    assert not known.watching("octo/hello")
    assert notes["hook:2"] == ""


def test_a_new_name() -> None:
    """A renamed repository is known by its new name and its id, and no longer by the old one."""
    known = Hooks()
    known.heard(OF_HELLO, STAR, now=NOW)
    renamed = replace(HELLO, full_name="octo/bonjour")
    known.heard(OF_HELLO, replace(STAR, event="repository", repository=renamed), now=NOW)

    assert known.name_of("#5") == "octo/bonjour"
    assert known.is_public("octo/bonjour")
    assert not known.is_public("octo/hello")
    assert not known.watching("octo/hello")


def test_a_deleted_repository_is_forgotten() -> None:
    """What is gone is watched by nobody."""
    known = Hooks()
    known.heard(OF_HELLO, STAR, now=NOW)
    deleted = replace(STAR, event="repository", action="deleted")
    notes = known.heard(OF_HELLO, deleted, now=NOW)

    assert known.name_of("#5") is None
    assert notes["repository:5"] == ""


def test_notes_bring_it_back() -> None:
    """After a restart the same is known, but only from then on."""
    known, again = Hooks(), Hooks()
    notes = known.heard(OF_OCTO, ping("star", "push"), now=NOW)
    notes |= known.heard(OF_APP, STAR, now=NOW)
    for name, text in notes.items():
        again.recall(name, text, now=NOW + 1_000)

    assert events_of(again, "octo/hello") == {"star", "push"}
    assert again.is_public("octo/hello")
    assert again.name_of("#5") == "octo/hello"
    assert {hook.reaches_from("star") for hook in again.watching("octo/hello")} == {
        NOW + 1_000 + SETTLING_S
    }


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kind":5}', "null"])
@pytest.mark.parametrize("name", ["hook:1", "hook:x", "repository:5", "other"])
def test_notes_of_another_version(name: str, text: str) -> None:
    """A note that cannot be read is no note."""
    known = Hooks()
    known.recall(name, text, now=NOW)

    assert len(known) == 0


def test_what_is_still_true_is_noted_again_after_a_day() -> None:
    """Notes are kept for some days only; nothing else is written when nothing is new."""
    known = Hooks()
    first = known.heard(OF_HELLO, STAR, now=NOW)
    soon = known.heard(OF_HELLO, STAR, now=NOW + 3_600)
    later = known.heard(OF_HELLO, STAR, now=NOW + hooks.NOTED_EVERY_S)

    assert first.keys() == later.keys() == {"hook:1", "repository:5"}
    assert soon == {}


def test_memory_is_bounded() -> None:
    """Of more hooks and repositories than can be kept, the oldest are forgotten."""
    known = Hooks(most_hooks=3, most_repositories=3)
    for number in range(1, 6):
        ref = RepositoryRef(id=number, full_name=f"octo/{number}", is_private=False, owner_id=9)
        source = Source(100 + number, REPOSITORY, number)
        known.heard(source, replace(STAR, repository=ref), now=NOW)

    assert len(known) == 3
    assert [known.name_of(f"#{number}") for number in range(1, 6)] == [
        None,
        None,
        "octo/3",
        "octo/4",
        "octo/5",
    ]


def test_a_login_that_somebody_else_took_is_not_watched() -> None:
    """When an organisation was renamed, its hooks, however many, watch nothing of its old login."""
    known = Hooks()
    renamed = replace(STAR, repository=None, owner="Cats")
    for hook in (2, 4):
        known.heard(Source(hook, ORGANIZATION, 9), replace(STAR, repository=None), now=NOW)
    for hook in (2, 4):
        known.heard(Source(hook, ORGANIZATION, 9), renamed, now=NOW)

    assert known.watching("octo") == []
    assert len(known.watching("cats")) == 2
