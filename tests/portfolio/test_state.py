"""How parts came about, told in few lines."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from portico.core.errors import BudgetExhausted, GitHubUnreachable
from portico.core.message import Response
from portico.core.policy import Mode
from portico.portfolio.part import Part, answered, failed, late
from portico.portfolio.plan import languages_plan, user_plan
from portico.portfolio.state import by_name, is_complete, state_of
from portico.portfolio.stated import Statement
from tests.portfolio.canned import GitHub, repositories, run

(USER,) = user_plan("solveig")
LANGUAGES = [
    part.step
    for part in run(languages_plan("solveig", frugal=False), GitHub(repositories(60)))
    if part.step.part == "languages"
]


def answers(count: int, *, mode: Mode = Mode.MISS, age_s: float = 0.0) -> list[Part]:
    """Return so many answers for languages."""
    body = Response(200, body=b"{}")
    return [answered(step, body, mode=mode, age_s=age_s) for step in LANGUAGES[:count]]


def failures(count: int) -> list[Part]:
    """Return so many failures of further ones."""
    return [failed(step, GitHubUnreachable()) for step in LANGUAGES[-count:]]


def pending(count: int) -> list[Part]:
    """Return so many further ones that were not there in time."""
    return [late(step) for step in LANGUAGES[-count:]]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], "fresh"),
        (answers(3), "fresh"),
        (answers(3, mode=Mode.HIT) + answers(3, mode=Mode.REVALIDATED), "fresh"),
        (answers(3, mode=Mode.STALE), "stale"),
        (answers(3, mode=Mode.RESCUED), "stale"),
        (answers(3) + failures(1), "partial"),
        (answers(3) + pending(1), "partial"),
        (failures(3), "missing"),
        (pending(3), "pending"),
        (failures(4)[:1] + pending(3), "missing"),
    ],
)
def test_a_part_has_one_state(parts: Sequence[Part], expected: str) -> None:
    """The state says at a glance whether the part is all there, and current."""
    assert state_of("languages", by_name(parts), may_be_empty=True).state == expected


def stated(count: int, status: int) -> list[Part]:
    """Return so many parts of which GitHub says with this status that there is nothing to see."""
    lines = (Statement(204, "empty"),)
    return [
        answered(replace(step, statements=lines), Response(status, body=b"{}"))
        for step in LANGUAGES[:count]
    ]


@pytest.mark.parametrize(
    ("parts", "state", "complete"),
    [
        (stated(1, 204), "empty", True),
        (stated(3, 204), "empty", True),
        (stated(1, 204) + answers(3)[1:], "fresh", True),
        (stated(1, 403), "refused", False),
        (stated(1, 410), "gone", False),
        (stated(3, 451), "blocked", False),
        (stated(1, 451) + failures(1), "missing", False),
        (stated(1, 451) + answers(3)[1:], "partial", False),
    ],
)
def test_what_github_states_is_the_state(
    parts: Sequence[Part], state: str, *, complete: bool
) -> None:
    """Where all calls state the same it is the part's state; only "nothing there" is complete."""
    found = state_of("languages", by_name(parts))

    assert (found.state, is_complete([found])) == (state, complete)


def test_a_part_tells_when_to_ask_again() -> None:
    """The longest wait that a failure names counts, in whole seconds."""
    parts = [
        failed(LANGUAGES[0], BudgetExhausted(retry_after_s=30.2)),
        late(LANGUAGES[1]),
        failed(LANGUAGES[2], GitHubUnreachable()),
    ]

    assert state_of("languages", by_name(parts)).retry_after_s == 31


def test_a_hundred_calls_are_one_line() -> None:
    """Calls are counted, by how they were made, with the age of the oldest."""
    parts = answers(50, mode=Mode.HIT, age_s=12.4)
    parts[:2] = answers(2, mode=Mode.RESCUED, age_s=7_200.6)

    state = state_of("languages", by_name(parts))

    assert (state.asked, state.failed, state.age_s) == (50, 0, 7_201)
    assert state.modes == {"hit": 48, "rescued": 2}


def test_ten_failures_are_named_and_the_rest_is_counted() -> None:
    """Nothing is cut off silently."""
    state = state_of("languages", by_name(answers(30) + failures(25)))

    assert (state.asked, state.failed, len(state.failures), state.failures_not_listed) == (
        55,
        25,
        10,
        15,
    )
    assert state.failures[0].name == "languages/solveig/repo-0036"
    assert state.failures[0].code == "github-unreachable"
    assert state.reason is not None
    assert state.reason.startswith("25 of 55 calls failed")


def test_the_only_call_gives_its_own_reason() -> None:
    """A part of one call says what happened to it."""
    state = state_of("user", by_name([failed(USER, GitHubUnreachable("No route to GitHub"))]))

    assert (state.reason, state.age_s, state.modes) == ("No route to GitHub", None, {})


def test_what_cannot_even_be_asked_is_missing() -> None:
    """Without the list it is not known whose languages to ask for."""
    state = state_of("languages", {}, cause="Not all repositories are known.", may_be_empty=True)

    assert (state.state, state.reason) == ("missing", "Not all repositories are known.")


def test_what_was_not_asked_for_is_missing() -> None:
    """A part that needs a call and had none is not taken for complete."""
    state = state_of("user", {})

    assert (state.state, state.reason) == ("missing", "It was not asked for.")
    assert not is_complete([state])


def test_a_step_of_which_nobody_tells_is_late() -> None:
    """Steps that were planned and not even begun count as not there yet."""
    (page, *_) = run(languages_plan("solveig", frugal=False), GitHub(repositories(2)))

    found = by_name([page])

    assert [name for name, part in found.items() if part.is_pending] == [
        "languages/solveig/repo-0001",
        "languages/solveig/repo-0002",
    ]


def test_of_two_parts_with_one_name_the_better_is_taken() -> None:
    """An answer is better than a failure, and a younger answer than an older one."""
    (old,) = answers(1, age_s=60.0)
    (young,) = answers(1, age_s=5.0)
    parts = [old, young, failed(LANGUAGES[0], GitHubUnreachable())]

    assert by_name(parts) == by_name(reversed(parts)) == {LANGUAGES[0].name: young}
