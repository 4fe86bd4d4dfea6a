"""Proofs of access: how long they hold, what ends them, and when GitHub may be asked again."""

from __future__ import annotations

import pytest

from portico.core.audience import PUBLIC, Audience, Principal
from portico.core.effect import ABOUT_ACCESS
from portico.core.effects_on_access import ON_ACCESS
from portico.core.happening import AccountRef, Happening, RepositoryRef
from portico.core.proofs import (
    DENIED_S,
    GRANTED_S,
    SETTLING_AT_THE_EDGE_S,
    SETTLING_S,
    Ending,
    Proofs,
    ending_of,
    subjects_of,
)

NOW = 1_795_000_000.0
MONA = Principal("mona")
HELLO = RepositoryRef(id=5, full_name="Octo/Hello", is_private=False)
SUBJECTS = subjects_of("Octo/Hello", 5)


def held(audience: Audience = MONA, *, is_granted: bool = True) -> Proofs:
    """Return proofs that hold one, of the repository 5."""
    proofs = Proofs()
    learn(proofs, audience, is_granted=is_granted)
    return proofs


def learn(
    proofs: Proofs,
    audience: Audience = MONA,
    *,
    is_granted: bool = True,
    position: int | None = None,
) -> None:
    """Let GitHub have said something of the repository 5."""
    asked_at = proofs.position if position is None else position
    proofs.learn(audience, 5, SUBJECTS, is_granted=is_granted, position=asked_at, asked_at=NOW)


def end(proofs: Proofs, happening: Happening) -> None:
    """Let something happen that is about access."""
    ending = ending_of(happening)
    assert ending is not None
    proofs.end(ending, now=NOW)


@pytest.mark.parametrize(("is_granted", "holds_s"), [(True, GRANTED_S), (False, DENIED_S)])
def test_it_holds_for_a_time(*, is_granted: bool, holds_s: float) -> None:
    """Grant or denial, it is at hand until its time has passed, to the second."""
    proofs = held(is_granted=is_granted)

    assert proofs.at_hand(MONA, 5, now=NOW + holds_s - 1) is is_granted
    assert proofs.at_hand(MONA, 5, now=NOW + holds_s) is None


def test_it_is_of_one_audience_and_one_repository() -> None:
    """Nobody else's, and nothing else's."""
    proofs = held()

    assert proofs.at_hand(PUBLIC, 5, now=NOW) is None
    assert proofs.at_hand(Principal("other"), 5, now=NOW) is None
    assert proofs.at_hand(MONA, 6, now=NOW) is None


@pytest.mark.parametrize(
    "happening",
    [
        Happening(event="repository", action="privatized", repository=HELLO),
        Happening(event="repository", action="deleted", repository=HELLO),
        Happening(event="public", repository=HELLO),
        Happening(
            event="repository",
            action="renamed",
            repository=RepositoryRef(id=7, full_name="octo/bye", is_private=False),
            repositories={"former": (HELLO,)},
        ),
        Happening(event="organization", action="deleted", owner="OCTO"),
        Happening(
            event="organization",
            action="renamed",
            owner="octo-inc",
            accounts={"former_owner": (AccountRef(login="Octo"),)},
        ),
    ],
    ids=lambda each: f"{each.event} {each.action}",
)
@pytest.mark.parametrize("audience", [PUBLIC, MONA])
def test_what_ends_everybodys(happening: Happening, audience: Audience) -> None:
    """What changes who of all can see it ends all proofs of it, by name, by id and by owner."""
    proofs = held(audience)

    end(proofs, happening)

    assert proofs.at_hand(audience, 5, now=NOW) is None


@pytest.mark.parametrize(
    "happening",
    [
        Happening(event="member", action="removed", repository=HELLO),
        Happening(event="membership", action="removed", owner="octo"),
        Happening(event="organization", action="member_removed", owner="octo"),
        Happening(event="team", action="deleted", owner="octo"),
        Happening(event="installation", action="suspend", owner="octo"),
        Happening(event="github_app_authorization", action="revoked"),
    ],
    ids=lambda each: f"{each.event} {each.action}",
)
def test_what_ends_the_principals(happening: Happening) -> None:
    """A change of members ends the principals' proofs, and spares everybody's: no points for it."""
    principals, everybodys = held(MONA), held(PUBLIC)

    end(principals, happening)
    end(everybodys, happening)

    assert principals.at_hand(MONA, 5, now=NOW) is None
    assert everybodys.at_hand(PUBLIC, 5, now=NOW) is True
    assert everybodys.settling_s(PUBLIC, SUBJECTS, has_credential=True, now=NOW) == 0


@pytest.mark.parametrize(
    "happening",
    [
        Happening(
            event="repository",
            action="privatized",
            repository=RepositoryRef(id=6, full_name="octo/other", is_private=True),
        ),
        Happening(event="membership", action="removed", owner="mona"),
    ],
)
def test_what_is_about_others(happening: Happening) -> None:
    """Another repository's or owner's change ends nothing."""
    proofs = held()

    end(proofs, happening)

    assert proofs.at_hand(MONA, 5, now=NOW) is True


@pytest.mark.parametrize(
    ("event", "action"), [("push", None), ("repository", "edited"), ("issues", "opened")]
)
def test_what_is_not_about_access(event: str, action: str | None) -> None:
    """Ordinary happenings end nothing."""
    assert ending_of(Happening(event=event, action=action, repository=HELLO)) is None


def test_an_answer_to_a_question_from_before() -> None:
    """What GitHub was asked before the change proves nothing after it."""
    proofs = Proofs()
    position = proofs.position
    end(proofs, Happening(event="repository", action="privatized", repository=HELLO))

    learn(proofs, position=position)

    assert proofs.is_over(MONA, SUBJECTS, since=position)
    assert proofs.at_hand(MONA, 5, now=NOW) is None


def test_an_answer_to_a_question_from_after() -> None:
    """What GitHub was asked after the change does."""
    proofs = Proofs()
    end(proofs, Happening(event="repository", action="privatized", repository=HELLO))

    learn(proofs)

    assert proofs.at_hand(MONA, 5, now=NOW) is True


@pytest.mark.parametrize(
    ("has_credential", "settling_s"), [(True, SETTLING_S), (False, SETTLING_AT_THE_EDGE_S)]
)
def test_github_is_given_time(*, has_credential: bool, settling_s: float) -> None:
    """After a change it is not asked at once; without a credential for longer, as its cache is."""
    proofs = Proofs()
    end(proofs, Happening(event="repository", action="privatized", repository=HELLO))

    def left_s(at: float) -> float:
        return proofs.settling_s(MONA, SUBJECTS, has_credential=has_credential, now=at)

    assert left_s(NOW) == settling_s
    assert left_s(NOW + 4) == settling_s - 4
    assert left_s(NOW + settling_s) == 0


def test_where_a_name_led() -> None:
    """A name leads to a repository for as long as that one is proven, and the name means it."""
    proofs = held()
    proofs.name(MONA, "octo/hello", 5, position=proofs.position)
    renamed = Happening(
        event="repository",
        action="created",
        repository=RepositoryRef(id=9, full_name="Octo/Hello", is_private=False),
    )

    assert proofs.found_at(MONA, "octo/hello", now=NOW) == 5
    assert proofs.found_at(PUBLIC, "octo/hello", now=NOW) is None
    assert proofs.found_at(MONA, "octo/hello", now=NOW + GRANTED_S) is None
    end(proofs, renamed)
    assert proofs.found_at(MONA, "octo/hello", now=NOW) is None


def test_memory_is_bounded() -> None:
    """The oldest proofs go; what is forgotten about changes counts as changed."""
    proofs = Proofs(most=10)
    for number in range(20):
        proofs.learn(
            MONA, number, SUBJECTS, is_granted=True, position=proofs.position, asked_at=NOW
        )
    for number in range(30):
        proofs.end(Ending(frozenset({f"repo:#{number + 100}"})), now=NOW)

    found = [proofs.at_hand(MONA, number, now=NOW) for number in range(20)]

    assert found == [None] * 20


def test_every_row_that_takes_access_away_ends_proofs() -> None:
    """Whatever makes Portico drop what it has stored is known here, too."""
    for effect in ON_ACCESS:
        if effect.drop or effect.dispensable == ABOUT_ACCESS:
            for action in effect.actions or (None,):
                happening = Happening(event=effect.event, action=action, repository=HELLO)
                assert ending_of(happening) is not None, f"{effect.event} {action}"


def test_a_clock_that_is_set_back_does_not_prolong_it() -> None:
    """What was proven at an instant that is still to come proves nothing."""
    proofs = held()

    assert proofs.at_hand(MONA, 5, now=NOW - 1) is None


def test_a_name_that_was_taken_leads_nowhere_though_its_repository_goes_on() -> None:
    """Where one repository was asked for by two names, each ends with what happens to it."""
    proofs = Proofs()
    for name in ("octo/former", "octo/hello"):
        subjects = subjects_of(name, 5)
        proofs.learn(MONA, 5, subjects, is_granted=True, position=proofs.position, asked_at=NOW)
        proofs.name(MONA, name, 5, position=proofs.position)
    taken = RepositoryRef(id=9, full_name="octo/former", is_private=False)

    end(proofs, Happening(event="repository", action="created", repository=taken))

    assert proofs.found_at(MONA, "octo/former", now=NOW) is None
    assert proofs.found_at(MONA, "octo/hello", now=NOW) == 5
