"""Stage 1 with admission: so many fan-outs at once, the rest after them, single calls past them."""

import asyncio
from asyncio import Event, TaskGroup
from typing import Self

from benchmarks.migration.stages import questions
from benchmarks.migration.stages.fastapi_app.admission import Admission
from benchmarks.migration.stages.questions import Document, Question

FAN_OUT = questions.portfolio("solveig")
SINGLE = questions.repository("solveig", "harbor")


class _GitHub:
    """A client that answers when it may, and counts who is in it."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.may_answer.set()

    async def answer(self, question: Question) -> Document:
        self.asked += 1
        await self.may_answer.wait()
        if not question.steps:
            raise LookupError
        return {}


async def _settle() -> None:
    """Let every task run until it waits."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_no_more_fan_outs_than_places_are_under_way() -> None:
    """The third of three fan-outs is asked only when one of two places is free."""
    github = _GitHub()
    admission = Admission(github, 2)

    async with TaskGroup() as group:
        for _ in range(3):
            group.create_task(admission.answer(FAN_OUT))
        await _settle()
        asked_at_first = github.asked
        github.may_answer.set()

    assert asked_at_first == 2
    assert github.asked == 3


async def test_a_single_call_does_not_wait_behind_fan_outs() -> None:
    """Where every place is taken, a single call is asked all the same."""
    github = _GitHub()
    admission = Admission(github, 1)

    async with TaskGroup() as group:
        group.create_task(admission.answer(FAN_OUT))
        group.create_task(admission.answer(SINGLE))
        await _settle()
        asked_at_first = github.asked
        github.may_answer.set()

    assert asked_at_first == 2


async def test_a_failed_fan_out_gives_its_place_back() -> None:
    """After a fan-out that failed, the next one is admitted."""
    github = _GitHub()
    github.may_answer.set()
    admission = Admission(github, 1)
    failing = Question((), FAN_OUT.fold, fans_out=True)

    for _ in range(2):
        try:
            await admission.answer(failing)
        except LookupError:
            continue
    async with asyncio.timeout(5):
        await admission.answer(FAN_OUT)

    assert github.asked == 3


async def test_the_client_is_opened_and_closed_with_it() -> None:
    """Entering opens the client behind, leaving closes it."""
    github = _GitHub()

    async with Admission(github, 1):
        assert not github.may_answer.is_set()

    assert github.may_answer.is_set()
