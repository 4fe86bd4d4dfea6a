"""Marks, drops and names: what a change reaches, here and from other processes."""

from __future__ import annotations

import pytest

from portico.core.audience import PUBLIC
from portico.core.message import Headers, Request, Response
from portico.core.policy import Mode
from portico.core.resource import PRINCIPALS, classify
from portico.gateway import invalidate as invalidate_module
from portico.gateway.invalidate import Invalidate, audience_tag
from portico.stores.memory import MemoryStore
from tests.gateway.scene import ISSUES, OCTO, PATH, SECRET, Scene
from tests.support.clock import ManualClock
from tests.support.upstream import Outcome, Sent, in_turn, ok


class Told(MemoryStore):
    """A memory store in which another process may mark, too."""

    def __init__(self) -> None:
        super().__init__(1_000_000, secret=SECRET)
        self.told: frozenset[str] = frozenset()

    def news(self) -> frozenset[str]:
        """Mark what the other process marked, and tell it, once."""
        told, self.told = self.told, frozenset()
        self.mark(told)
        return told


def repository(number: int, name: str) -> Response:
    """Return the body of a repository, which names it both ways."""
    body = f'{{"id":{number},"url":"https://api.github.com/repos/{name}"}}'
    return Response(200, Headers(), body.encode())


@pytest.fixture
def told() -> Told:
    """A store with another process on it."""
    return Told()


def test_positions_tell_what_came_after(told: Told) -> None:
    """Whether something was touched depends on when one began."""
    invalidate = Invalidate(told, ManualClock())
    before = invalidate.position
    invalidate.mark({"repo:octo/hello"})

    assert invalidate.touched_since({"repo:octo/hello", "search"}, before)
    assert not invalidate.touched_since({"repo:octo/hello"}, invalidate.position)
    assert not invalidate.touched_since({"repo:octo/other"}, before)


def test_drop_counts_as_change(told: Told) -> None:
    """What was dropped during a call must not come back as fresh."""
    invalidate = Invalidate(told, ManualClock())
    before = invalidate.position

    invalidate.drop({"owner:octo"})

    assert invalidate.touched_since({"owner:octo"}, before)


def test_other_process_counts_as_change(told: Told) -> None:
    """What another process marked is known as soon as anybody asks."""
    invalidate = Invalidate(told, ManualClock())
    before = invalidate.position
    told.told = frozenset({"owner:octo"})

    assert invalidate.touched_since({"owner:octo"}, before)


def test_names_are_learnt_both_ways(told: Told) -> None:
    """One answer suffices to reach a repository's facets by name and by id."""
    invalidate = Invalidate(told, ManualClock())

    invalidate.learn("/repos/Octo/Hello", repository(7, "Octo/Hello"))

    both = {"repo:octo/hello/issues", "repo:#7/issues"}
    assert invalidate.under_both_names({"repo:octo/hello/issues"}) == both
    assert invalidate.under_both_names({"repo:#7/issues"}) == both
    assert invalidate.under_both_names({"repo:octo/hello"}) == {"repo:octo/hello", "repo:#7"}


def test_unknown_tags_stay_what_they_are(told: Told) -> None:
    """Tags without a second name are left alone."""
    invalidate = Invalidate(told, ManualClock())
    tags = {"search", "lists", audience_tag(OCTO.audience), audience_tag(PUBLIC), "owner:octo"}

    assert invalidate.under_both_names(tags) == tags


def test_owner_of_the_same_name_is_not_meant(told: Told) -> None:
    """A repository's second name is not its owner's."""
    invalidate = Invalidate(told, ManualClock())
    invalidate.learn("/repos/octo/hello", repository(7, "octo/hello"))

    assert invalidate.under_both_names({"owner:octo"}) == {"owner:octo"}


def test_names_are_bounded(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest unlearnt names are forgotten first."""
    monkeypatch.setattr(invalidate_module, "MOST_ALIASES", 4)
    invalidate = Invalidate(told, ManualClock())
    for number in (1, 2, 3):
        invalidate.learn(f"/repos/octo/r{number}", repository(number, f"octo/r{number}"))

    assert invalidate.under_both_names({"repo:octo/r1"}) == {"repo:octo/r1"}
    assert invalidate.under_both_names({"repo:#3"}) == {"repo:#3", "repo:octo/r3"}


@pytest.mark.parametrize(
    ("path", "is_known", "expected"),
    [
        ("/repos/octo/hello/issues", True, True),
        ("/repos/octo/hello/issues", False, True),
        ("/repositories/7/issues", True, True),
        ("/repositories/7/issues", False, True),
        ("/repos/nordlys/hello/issues", True, False),
        ("/users/octo", True, False),
    ],
)
def test_all_repositories_of_an_owner(
    told: Told, path: str, *, is_known: bool, expected: bool
) -> None:
    """Under whatever name each was stored, and whether or not the other one is known."""
    invalidate = Invalidate(told, ManualClock())
    if is_known:
        invalidate.learn("/repos/octo/hello", repository(7, "octo/hello"))
    tags = invalidate.tags_of(classify(path).tags, PUBLIC)
    before = invalidate.position

    invalidate.mark({"repos:octo"})

    assert invalidate.touched_since(tags, before) is expected


def test_what_principals_hold_is_found_at_once(told: Told) -> None:
    """Where nothing tells whose it is: every principal's, and nothing of the public's."""
    invalidate = Invalidate(told, ManualClock())
    tags = classify(ISSUES).tags
    publics, octos = (invalidate.tags_of(tags, each) for each in (PUBLIC, OCTO.audience))
    before = invalidate.position

    invalidate.mark({PRINCIPALS})

    assert invalidate.touched_since(octos, before)
    assert not invalidate.touched_since(publics, before)


def test_graphql_query_and_mutation(told: Told) -> None:
    """A mutation marks all that its sender has, a query nothing."""
    invalidate = Invalidate(told, ManualClock())
    before = invalidate.position
    invalidate.written(Request("POST", "/graphql", body=b'{"query":"{a}"}'), OCTO.audience)
    unchanged = invalidate.position

    invalidate.written(Request("POST", "/graphql", body=b'{"query":"mutation {a}"}'), OCTO.audience)

    assert unchanged == before
    assert invalidate.touched_since({audience_tag(OCTO.audience)}, before)


@pytest.mark.parametrize(
    ("body", "is_marked"),
    [
        (b'{"query":"\\u006dutation {a}"}', True),
        (b'{"query":"query A {a} mutation B {b}","operationName":"B"}', True),
        (b'{"query":"query A {a} mutation B {b}","operationName":"A"}', False),
        (b'{"query":"{ search(query: \\"mutation\\") { a } }"}', False),
        (b"{", True),
    ],
)
def test_whether_graphql_writes_is_read_and_not_guessed(
    told: Told, body: bytes, *, is_marked: bool
) -> None:
    """The operation counts, not a word; what cannot be read may be a mutation."""
    invalidate = Invalidate(told, ManualClock())
    before = invalidate.position

    invalidate.written(Request("POST", "/graphql", body=body), OCTO.audience)

    assert invalidate.touched_since({audience_tag(OCTO.audience)}, before) is is_marked


async def test_marked_by_another_process(told: Told) -> None:
    """What another process marked is not served before GitHub has been asked."""
    scene = Scene(ok(b"1"), ok(b"2"), store=told)
    await scene.get(ISSUES)

    told.told = frozenset({"repo:octo/hello"})

    assert (await scene.get(ISSUES)).mode is Mode.CHANGED
    assert (await scene.get(ISSUES)).mode is Mode.HIT


async def test_marked_by_another_process_during_a_call(told: Told) -> None:
    """An answer that was asked for before another process's mark is stored as marked."""
    scene = Scene(store=told)

    def script(_: Sent) -> Outcome:
        told.told = frozenset({"owner:octo"})
        scene.github.script = in_turn(ok(b"2"))
        return ok(b"1")

    scene.github.script = script
    await scene.get(PATH)

    assert (await scene.get(PATH)).response.body == b"2"
