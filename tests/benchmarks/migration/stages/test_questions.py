"""What each route asks: how many calls in how many waves, and what it refuses to ask."""

from collections.abc import Callable

import pytest

from benchmarks.harness import world
from benchmarks.migration.stages import questions
from benchmarks.migration.stages.questions import Question
from portico.core.errors import CallerError, NotFound
from portico.core.message import Headers, Response
from portico.portfolio.part import Part, Step, answered


def _asked(step: Step) -> Part:
    """Answer a step as the benchmark's upstream does."""
    found = world.find(step.request.target)
    assert found is not None
    links = ", ".join(f'<http://stub{target}>; rel="{name}"' for name, target in found.pages)
    return answered(step, Response(200, Headers([("Link", links)]), found.body))


def _waves(question: Question) -> list[list[Part]]:
    """Ask all that is known at once, then all that this made known, until nothing is left."""
    waves: list[list[Part]] = []
    steps = question.steps
    while steps:
        waves.append([_asked(step) for step in steps])
        steps = tuple(step for part in waves[-1] for step in part.steps)
    return waves


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        (questions.repository("solveig-28", "harbor"), [1]),
        (questions.repositories("solveig-28"), [1]),
        (questions.repositories("solveig-117"), [1, 1]),
        (questions.portfolio("solveig-28"), [2, 28]),
        (questions.portfolio("solveig-117"), [2, 101, 17]),
    ],
)
def test_a_question_takes_so_many_calls(question: Question, calls: list[int]) -> None:
    """The benchmark's portfolios take 30 calls in two waves and 120 in three."""
    waves = _waves(question)

    assert [len(parts) for parts in waves] == calls


def test_a_document_is_plain_json() -> None:
    """A document holds dicts, lists, texts, numbers and instants as text: nothing of Pydantic."""
    waves = _waves(questions.portfolio("solveig-28"))
    document = questions.portfolio("solveig-28").document(part for wave in waves for part in wave)

    assert document["complete"] is True
    assert document["user"]["created_at"] == "2014-02-03T10:20:30Z"
    assert len(document["repositories"]) == 28


@pytest.mark.parametrize(
    "ask",
    [
        lambda: questions.repository("solveig", ".."),
        lambda: questions.repositories("no login"),
        lambda: questions.portfolio("../user"),
    ],
)
def test_a_name_that_github_cannot_know_is_refused(ask: Callable[[], Question]) -> None:
    """An impossible login or repository is the caller's error, before anything is asked."""
    with pytest.raises(CallerError):
        ask()


def test_only_the_portfolio_fans_out() -> None:
    """Admission holds back portfolios, not single calls."""
    assert questions.portfolio("solveig").fans_out
    assert not questions.repositories("solveig").fans_out
    assert not questions.repository("solveig", "harbor").fans_out


def test_the_token_goes_with_every_call_and_only_if_there_is_one() -> None:
    """The fields name the version and the asker, and carry the token where there is one."""
    assert questions.fields("ghp_x")["Authorization"] == "Bearer ghp_x"
    assert {"Accept", "User-Agent", "X-GitHub-Api-Version"} == set(questions.fields(None))


def test_a_problem_has_the_status_of_its_error() -> None:
    """An error becomes its members and its status."""
    members, status = questions.problem(NotFound("Nobody of that name"))

    assert status == members["status"] == 404
    assert members["detail"] == "Nobody of that name"
